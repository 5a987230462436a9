import ArgumentParser
import FoundationEssentials
import KubeArchive
import KubeNode
import KubeServer
import SystemPackage

/// The API server inside this process, by the clock of the wall, and its node if Jobs really run.
struct EmbeddedServer: Sendable {
    /// What becomes of Jobs.
    enum RunJobs: String, ExpressibleByArgument, CaseIterable {
        case simulate
        case process
    }

    let server: KubeServer
    private let node: ProcessNode?

    /// Begins anew in memory, or goes on with what a directory holds.
    ///
    /// - Parameters:
    ///   - directory: Where objects are kept.
    ///   - jobs: Whether containers of Jobs run.
    ///   - workFolder: Where they get their folders; everything in it is taken away.
    /// - Throws: ``CommandFailure``.
    init(keepingIn directory: String?, runningJobs jobs: RunJobs, in workFolder: @autoclosure () -> FilePath)
        throws
    {
        var simulation = Simulation()
        var logs: ProcessLogs?
        var settings: NodeSettings?
        if jobs == .process {
            let node = NodeSettings(folder: workFolder().string, path: Self.programs)
            simulation.jobNode = node.name
            settings = node
            logs = ProcessLogs(shelf: LogShelf())
        }
        do throws(ArchiveFailure) {
            server = try Self.make(keepingIn: directory, simulation, logs)
        } catch {
            throw CommandFailure(.usage, "\(error)")
        }
        let transport = server
        node = settings.flatMap { settings in
            logs.map { ProcessNode(settings, transport: transport, logs: $0.shelf) }
        }
    }

    /// Lets time pass and Jobs run until the task is cancelled; no process of theirs is left then.
    func run() async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (server, node) = (server, node)
            group.addTask { await server.run() }
            if let node { group.addTask { try await node.run() } }
            try await group.waitForAll()
        }
    }

    private static func make(
        keepingIn directory: String?, _ simulation: Simulation, _ logs: (any ContainerLogs)?
    ) throws(ArchiveFailure) -> KubeServer {
        guard let directory else {
            return KubeServer(
                clock: ContinuousClock(), startingAt: now(), simulation: simulation, logs: logs)
        }
        return try KubeServer(
            keepingIn: DirectoryArchive(at: directory), clock: ContinuousClock(), startingAt: now(),
            simulation: simulation, logs: logs)
    }

    /// Where the programs of Jobs are looked for: as in this shell.
    private static var programs: String {
        ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
    }

    private static func now() -> Timestamp {
        let time = Date().timeIntervalSince1970
        let seconds = time.rounded(.down)
        return Timestamp(seconds: Int64(seconds), microseconds: Int64((time - seconds) * 1_000_000))
    }
}

/// What the node's containers have written, for the server that is asked for it.
private struct ProcessLogs: ContainerLogs {
    let shelf: LogShelf

    func log(
        _ request: ContainerLogRequest
    ) async -> (any AsyncSequence<[UInt8], any Error> & Sendable)? {
        var query = LogQuery(uid: request.uid, container: request.container)
        query.isPrevious = request.isPrevious
        query.follows = request.follows
        query.tailLines = request.tailLines
        query.limitBytes = request.limitBytes
        query.hasTimestamps = request.hasTimestamps
        query.since = request.since.map { time in
            NodeTime(seconds: Double(time.seconds) + Double(time.microseconds) / 1_000_000)
        }
        return shelf.output(query)
    }
}
