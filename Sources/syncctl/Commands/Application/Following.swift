import KubeCore
import SyncController
import SyncEngine
import Synchronization

/// Waiting for an Application, as a person or a program sees it (C21 to C28).
struct Following: Sendable {
    var access: ApplicationAccess
    var name: AppName
    var goal: WaitGoal
    /// `nil` for no limit.
    var timeout: Duration?
    var format: ApplicationFormat
    /// A line a change of the operation instead of tables.
    var asLines = false
    /// Whether hooks' logs are printed as they come.
    var showsLogs = false

    /// Waits.
    ///
    /// - Returns: The Application as it was at the end; `nil` if it is gone, as was waited for.
    /// - Throws: ``CommandFailure`` where it did not come to be.
    func run() async throws -> KubeObject? {
        let live = LiveTable(goal: goal, isSilent: format.isForPrograms || asLines)
        let logs = HookLogs(
            cluster: access.connection.cluster, isBesideOutput: format.isForPrograms || asLines)
        let sight = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await warn(seeing: live) }
            defer { group.cancelAll() }
            return try await logs.beside(isWanted: showsLogs) { tell in
                try await access.store.follow(
                    name.name, in: access.namespace(of: name), until: goal, timeout: timeout
                ) { object in
                    let application = Application(object)
                    live.note(application)
                    live.show(application)
                    if asLines { live.showLine(application) }
                    application.status.operation?.runningHooks.forEach(tell)
                }
            }
        }
        return try await conclude(sight, live)
    }

    /// A controller begins within a moment; so long is waited before a person is told that none does.
    private static let patience = Duration.seconds(20)

    /// Says once that nobody begins what was asked for: without a controller the wait has no end.
    private func warn(seeing live: LiveTable) async throws {
        guard goal.operation else { return }
        try await Task.sleep(for: Self.patience)
        guard live.awaitsController else { return }
        Console.error(
            "warning: nobody has begun the operation of application '\(name)' yet: is a controller running? "
                + "`syncctl install` brings one; `syncctl app sync \(name) --core` carries it out without one"
        )
    }

    private func conclude(
        _ sight: KindStore.Sight<(verdict: Waiting.Verdict, object: KubeObject?)>, _ live: LiveTable
    ) async throws -> KubeObject? {
        switch sight {
        case .timedOut(let object):
            try await timedOut(object)
            return object
        case .answer((.deleted, _)):
            let qualified = "\(access.namespace(of: name))/\(name.name)"
            guard goal.deletion else {
                guard live.hasSeen else {
                    throw KindStoreFailure.missing(access.key(of: name))
                }
                throw CommandFailure(.unmet, "application '\(qualified)' was deleted meanwhile")
            }
            Console.print("Application '\(qualified)' deleted")
            return nil
        case .answer((.degraded(_, let before), let object)):
            if let object { try await show(object) }
            throw CommandFailure(
                .unmet,
                "application '\(name)' health state has transitioned from \(before) to Degraded")
        case .answer((.met, let object)), .answer((.pending, let object)):
            if let object { try await show(live.hasSeenOperation ? await refreshed(object) : object) }
            return object
        }
    }

    /// The Application after another look by its controller; as it was where that takes too long, or may not be asked
    /// for.
    private func refreshed(_ object: KubeObject) async -> KubeObject {
        let namespace = access.namespace(of: name)
        let wish = APIRequest.Patch.merge([
            "metadata": ["annotations": [.init(AnnotationKey.refresh): "normal"]]
        ])
        guard (try? await access.store.patch(wish, name.name, in: namespace)) != nil else { return object }
        let sight = try? await access.store.look(
            at: name.name, in: namespace, timeout: Self.refreshPatience
        ) { found in
            guard let found, Application(found).metadata.refresh != nil else { return found ?? object }
            return nil
        }
        guard case .answer(let found) = sight else { return object }
        return found
    }

    private static let refreshPatience = Duration.seconds(15)

    private func timedOut(_ object: KubeObject?) async throws {
        if let object {
            if !format.isForPrograms {
                Console.print("This is the state of the app after wait timed out:")
            }
            try await show(object)
        }
        if !format.isForPrograms {
            Console.print("The command timed out waiting for the conditions to be met.")
        }
        let seconds = timeout?.components.seconds ?? 0
        let runs = object.map { Application($0).operation != nil } ?? false
        throw CommandFailure(
            .unmet,
            "timed out (\(seconds)s) waiting for app \"\(name)\" match desired state"
                + (runs ? "; its operation goes on: `syncctl app terminate-op \(name)` ends it" : ""))
    }

    /// The state at the end (C28).
    func show(_ object: KubeObject) async throws {
        let view = ApplicationView(object: object, format: format)
        if asLines { return Console.print(Application(object).status.operation?.json.text ?? "{}") }
        guard !format.isForPrograms else { return view.showObject() }
        Console.print("")
        try await view.showSummary(access)
        if goal.operation { view.showOperation() }
        try await view.showResources(access, selection: goal.selection)
    }
}

/// The rows that are printed while somebody waits (C21).
private final class LiveTable: Sendable {
    private struct State {
        var news = ResourceNews()
        var isBegun = false
        var awaitsController = false
        var hasSeen = false
        var hasSeenOperation = false
        var line = ""
    }

    private static let widths = [25, 5, 10, 10, 20, 8, 7, 10, 0]
    private let goal: WaitGoal
    private let isSilent: Bool
    private let state = Mutex(State())

    init(goal: WaitGoal, isSilent: Bool) {
        self.goal = goal
        self.isSilent = isSilent
    }

    /// Whether nobody had begun the operation, the last time.
    var awaitsController: Bool { state.withLock { $0.awaitsController } }

    /// Whether it was there at all.
    var hasSeen: Bool { state.withLock { $0.hasSeen } }

    /// Whether an operation was under way meanwhile.
    var hasSeenOperation: Bool { state.withLock { $0.hasSeenOperation } }

    func note(_ application: Application) {
        state.withLock { state in
            state.awaitsController = application.awaitsController
            state.hasSeen = true
            if application.operation != nil { state.hasSeenOperation = true }
        }
    }

    func show(_ application: Application) {
        guard !isSilent else { return }
        state.withLock { state in
            // What holds already needs no table of changes (C24).
            guard state.isBegun || !goal.isMet(by: application) else { return }
            if !state.isBegun {
                Console.print(TextTable.line(["TIMESTAMP"] + ResourceRow.header, widths: Self.widths))
                state.isBegun = true
            }
            let time = WallClock.now().rfc3339.replacing("Z", with: "+00:00")
            let rows = ResourceRow.rows(of: application.status, selection: goal.selection)
            for row in state.news.take(rows) {
                Console.print(TextTable.line([time] + row.cells, widths: Self.widths))
            }
        }
    }

    /// The operation, if it is another than the last time.
    func showLine(_ application: Application) {
        guard let operation = application.status.operation, !operation.phase.isCompleted else { return }
        let text = operation.json.text
        let isNew = state.withLock { state in
            defer { state.line = text }
            return state.line != text
        }
        if isNew { Console.print(text) }
    }
}

extension Application {
    /// Whether an operation is asked for that nobody has begun.
    fileprivate var awaitsController: Bool { operation != nil && status.operation == nil }
}

extension OperationState {
    /// Hooks that run now.
    var runningHooks: [ObjectKey] {
        syncResult.resources.filter { $0.hookType != nil && $0.hookPhase == .running }.map(\.key)
    }
}

extension AppName: CustomStringConvertible {
    /// As it was given.
    var description: String { namespace.map { "\($0)/\(name)" } ?? name }
}
