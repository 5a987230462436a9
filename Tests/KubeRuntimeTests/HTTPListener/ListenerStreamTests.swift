import KubeCore
import KubeRuntime
import Synchronization
import TestSupport
import Testing

/// Watches on the socket: as long as both sides want them.
@Suite("HTTPListener streams", .timeLimit(.minutes(1)))
struct ListenerStreamTests {
    /// A body that a test feeds, and whose end it hears of.
    private struct Feed: Sendable {
        let stream: AsyncThrowingStream<[UInt8], any Error>
        let pieces: AsyncThrowingStream<[UInt8], any Error>.Continuation
        let isLetGo: AsyncStream<Void>

        init() {
            (stream, pieces) = AsyncThrowingStream.makeStream()
            let (isLetGo, told) = AsyncStream.makeStream(of: Void.self)
            self.isLetGo = isLetGo
            pieces.onTermination = { _ in told.finish() }
        }

        var transport: Scripted {
            Scripted { [stream] _ in HTTPStream(status: 200, headers: [], body: stream) }
        }

        func waitUntilLetGo() async { for await _ in isLetGo {} }
    }

    @Test("pieces go out as they come, and the end is told")
    func pieces() async throws {
        let feed = Feed()
        try await Listening.with(feed.transport) { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send(Listening.request())
                #expect(await answers.nextHead()?.lowercased().contains("transfer-encoding: chunked") == true)
                for text in ["one\n", "two\n"] {
                    feed.pieces.yield(Array(text.utf8))
                    #expect(await answers.nextChunk() == Array(text.utf8))
                }
                feed.pieces.finish()
                #expect(await answers.nextChunk() == [])
                // The connection is as good as new.
                await client.send(Listening.request())
                #expect(await answers.nextHead() != nil)
            }
        }
    }

    @Test("a client that closes lets the stream go, though nothing comes on it")
    func clientCloses() async throws {
        let feed = Feed()
        try await Listening.with(feed.transport) { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send(Listening.request())
                _ = await answers.nextHead()
            }
            await feed.waitUntilLetGo()
        }
    }

    @Test("a client that sends ahead during a watch, and closes, lets the stream go")
    func clientSendsAhead() async throws {
        let feed = Feed()
        try await Listening.with(feed.transport) { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send(Listening.request())
                _ = await answers.nextHead()
                await client.send(String(repeating: Listening.request(), count: 1000))
            }
            await feed.waitUntilLetGo()
        }
    }

    @Test("a stream that fails breaks the connection off, without an end")
    func streamFails() async throws {
        let feed = Feed()
        try await Listening.with(feed.transport) { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send(Listening.request())
                _ = await answers.nextHead()
                feed.pieces.finish(throwing: TransportFailure(.interrupted, "gone"))
                #expect(await answers.rest().isEmpty)
            }
        }
    }

    @Test("a listener that stops ends streams with their last chunk, and connections with it")
    func stops() async throws {
        let feed = Feed()
        let (stop, stopNow) = AsyncStream.makeStream(of: Void.self)
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        try await withThrowingTaskGroup { group in
            group.addTask {
                try await Listening.with(feed.transport) { listening in
                    port.yield(listening.port)
                    for await _ in stop {}
                }
            }
            let port = try #require(await ports.first { _ in true })
            try await RawClient.with(port) { client, answers in
                await client.send(Listening.request())
                _ = await answers.nextHead()
                stopNow.finish()
                #expect(await answers.nextChunk() == [])
                #expect(await answers.rest().isEmpty)
            }
            try await group.waitForAll()
        }
    }

    @Test("I6 who does not read holds the stream back, and is closed in time")
    func unread() async throws {
        let endless = Endless(piece: [UInt8](repeating: 120, count: 1 << 20))
        var limits = HTTPListenerLimits()
        limits.unreadTime = .milliseconds(200)
        let transport = Scripted { _ in HTTPStream(status: 200, headers: [], body: endless) }
        try await Listening.with(transport, limits: limits) { listening in
            try await RawClient.with(listening.port) { client, answers in
                await client.send(Listening.request())
                _ = await answers.nextHead()
                await endless.waitUntilLetGo()
                // What the kernel keeps for both sides, and little more.
                #expect(
                    endless.taken < 128, "\(endless.taken) MiB were taken for a client that reads nothing")
                #expect(await answers.rest().count < 128 << 20)
            }
        }
    }
}

/// A body without end.
private final class Endless: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    private let piece: [UInt8]
    private let count = Mutex(0)
    private let letGo: (signal: AsyncStream<Void>, told: AsyncStream<Void>.Continuation)

    init(piece: [UInt8]) {
        self.piece = piece
        let (signal, told) = AsyncStream.makeStream(of: Void.self)
        letGo = (signal, told)
    }

    /// How many pieces were asked for.
    var taken: Int { count.withLock(\.self) }

    func waitUntilLetGo() async { for await _ in letGo.signal {} }

    /// Tells of the end of whoever holds it.
    private final class Hold: Sendable {
        let told: AsyncStream<Void>.Continuation

        init(_ told: AsyncStream<Void>.Continuation) { self.told = told }

        deinit { told.finish() }
    }

    struct AsyncIterator: AsyncIteratorProtocol {
        fileprivate let body: Endless
        private let hold: Hold

        fileprivate init(_ body: Endless) {
            self.body = body
            hold = Hold(body.letGo.told)
        }

        mutating func next() async throws -> [UInt8]? {
            body.count.withLock { $0 += 1 }
            return body.piece
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}
