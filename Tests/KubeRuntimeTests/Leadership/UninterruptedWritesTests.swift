import KubeCore
import KubeRuntime
import Testing

/// Writes that go on after whoever wanted them was cancelled.
@Suite("uninterrupted writes")
struct UninterruptedWritesTests {
    /// Answers when it is told to, unless it is cancelled before.
    private struct Slow: HTTPTransport {
        let begun = AsyncStream<Void>.makeStream()
        let answers = AsyncStream<Int>.makeStream()

        func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
            begun.continuation.yield()
            for await status in answers.stream { return HTTPResponse(status: status, headers: [], body: []) }
            throw TransportFailure(.cancelled, "interrupted")
        }

        func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
            throw TransportFailure(.unreachable, "no streams")
        }
    }

    private static func sent(
        _ method: HTTPRequest.Method, _ slow: Slow
    ) -> Task<Result<Int, TransportFailure>, Never> {
        Task {
            do throws(TransportFailure) {
                let request = HTTPRequest(method: method, target: "/x")
                return .success(try await UninterruptedWrites(slow).send(request).status)
            } catch {
                return .failure(error)
            }
        }
    }

    @Test(
        "I1 a write that has begun comes to its answer",
        arguments: [HTTPRequest.Method.post, .patch, .put, .delete])
    func writes(_ method: HTTPRequest.Method) async throws {
        let slow = Slow()
        let task = Self.sent(method, slow)
        for await _ in slow.begun.stream { break }
        task.cancel()
        slow.answers.continuation.yield(201)
        #expect(try await task.value.get() == 201)
    }

    @Test("I6 reading is given up at once, and nothing is begun after the end")
    func others() async throws {
        let slow = Slow()
        let task = Self.sent(.get, slow)
        for await _ in slow.begun.stream { break }
        task.cancel()
        let reading = await task.value
        #expect(throws: TransportFailure.self) { try reading.get() }

        let refused = Task { () -> String in
            while !Task.isCancelled { await Task.yield() }
            do {
                _ = try await UninterruptedWrites(slow).send(HTTPRequest(method: .post, target: "/x?y"))
                return ""
            } catch { return "\(error)" }
        }
        refused.cancel()
        #expect(await refused.value.contains("POST /x: not sent"))
    }
}
