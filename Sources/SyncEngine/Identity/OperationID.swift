import KubeCore

/// What marks the objects that one operation made (I2).
///
/// Derived from application, start and revision alone: a process that goes on after a crash comes to the same id.
public struct OperationID: Hashable, Sendable, CustomStringConvertible {
    /// Ten hexadecimal digits.
    public let description: String

    public init(application: String, startedAt: Timestamp, revision: String, attempt: Int64 = 0) {
        let parts = [application, startedAt.rfc3339, revision]
        description = StableHash.tenDigits(attempt == 0 ? parts : parts + ["\(attempt)"])
    }

    /// Whether an object was made for this operation, in that phase.
    func stamped(_ object: KubeObject, in phase: SyncPhase) -> Bool {
        stamped(object) && object.annotation(AnnotationKey.syncPhase) == phase.rawValue
    }

    /// Whether a hook object was made for this operation, in whatever phase.
    func stamped(_ object: KubeObject) -> Bool { object.annotation(AnnotationKey.syncID) == description }
}
