import KubeCore
import KubeRuntime
import Synchronization
import Testing

/// Requests that wait for their turn.
@Suite("bounded transport")
struct BoundedTransportTests {
    /// Answers each request when the test lets it, and knows how many there were at a time.
    private final class Gate: HTTPTransport {
        private let now = Mutex<(count: Int, most: Int)>((0, 0))
        let begun = AsyncStream<Void>.makeStream()
        let answers = AsyncStream<Void>.makeStream()

        var most: Int { now.withLock(\.most) }

        func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
            now.withLock {
                $0.count += 1
                $0.most = max($0.most, $0.count)
            }
            defer { now.withLock { $0.count -= 1 } }
            begun.continuation.yield()
            for await _ in answers.stream { return HTTPResponse(status: 200, headers: [], body: []) }
            throw TransportFailure(.cancelled, "cancelled")
        }

        func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
            HTTPStream(
                status: 200, headers: [], body: AsyncThrowingStream { $0.finish() })
        }
    }

    @Test("I6 so many at a time and no more, all in the end, and watches beside them")
    func bound() async throws {
        let gate = Gate()
        let transport = BoundedTransport(gate, limit: 3)
        try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<20 {
                group.addTask { try await transport.send(HTTPRequest(method: .get, target: "/x")).status }
            }
            var begun = gate.begun.stream.makeAsyncIterator()
            for _ in 0..<3 { _ = await begun.next() }
            #expect(
                try await transport.open(HTTPRequest(method: .get, target: "/x?watch=true")).status == 200)
            for number in 0..<20 {
                gate.answers.continuation.yield()
                if number < 17 { _ = await begun.next() }
            }
            var count = 0
            for try await status in group where status == 200 { count += 1 }
            #expect(count == 20)
        }
        #expect(gate.most == 3)
    }
}
