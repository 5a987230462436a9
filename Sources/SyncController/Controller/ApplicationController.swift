public import KubeClient
import KubeCore
import KubeRuntime
import Logging
public import SyncEngine
public import SyncSources

/// Keeps Applications and the cluster in step: watches both, compares, and runs the operations that are asked for.
///
/// Composes what the other files of this folder do, and decides nothing itself.
public struct ApplicationController: Sendable {
    private let cluster: Cluster
    private let settings: ControllerSettings
    private let renderer: any ManifestRenderer
    private let now: @Sendable () -> Timestamp
    private let book: ApplicationBook
    private let wishes = RefreshWishes()
    private let desk = OperationDesk()
    private let holds = ForeignHolds()
    private let queue = WorkQueue<ObjectKey>()
    private let shared: SharedWatches
    private let tickets: AsyncStream<OperationDesk.Ticket>
    private let hand: AsyncStream<OperationDesk.Ticket>.Continuation

    /// Changes of an application's objects come in crowds: so long is waited for the rest of them.
    private static let crowd = Duration.milliseconds(250)

    /// - Parameters:
    ///   - cluster: Where Applications and their objects are.
    ///   - settings: What was asked for at the start.
    ///   - renderer: Renders sources.
    ///   - now: The time, in whole seconds.
    public init(
        cluster: Cluster, settings: ControllerSettings, renderer: any ManifestRenderer,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.cluster = cluster
        self.settings = settings
        self.renderer = renderer
        self.now = now
        let book = ApplicationBook(home: settings.namespace)
        self.book = book
        (tickets, hand) = AsyncStream.makeStream()
        shared = SharedWatches(cluster: cluster, namespaces: settings.destinationNamespaces) {
            [wishes, queue] labels in
            for key in book.applications(labelled: labels) {
                wishes.add(key, .recent)
                queue.add(key, after: Self.crowd)
            }
        }
    }

    /// Works until cancelled; what runs then is left for whoever goes on.
    ///
    /// - Throws: ``KubeClient/ClientFailure`` if the API server can't be asked at the start.
    public func run() async throws(ClientFailure) {
        let result = await withTaskGroup(of: ClientFailure?.self) { group in
            group.addTask {
                await shared.watches.run()
                return nil
            }
            group.addTask { await work() }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if let result { throw result }
    }

    private func work() async -> ClientFailure? {
        do {
            try await shared.discover()
        } catch {
            return error
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await followApplications() }
            group.addTask { await followProjects() }
            group.addTask { await operate() }
            let pass = pass
            group.addTask { await queue.run(workers: settings.workers) { await pass.run($0) } }
        }
        return nil
    }

    private var pass: ApplicationPass {
        ApplicationPass(
            cluster: cluster, book: book, wishes: wishes,
            refresh: ApplicationRefresh(
                place: LivePlace(shared), renderer: renderer, settings: settings, now: now),
            settings: settings, now: now,
            operate: { [desk, hand] key in
                if let ticket = desk.open(key) { hand.yield(ticket) }
            },
            desk: desk,
            deletion: ApplicationRemoval(shared: shared, renderer: renderer, settings: settings, now: now))
    }

    // MARK: Applications

    private func followApplications() async {
        let isAlone = settings.applicationNamespaces.isEmpty
        let target = WatchTarget(.applications, namespace: isAlone ? settings.namespace : "")
        for await change in Watcher(target, client: cluster.client) {
            for key in book.takeApplications(change) where isOurs(key) {
                // Nobody knows what has happened to its objects while nobody looked (I3).
                if case .replaced = change { wishes.add(key, .recent) }
                queue.add(key)
            }
        }
    }

    /// S205: the controller's own namespace, and those that match.
    private func isOurs(_ key: ObjectKey) -> Bool {
        key.namespace == settings.namespace
            || settings.applicationNamespaces.contains { $0.matches(key.namespace) }
    }

    private func followProjects() async {
        let target = WatchTarget(.appProjects, namespace: settings.namespace)
        for await change in Watcher(target, client: cluster.client) {
            for key in book.applications(ofProjects: book.takeProjects(change)) where isOurs(key) {
                wishes.add(key, .latest)
                queue.add(key)
            }
        }
    }

    /// Makes everything due at once that a push may have given something new; the source is then asked anew, whenever it
    /// was asked last.
    ///
    /// - Parameter event: What a git host has proven to have sent.
    public func pushed(_ event: PushEvent) {
        let concerned = book.applications(concernedBy: event).filter(isOurs)
        for key in concerned {
            wishes.add(key, .latestForced)
            queue.add(key)
        }
        Logger.current.info("pushed", metadata: ["applications": "\(concerned.count)"])
    }

    // MARK: Operations

    private func operate() async {
        await withDiscardingTaskGroup { group in
            for await ticket in tickets {
                group.addTask { await operate(ticket) }
            }
        }
    }

    private func operate(_ ticket: OperationDesk.Ticket) async {
        let key = ticket.key
        let calls = ApplicationCalls(client: cluster.client, key: key)
        var isManual = false
        var rest = Duration.zero
        do {
            // Never on what the watch has shown (S116): it may show an operation that has ended.
            if let object = try await calls.read() {
                book.note(object)
                let application = Application(object)
                isManual = application.operation?.initiator.isAutomated != true
                rest = try await operate(ticket, application, calls)
            }
        } catch {
            Logger.current.warning(
                "an operation could not be run",
                metadata: ["application": "\(key.namespace)/\(key.name)", "error": "\(error)"])
            rest = .seconds(5)
        }
        // In this order: what nobody runs any more, and nobody has asked to compare, was left by another process.
        wishes.add(key, isManual ? .latestForced : .latest)
        desk.finish(ticket)
        queue.add(key, after: rest)
    }

    /// - Returns: After how long to look at the Application again.
    private func operate(
        _ ticket: OperationDesk.Ticket, _ application: Application, _ calls: ApplicationCalls
    ) async throws(ClientFailure) -> Duration {
        guard let request = application.operation else { return .zero }
        let left = OwnOperation.left(of: application)
        if left != nil, let wait = try await holdOfAnother(application) { return wait }
        let recorder = OperationRecorder(calls: calls, written: application.status.operation) { [book] in
            book.note($0)
        }
        guard let project = try await project(application.spec.project) else {
            await refuse(request, application, recorder)
            return .zero
        }
        let run = OperationRun(
            place: LivePlace(shared), renderer: renderer, settings: settings, now: now,
            termination: ticket.termination, approval: ticket.approval, recorder: recorder, calls: calls,
            project: project)
        if let left {
            await run.run(application, from: left)
            return .zero
        }
        let live = shared.objects.objects(labelled: application.tracking(in: settings.namespace).labelValue)
        let start = Resumption.newStart(
            now(), in: live.values, of: application.tracking(in: settings.namespace))
        await run.run(
            application, from: .accepted(request, at: start, by: application))
        return .zero
    }

    /// How long somebody who does not lead may still run the operation; `nil` where nobody does.
    private func holdOfAnother(_ application: Application) async throws(ClientFailure) -> Duration? {
        do throws(ClientFailure) {
            return try await holds.wait(
                for: application.key, application.tracking(in: settings.namespace), cluster.client,
                in: settings.namespace)
        } catch {
            guard error.refusal?.isForbidden == true else { throw error }
            return nil
        }
    }

    /// The project of that name; one that the watch has not shown yet is asked for.
    private func project(_ name: String) async throws(ClientFailure) -> AppProject? {
        if let known = book.project(name) { return known }
        let found = try await cluster.client.get(.appProjects, namespace: settings.namespace, name: name)
        return found.map { AppProject($0) }
    }

    /// S120.
    private func refuse(
        _ request: OperationRequest, _ application: Application, _ recorder: OperationRecorder
    ) async {
        var state = OperationState.accepted(request, at: now(), by: application)
        state.phase = .error
        state.finishedAt = now()
        state.message =
            "Failed to load application project: there is no AppProject \(application.spec.project) in "
            + "namespace \(settings.namespace)"
        await recorder.record(state)
    }
}
