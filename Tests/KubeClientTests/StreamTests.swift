import KubeCore
import Synchronization
import Testing

@testable import KubeClient

/// Bodies that come in pieces.
@Suite("streams")
struct StreamTests {
    private static let watch = HTTPRequest(method: .get, target: "/watch", timeout: nil)
    private static let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"

    private static func transport(_ server: FaultServer, _ change: (inout TransportLimits) -> Void = { _ in })
        throws
        -> CurlTransport
    {
        var limits = TransportLimits()
        change(&limits)
        return try CurlTransport(ClusterConnection(origin: "test", server: server.url), limits: limits)
    }

    @Test("a stream is there with its head, before any of its body", .timeLimit(.minutes(1)))
    func headFirst() async throws {
        let isRead = OneShot<Void>()
        try await FaultServer.with { _, connection in
            connection.send(Self.head)
            connection.waitForEnd()
            isRead.fulfil(())
        } _: { server in
            let stream = try await Self.transport(server).open(Self.watch)
            #expect(stream.status == 200)
        }
        // Nobody holds the stream any more: it was closed.
        await isRead.value()
    }

    @Test("I6 an unread stream holds its sender back, and loses nothing", .timeLimit(.minutes(1)))
    func backPressure() async throws {
        let sent = Mutex(0)
        let total = 64 << 20
        try await FaultServer.with { _, connection in
            connection.send(Self.head)
            var next: UInt8 = 0
            for _ in 0..<(total >> 16) {
                let piece = (0..<(64 << 10)).map { _ in
                    next &+= 1
                    return next
                }
                guard connection.send(piece) else { return }
                sent.withLock { $0 += piece.count }
            }
            connection.drop()
        } _: { server in
            let stream = try await Self.transport(server).open(Self.watch)
            var pieces = stream.body.makeAsyncIterator()
            _ = try await pieces.next(isolation: #isolation)
            // The sender runs until the socket's buffers are full, and then stays where it is.
            var last = -1
            while case let now = sent.withLock({ $0 }), now != last {
                last = now
                try await ContinuousClock().sleep(for: .milliseconds(200))
            }
            #expect(last < total / 2)
        }
    }

    @Test("what a slow reader gets is complete and in order", .timeLimit(.minutes(1)))
    func order() async throws {
        let total = 8 << 20
        try await FaultServer.with { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: \(total)\r\n\r\n")
            for start in stride(from: 0, to: total, by: 1 << 16) {
                connection.send((0..<(1 << 16)).map { UInt8(truncatingIfNeeded: (start + $0) / 7) })
            }
        } _: { server in
            let transport = try Self.transport(server) { $0.bufferedBytes = 32 << 10 }
            let stream = try await transport.open(Self.watch)
            var count = 0
            var pieces = stream.body.makeAsyncIterator()
            while let piece = try await pieces.next(isolation: #isolation) {
                for byte in piece {
                    if byte != UInt8(truncatingIfNeeded: count / 7) {
                        Issue.record("wrong byte at \(count)")
                        return
                    }
                    count += 1
                }
                await Task.yield()
            }
            #expect(count == total)
        }
    }

    @Test("cancelling the reader closes the stream", .timeLimit(.minutes(1)))
    func cancelledReader() async throws {
        let isClosed = OneShot<Void>()
        try await FaultServer.with { _, connection in
            connection.send(Self.head + "first")
            connection.waitForEnd()
            isClosed.fulfil(())
        } _: { server in
            let stream = try await Self.transport(server).open(Self.watch)
            let started = OneShot<Void>()
            let reader = Task {
                var pieces = stream.body.makeAsyncIterator()
                _ = try await pieces.next(isolation: #isolation)
                started.fulfil(())
                _ = try await pieces.next(isolation: #isolation)
            }
            await started.value()
            reader.cancel()
            await #expect(throws: TransportFailure.self) { try await reader.value }
            await isClosed.value()
        }
    }

    @Test("a stream that breaks off says so after what came before", .timeLimit(.minutes(1)))
    func brokenOff() async throws {
        try await FaultServer.with { _, connection in
            connection.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n")
            connection.drop()
        } _: { server in
            let stream = try await Self.transport(server).open(Self.watch)
            var pieces = stream.body.makeAsyncIterator()
            #expect(try await pieces.next(isolation: #isolation) == Array("first".utf8))
            let failure = await #expect(throws: TransportFailure.self) {
                try await pieces.next(isolation: #isolation)
            }
            #expect(failure?.reason == .interrupted)
        }
    }

    @Test("a stream whose head does not come is given up", .timeLimit(.minutes(1)))
    func noHead() async throws {
        try await FaultServer.with {
            $1.waitForEnd()
        } _: { server in
            let transport = try Self.transport(server) { $0.headTimeout = .milliseconds(100) }
            let failure = await #expect(throws: TransportFailure.self) {
                try await transport.open(Self.watch)
            }
            #expect(failure?.reason == .timedOut)
        }
    }

    @Test("a stream with a deadline ends by it", .timeLimit(.minutes(1)))
    func deadline() async throws {
        try await FaultServer.with { _, connection in
            connection.send(Self.head)
            connection.waitForEnd()
        } _: { server in
            var request = Self.watch
            request.timeout = .milliseconds(200)
            let stream = try await Self.transport(server).open(request)
            var pieces = stream.body.makeAsyncIterator()
            let failure = await #expect(throws: TransportFailure.self) {
                try await pieces.next(isolation: #isolation)
            }
            #expect(failure?.reason == .timedOut)
        }
    }

    @Test("streams do not take the requests' places", .timeLimit(.minutes(1)))
    func manyStreams() async throws {
        try await FaultServer.with { request, connection in
            guard request.line.contains("/watch") else { return connection.answer() }
            connection.send(Self.head)
            connection.waitForEnd()
        } _: { server in
            let transport = try Self.transport(server) {
                $0.requestsInFlight = 1
                $0.streamsPerConnection = 4
            }
            var streams: [HTTPStream] = []
            for _ in 0..<30 { streams.append(try await transport.open(Self.watch)) }
            #expect(try await transport.send(HTTPRequest(method: .get, target: "/x")).status == 200)
            #expect(streams.count == 30)
        }
    }
}
