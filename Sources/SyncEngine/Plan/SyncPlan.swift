public import KubeCore

/// What a sync will do, in order: a value that can be printed, and advanced step by step.
///
/// Made once per operation from targets and live objects, and made again in the same way after a crash.
public struct SyncPlan: Hashable, Sendable {
    public let request: SyncRequest
    /// In the order in which they run, SyncFail hooks last (S40).
    public let tasks: [SyncTask]
    /// Makes the destination namespace before anything else (S105); not one of ``tasks``.
    public let namespaceTask: SyncTask?
    /// Wanted objects without a task, in the order of their keys.
    public let omissions: [Omission]
    /// Tasks that can't be carried out, each with the reason (S36).
    public let refusals: [SyncTask.ID: String]
    /// The request's operation, computed once: every step asks for it, for every hook.
    let operation: OperationID
    /// Kinds that this sync itself brings, or that may appear while it runs (S37, S38).
    let lateKinds: Set<GroupVersionKind>
    /// Whether later tasks wait for earlier ones (S53).
    let isMultiStep: Bool
    /// Objects that are known to hold what is wanted: at which version.
    var proven: [ObjectKey: String] = [:]
    private let positions: [SyncTask.ID: Int]

    /// Plans a sync.
    ///
    /// - Parameters:
    ///   - request: What is asked for.
    ///   - targets: The wanted objects.
    ///   - live: Everything tracked to the application, and what exists under the keys of `targets`.
    ///   - kinds: What the API server knows of the kinds of `targets`.
    /// - Throws: ``PlanFailure/nothingSelected`` if a selective sync selects nothing.
    public init(
        _ request: SyncRequest, targets: [Target], live: [ObjectKey: KubeObject], kinds: KindCatalog
    ) throws(PlanFailure) {
        let builder = TaskBuilder(request: request, targets: targets, live: live, kinds: kinds)
        let tasks = builder.tasks()
        if !request.selection.isEverything, tasks.isEmpty { throw .nothingSelected }
        self.request = request
        operation = request.operationID
        self.tasks = tasks
        namespaceTask = builder.namespaceTask(before: tasks.first)
        omissions = builder.omissions()
        refusals = builder.refusals(of: tasks)
        lateKinds = builder.lateKinds()
        isMultiStep =
            tasks.first.map { first in
                tasks.contains { ($0.phase, $0.wave) != (first.phase, first.wave) }
            } ?? false
        positions = Dictionary(tasks.enumerated().map { ($1.id, $0) }) { first, _ in first }
    }

    /// The task of that identity; `nil` if there is none.
    public func task(_ id: SyncTask.ID) -> SyncTask? {
        positions[id].map { tasks[$0] }
    }

    /// The state of an operation that has just been accepted.
    public var start: SyncProgress {
        SyncProgress(
            OperationState(
                phase: .running, message: "", startedAt: request.startedAt, revision: request.revision))
    }
}
