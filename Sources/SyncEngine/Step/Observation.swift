public import KubeCore

/// What a step sees of the world.
public struct Observation: Sendable {
    /// Live objects by key; a key that is missing was looked for and not found.
    public var live: [ObjectKey: KubeObject]
    /// The last state of objects that are gone, as their watch showed it (D2).
    public var departed: [ObjectKey: KubeObject]
    /// What became of the actions of the step before, by task.
    public var outcomes: [SyncTask.ID: ActionOutcome]
    /// Whether somebody asks for the operation to be given up (S90).
    public var isTerminationRequested: Bool
    /// Whether the removal of objects that ask for it has been approved since the operation began (S95).
    public var isPruneApproved = false
    public var now: Timestamp

    public init(
        live: [ObjectKey: KubeObject], departed: [ObjectKey: KubeObject] = [:],
        outcomes: [SyncTask.ID: ActionOutcome] = [:], isTerminationRequested: Bool = false, now: Timestamp
    ) {
        self.live = live
        self.departed = departed
        self.outcomes = outcomes
        self.isTerminationRequested = isTerminationRequested
        self.now = now
    }
}
