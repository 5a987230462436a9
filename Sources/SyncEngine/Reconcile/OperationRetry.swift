import KubeCore

/// Whether and when a failed operation is tried again (S124–S127).
public enum OperationRetry {
    /// What follows an attempt that has ended.
    ///
    /// - Parameters:
    ///   - state: The state that the attempt came to.
    ///   - isTerminated: Whether somebody has ended the operation: then nothing is tried again.
    ///   - now: When the attempt ended.
    /// - Returns: The final state, or one that waits for the next attempt.
    public static func next(after state: OperationState, isTerminated: Bool, now: Timestamp) -> OperationState
    {
        guard state.phase == .failed || state.phase == .error else { return state }
        let strategy = state.request?.retry ?? RetryStrategy()
        guard !isTerminated, state.request?.sync != nil,
            strategy.limit < 0 || state.retryCount < strategy.limit
        else {
            return ended(state)
        }
        var next = state
        do throws(BadBackoff) {
            let announced = try wait(strategy.backoff, attempts: state.retryCount)
            next.retryCount += 1
            next.phase = .running
            next.finishedAt = now
            let due = Timestamp(seconds: now.seconds + announced)
            next.message =
                "\(state.message). Retrying attempt #\(next.retryCount) at \(due.kitchenClock)."
        } catch {
            next.phase = .error
            next.message = "\(state.message) (failed to retry: \(error.problem))"
        }
        return next
    }

    /// When the attempt that a state waits for is due; `nil` if it waits for none.
    public static func dueTime(of state: OperationState) -> Timestamp? {
        guard state.phase == .running, let finishedAt = state.finishedAt else { return nil }
        let strategy = state.request?.retry ?? RetryStrategy()
        // What was announced can be computed; a strategy that somebody broke since is due at once.
        let seconds = (try? wait(strategy.backoff, attempts: state.retryCount - 1)) ?? 0
        return Timestamp(seconds: finishedAt.seconds + seconds)
    }

    /// The state in which the next attempt begins (S126).
    public static func begin(_ state: OperationState) -> OperationState {
        var next = state
        let refreshes = state.request?.retry?.refresh == true
        next.finishedAt = nil
        next.message =
            (refreshes ? "Retrying operation with latest revisions. " : "Retrying operation. ")
            + "Attempt #\(state.retryCount)"
        let kept = refreshes ? [] : state.syncResult.allRevisions
        next.syncResult = SyncResult(revision: "")
        next.syncResult.sources = state.syncResult.sources
        if refreshes {
            next.request?.sync?.revision = ""
            next.request?.sync?.revisions = []
        } else {
            next.pin(to: kept, of: state.syncResult.sources)
        }
        return next
    }

    private static func ended(_ state: OperationState) -> OperationState {
        guard state.retryCount > 0 else { return state }
        var state = state
        state.message += " (retried \(state.retryCount) times)."
        return state
    }

    // MARK: Back-off

    /// A member of the strategy that can't be read.
    struct BadBackoff: Error {
        var problem: String
    }

    /// S125, in seconds.
    private static func wait(
        _ backoff: RetryStrategy.Backoff, attempts: Int64
    ) throws(BadBackoff) -> Int64 {
        let first = try seconds(backoff.duration, else: 5)
        let longest = try seconds(backoff.maxDuration, else: 180)
        let factor = max(1, backoff.factor ?? 2)
        var wait = first
        for _ in 0..<max(0, min(attempts, 64)) {
            let (product, overflows) = wait.multipliedReportingOverflow(by: factor)
            wait = overflows ? Int64(Int32.max) : product
        }
        return min(wait, longest > 0 ? longest : Int64(Int32.max))
    }

    private static func seconds(_ text: String, else standard: Int64) throws(BadBackoff) -> Int64 {
        if text.isEmpty { return standard }
        if let number = Int64(text) { return max(0, number) }
        guard let duration = GoDuration.parse(text) else {
            throw BadBackoff(problem: "invalid duration \"\(text)\"")
        }
        // Half a second is not none: that would be a loop without a pause.
        return duration.components.seconds + (duration.components.attoseconds > 0 ? 1 : 0)
    }
}

extension Timestamp {
    /// `3:04PM`, in UTC.
    var kitchenClock: String {
        let minutes = ((seconds % 86_400) + 86_400) % 86_400 / 60
        let hour = minutes / 60
        let minute = minutes % 60
        return "\((hour + 11) % 12 + 1):\(minute < 10 ? "0" : "")\(minute)\(hour < 12 ? "AM" : "PM")"
    }
}
