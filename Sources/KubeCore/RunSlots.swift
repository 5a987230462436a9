/// Lets so many work at a time; the others wait in the order in which they come.
package actor RunSlots {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    package init(_ count: Int) {
        free = max(1, count)
    }

    /// Works in a slot.
    ///
    /// - Parameter work: Also done if the task is cancelled: it has to notice that itself.
    /// - Returns: What the work returned.
    /// - Throws: What the work throws.
    package nonisolated func with<Result: Sendable, Failure: Error>(
        _ work: () async throws(Failure) -> Result
    ) async throws(Failure) -> Result {
        await take()
        do {
            let result = try await work()
            await give()
            return result
        } catch {
            await give()
            throw error
        }
    }

    private func take() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    /// Whoever comes next takes the slot over, so that nobody comes in between.
    private func give() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
