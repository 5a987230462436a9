/// Runs work for every item, some at a time, and keeps the order of the answers.
///
/// - Parameters:
///   - items: What to work on.
///   - limit: How many at a time.
///   - work: Runs for each item; the first failure ends the rest.
/// - Returns: One answer for each item.
/// - Throws: The first failure.
func concurrently<Item: Sendable, Answer: Sendable, Failure: Error>(
    _ items: [Item], limit: Int, _ work: @escaping @Sendable (Item) async throws(Failure) -> Answer
) async throws(Failure) -> [Answer] {
    let collected = await withTaskGroup(of: (Int, Result<Answer, Failure>).self) { group in
        var answers: [Int: Answer] = [:]
        var failure: Failure?
        var next = items.startIndex
        func start() {
            guard next < items.endIndex else { return }
            let index = next
            next += 1
            group.addTask {
                do throws(Failure) {
                    return (index, .success(try await work(items[index])))
                } catch {
                    return (index, .failure(error))
                }
            }
        }
        for _ in 0..<limit { start() }
        for await (index, result) in group {
            switch result {
            case .success(let answer):
                answers[index] = answer
                if failure == nil { start() }
            case .failure(let error):
                failure = failure ?? error
                group.cancelAll()
            }
        }
        return failure.map { Result<[Int: Answer], Failure>.failure($0) } ?? .success(answers)
    }
    let answers = try collected.get()
    return items.indices.compactMap { answers[$0] }
}
