/// The longest that a controller lets an operation take, over all its attempts (S123).
public struct OperationTimeout: Hashable, Sendable {
    private let limit: Duration

    /// - Parameter limit: `nil` or nothing for no limit: then there is no time-out.
    public init?(_ limit: Duration?) {
        guard let limit, limit > .zero else { return nil }
        self.limit = limit
    }

    /// When the operation is terminated; retries do not move it.
    public func dueTime(of state: OperationState) -> Timestamp {
        Timestamp(seconds: state.startedAt.seconds + max(1, limit.components.seconds))
    }

    public func isOver(_ state: OperationState, at now: Timestamp) -> Bool { now >= dueTime(of: state) }

    /// The state from which the operation is terminated.
    public static func terminating(_ state: OperationState) -> OperationState {
        var state = state
        state.phase = .terminating
        state.message = "operation is terminating due to timeout"
        state.finishedAt = nil
        return state
    }

    /// The end of an operation that was terminated so: it is not tried again.
    public static func ended(_ state: OperationState) -> OperationState {
        guard state.phase == .failed || state.phase == .error else { return state }
        var state = state
        state.message += ", triggered by controller sync timeout"
        return state
    }
}
