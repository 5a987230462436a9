import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine

/// `app sync --core` where there is an Application: the operation stands in it, as if a controller had run it.
struct OwnSync: Sendable {
    var own: OwnWork
    var wish: SyncWish
    var arguments: SyncArguments
    var reporter: any SyncReporter
    /// Told of hooks that run.
    var tellOfHook: @Sendable (ObjectKey) -> Void = { _ in }

    /// Somebody who is gone was not seen to renew for so long, and a little more.
    private static let patience = OperationHold.terms.lease + .seconds(5)

    /// Syncs.
    ///
    /// - Parameter termination: Where a wish to stop is looked for.
    /// - Returns: How the program ends.
    /// - Throws: ``CommandFailure``.
    func run(_ termination: TerminationRequest) async throws -> ExitStatus {
        try await checkWindow()
        try await checkForController()
        let application = own.application
        let state = try await holding { cluster in
            let work = ApplicationWork(
                application, in: cluster, renderer: own.work.renderer, now: WallClock.now)
            return try await operate(work, termination)
        }
        await reporter.finish(state)
        return status(of: state)
    }

    /// Goes on with what was left, and then does what is wished for, unless that was the same.
    private func operate(
        _ work: ApplicationWork, _ termination: TerminationRequest
    ) async throws -> OperationState {
        var operation = OwnOperation(work)
        operation.termination = termination
        operation.report = { [reporter, tellOfHook] state in
            state.runningHooks.forEach(tellOfHook)
            if !state.phase.isCompleted { await reporter.show(state) }
        }
        operation.timeout = arguments.timeout == .zero ? nil : arguments.timeout
        operation.adjust = try arguments.overlay(wish.selection)
        if let left = own.application.unfinishedOperation {
            Console.error(
                "going on with the operation of \(left.startedAt.rfc3339), which was left unfinished")
        }
        if let end = try await operation.resume(), termination.isRequested || isWished(end) { return end }
        return try await operation.run(ownWish)
    }

    /// The wish as this process carries it out.
    private var ownWish: SyncWish {
        var wish = wish
        wish.isForController = false
        return wish
    }

    /// Whether an operation that has ended was the one that is wished for.
    private func isWished(_ state: OperationState) -> Bool {
        guard state.phase.isCompleted, let sync = state.request?.sync else { return false }
        // What may not be asked for is not what was left either.
        let wished = try? ownWish.request(for: own.application.idle, now: WallClock.now())
        return wished?.sync == sync
    }

    private func status(of state: OperationState) -> ExitStatus {
        guard state.phase != .succeeded else { return .done }
        let limit = arguments.timeout
        guard limit > .zero, let finished = state.finishedAt, finished.since(state.startedAt) >= limit else {
            return .failed
        }
        return .timedOut
    }

    // MARK: Guards

    private func checkWindow() async throws {
        let windows = try await own.access.windows(of: own.application)
        guard windows.permitsManual else {
            throw RequestRefusal.outsideWindow(problem: windows.problem)
        }
    }

    /// Where an operation stands in the Application and a controller lives, that is who runs it.
    private func checkForController() async throws {
        guard own.application.operation != nil else { return }
        let namespace = own.work.home
        guard
            let holder = try await ControllerSighting(own.access.connection.cluster.client, namespace).look()
        else { return }
        throw CommandFailure(
            .guarded,
            "another operation is already in progress: the controller \(holder) runs it; `syncctl app wait \(own.name) --operation` waits for its end"
        )
    }

    /// Works while no other process does.
    private func holding<Value: Sendable>(
        _ work: @escaping @Sendable (Cluster) async throws -> Value
    ) async throws -> Value {
        let (connection, application) = (own.access.connection, own.application)
        let name = OperationHold.name(of: application.tracking(in: own.work.home))
        let election = LeaderElection(
            client: connection.cluster.client, namespace: own.work.home, name: name,
            identity: ProcessIdentity.random(), terms: OperationHold.terms)
        let hold = HoldLease(client: connection.cluster.client, namespace: own.work.home, name: name)
        try await hold.check()
        let begun = Occurrence()
        do {
            return try await withThrowingTaskGroup(of: Value.self) { group in
                group.addTask {
                    try await election.lead { token in
                        begun.happen()
                        let client = APIClient(transport: LeasedTransport(connection.transport, while: token))
                        return try await work(
                            Cluster(client: client, discovery: connection.cluster.discovery))
                    }
                }
                group.addTask {
                    try await Task.sleep(for: Self.patience)
                    if !begun.hasHappened { throw await hold.failure(own.name) }
                    for await _ in AsyncStream<Never>.makeStream().stream {}
                    throw CancellationError()
                }
                defer { group.cancelAll() }
                guard let value = try await group.next() else { throw CancellationError() }
                await hold.remove()
                return value
            }
        } catch let lost as LeaseLost {
            throw CommandFailure(
                .unavailable,
                "\(lost); the operation stands in the Application, and the next sync goes on with it")
        }
    }
}

extension Application {
    /// The same without an operation that is asked for.
    fileprivate var idle: Application {
        var idle = self
        idle.operation = nil
        return idle
    }
}
