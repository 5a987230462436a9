public import KubeCore

/// One write, or one dry run of a write. Doing it twice does no more than doing it once.
/// A step asks for at most one action a task.
public struct SyncAction: Hashable, Sendable {
    public enum Work: Hashable, Sendable {
        /// The server's own check of an apply, without a write (D4).
        case validate(KubeObject, by: ApplyMethod)
        case apply(KubeObject, by: ApplyMethod)
        /// PUT over what is there, or create.
        case replace(KubeObject, live: KubeObject?)
        /// Delete, wait until it is gone, create.
        case recreate(KubeObject, uid: String)
        /// Only the object of that UID.
        case delete(uid: String)
        /// A merge patch of our own bookkeeping.
        case record(JSONValue)
    }

    /// How an object is applied.
    public enum ApplyMethod: Hashable, Sendable {
        /// By the server; first, fields of other tools' managers are taken over by that JSON patch (S101).
        case serverSide(takeover: JSONValue?)
        /// By a patch of ours; `nil`: the object is created (S103).
        case clientSide(ClientSidePatch?)
    }

    public var task: SyncTask.ID
    public var kind: GroupVersionKind
    public var work: Work

    public init(task: SyncTask.ID, kind: GroupVersionKind, work: Work) {
        self.task = task
        self.kind = kind
        self.work = work
    }
}

/// What became of an action.
public enum ActionOutcome: Hashable, Sendable {
    public enum Effect: String, Hashable, Sendable {
        case created
        case configured
        case unchanged
        case replaced
        case recreated
        case deleted
    }

    /// The server did it; the object as it is now, unless it is gone.
    case done(Effect, KubeObject?)
    /// There is no such object (any more).
    case absent
    /// The server refused; its words, with the values of Secrets hidden.
    case refused(String)
    /// The server refused because what is there cannot become what is wanted: only `force` helps (S99).
    case immutable(String)
}
