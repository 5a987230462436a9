import FoundationEssentials
public import KubeCore
import Synchronization

/// A node of a cluster that runs the containers of its pods as processes of this machine.
///
/// It speaks to the API server as a kubelet does: it watches the pods that bear its name and writes their status. It
/// takes only pods that end by themselves, those of Jobs above all. The processes have the rights of the user who
/// runs the node and are **not isolated** from anything: no image is pulled, no namespace or limit is set. They get an
/// environment of their own, with nothing of the caller's but `PATH`, and end with the node, even if that is killed.
public struct ProcessNode: Sendable {
    private let transport: any HTTPTransport
    private let settings: NodeSettings
    private let logs: LogShelf
    private let clock: any Clock<Duration>
    private let now: @Sendable () -> NodeTime

    /// - Parameters:
    ///   - settings: How it behaves.
    ///   - transport: The API server.
    ///   - logs: Takes what containers write.
    ///   - clock: What waits.
    ///   - now: The time that is written into statuses.
    public init(
        _ settings: NodeSettings, transport: any HTTPTransport, logs: LogShelf,
        clock: any Clock<Duration> = ContinuousClock(), now: @escaping @Sendable () -> NodeTime = NodeTime.now
    ) {
        self.settings = settings
        self.transport = transport
        self.logs = logs
        self.clock = clock
        self.now = now
    }

    /// Runs pods until the task is cancelled; returns when no process of theirs is left.
    ///
    /// - Throws: ``NodeStartFailure`` if it cannot begin.
    public func run() async throws {
        do {
            // What an earlier node has left.
            if FileManager.default.fileExists(atPath: settings.folder) {
                try FileManager.default.removeItem(atPath: settings.folder)
            }
            try FileManager.default.createDirectory(
                atPath: settings.folder, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw NodeStartFailure(folder: settings.folder, problem: "\(error)")
        }
        let token = (0..<4).map { _ in String(UInt64.random(in: 0 ... .max), radix: 36) }.joined()
        let ports = NodePorts(
            api: NodeAPI(transport: transport, node: settings.name, clock: clock), logs: logs,
            settings: settings, token: token, clock: clock, now: now)
        do {
            try await Keeper(token: token).guarding { await Self.work(ports) }
        } catch {
            guard Task.isCancelled else {
                throw NodeStartFailure(folder: settings.folder, problem: "its keeper ended: \(error)")
            }
        }
        // Pods that have ended leave theirs for inspection; without the node, nobody looks.
        try? FileManager.default.removeItem(atPath: settings.folder)
    }

    private static func work(_ ports: NodePorts) async {
        let ward = PodWard(ports)
        await withDiscardingTaskGroup { group in
            await ports.api.follow { news in
                for pod in await ward.take(news) {
                    group.addTask { await ward.run(pod) }
                }
            }
            group.cancelAll()
        }
    }
}

/// A node could not begin.
public struct NodeStartFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var folder: String
    public var problem: String

    public var description: String {
        "jobs cannot be run as processes: the folder \(folder) for their files is needed: \(problem)"
    }
}

/// The pods that are in a node's hands, and how each can be stopped.
private actor PodWard {
    private let ports: NodePorts
    private var roster: PodRoster
    private var orders: [String: StopOrder] = [:]

    init(_ ports: NodePorts) {
        self.ports = ports
        roster = PodRoster(node: ports.settings.name)
    }

    /// Does what news ask for.
    ///
    /// - Returns: The pods that are to be run.
    func take(_ news: NodeAPI.News) async -> [KubeObject] {
        await perform(roster.take(news))
    }

    /// Runs a pod to its end.
    func run(_ pod: KubeObject) async {
        guard let order = orders[pod.uid] else { return }
        await PodRun(pod, ports, stop: order).run()
        orders[pod.uid] = nil
        _ = await perform(roster.end(pod))
    }

    private func perform(_ actions: [PodRoster.Action]) async -> [KubeObject] {
        var started: [KubeObject] = []
        for action in actions {
            switch action {
            case .start(let pod):
                orders[pod.uid] = StopOrder()
                started.append(pod)
            case .stop(let uid, let grace): orders[uid]?.give(.stop(grace: .seconds(grace)))
            case .kill(let uid):
                orders[uid]?.give(.kill)
                ports.logs.forget(pod: uid)
                WorkFolder(path: "\(ports.settings.folder)/\(uid)").remove()
            case .lose(let pod): _ = await ports.api.write(pod.lostStatus(at: ports.now()), of: pod)
            case .release(let pod): await ports.api.finishDeletion(of: pod)
            }
        }
        return started
    }
}
