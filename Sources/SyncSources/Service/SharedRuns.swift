/// Lets those who ask for the same at the same time share one answer.
///
/// Whoever asks first works; the others wait. If the first one is cancelled, one of the others takes over.
actor SharedRuns<Key: Hashable & Sendable, Value: Sendable> {
    /// What becomes of one who waits.
    private enum Turn {
        case answer(Result<Value, SourcesFailure>)
        case work
    }

    private var waiting: [Key: [CheckedContinuation<Turn, Never>]] = [:]

    /// Answers, with work of our own or of somebody else's.
    ///
    /// - Parameters:
    ///   - key: What is asked for.
    ///   - work: How to answer.
    /// - Returns: The answer, and whether the work was ours.
    /// - Throws: What the work threw.
    nonisolated func value(
        for key: Key, _ work: () async throws(SourcesFailure) -> Value
    ) async throws(SourcesFailure) -> (value: Value, isOwn: Bool) {
        if case .answer(let result) = await turn(key) { return (try result.get(), false) }
        let result: Result<Value, SourcesFailure>
        do throws(SourcesFailure) {
            result = .success(try await work())
        } catch {
            result = .failure(error)
        }
        await finish(key, with: result, isCancelled: Task.isCancelled)
        return (try result.get(), true)
    }

    private func turn(_ key: Key) async -> Turn {
        guard waiting[key] != nil else {
            waiting[key] = []
            return .work
        }
        return await withCheckedContinuation { waiting[key, default: []].append($0) }
    }

    private func finish(_ key: Key, with result: Result<Value, SourcesFailure>, isCancelled: Bool) {
        var others = waiting[key, default: []]
        if isCancelled, case .failure = result, !others.isEmpty {
            let next = others.removeFirst()
            waiting[key] = others
            return next.resume(returning: .work)
        }
        waiting[key] = nil
        for other in others { other.resume(returning: .answer(result)) }
    }
}
