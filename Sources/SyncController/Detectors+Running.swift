import KubeClient
import KubeCore

extension Detectors {
    /// Runs work that waits for changes, with both ways of learning of them at its side.
    ///
    /// - Parameter work: Ends by itself; the watches end with it.
    /// - Returns: What `work` came to.
    /// - Throws: What `work` throws, or why the server cannot be reached any more.
    func running<Answer: Sendable>(
        _ work: @escaping @Sendable () async throws(ClientFailure) -> Answer
    ) async throws(ClientFailure) -> Answer {
        let result = await withTaskGroup(of: Result<Answer, ClientFailure>?.self) { group in
            group.addTask {
                await supply.feed(view, from: places)
                return nil
            }
            group.addTask {
                do throws(ClientFailure) {
                    try await probe()
                    return nil
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                do throws(ClientFailure) {
                    return .success(try await work())
                } catch {
                    return .failure(error)
                }
            }
            defer { group.cancelAll() }
            for await finished in group {
                if let finished { return finished }
            }
            return .failure(.transport(TransportFailure(.cancelled, "the work was cancelled")))
        }
        return try result.get()
    }
}
