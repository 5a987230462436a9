/// Lets one in at a time, in the order in which they come.
actor Turnstile {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Does work that nobody else does at the same time.
    ///
    /// - Parameter work: Also done if the task is cancelled: it has to notice that itself.
    /// - Returns: What the work returned.
    /// - Throws: What the work throws.
    func pass<Result: Sendable>(
        _ work: @Sendable () async throws(SourceFailure) -> Result
    ) async throws(SourceFailure) -> Result {
        if isTaken {
            await withCheckedContinuation { waiting.append($0) }
        } else {
            isTaken = true
        }
        defer {
            // Whoever comes next takes it over, so that nobody comes in between.
            if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
        }
        return try await work()
    }
}
