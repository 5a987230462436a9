import KubeCore
import Testing

@testable import KubeClient

/// What a caller sees when the network or the server does something else than answer.
@Suite("faults on the wire")
struct TransportFaultTests {
    private static func transport(_ server: FaultServer, _ change: (inout TransportLimits) -> Void = { _ in })
        throws
        -> CurlTransport
    {
        var limits = TransportLimits()
        change(&limits)
        return try CurlTransport(ClusterConnection(origin: "test", server: server.url), limits: limits)
    }

    private static let get = HTTPRequest(method: .get, target: "/x")

    private static func reason(_ body: () async throws(TransportFailure) -> some Any) async
        -> TransportFailure.Reason?
    {
        do throws(TransportFailure) {
            _ = try await body()
            return nil
        } catch {
            return error.reason
        }
    }

    struct Fault: CustomStringConvertible, Sendable {
        var description: String
        var reason: TransportFailure.Reason
        var act: FaultServer.Handler
    }

    static let faults = [
        Fault(description: "dropped before an answer", reason: .interrupted) { $1.drop() },
        Fault(description: "dropped within the head", reason: .interrupted) {
            $1.send("HTTP/1.1 200 OK\r\nConte")
            $1.drop()
        },
        Fault(description: "dropped within the body", reason: .interrupted) {
            $1.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
            $1.drop()
        },
        Fault(description: "dropped within a chunk", reason: .interrupted) {
            $1.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nff\r\nshort")
            $1.drop()
        },
        Fault(description: "silent", reason: .timedOut) { $1.waitForEnd() },
        Fault(description: "silent within the body", reason: .timedOut) {
            $1.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort")
            $1.waitForEnd()
        },
        Fault(description: "an endless body", reason: .tooLarge) {
            $1.send("HTTP/1.1 200 OK\r\n\r\n")
            while $1.send([UInt8](repeating: 0x20, count: 64 << 10)) {}
        },
        Fault(description: "endless header fields", reason: .tooLarge) {
            $1.send("HTTP/1.1 200 OK\r\n")
            while $1.send("X-Again: \(String(repeating: "x", count: 8000))\r\n") {}
        },
    ]

    @Test("I6 every fault has its name", .timeLimit(.minutes(1)), arguments: faults)
    func fault(_ fault: Fault) async throws {
        try await FaultServer.with(fault.act) { server in
            let transport = try Self.transport(server) { $0.answerBytes = 1 << 20 }
            var request = Self.get
            request.timeout = fault.reason == .timedOut ? .milliseconds(200) : .seconds(20)
            let reason = await Self.reason { () throws(TransportFailure) in try await transport.send(request)
            }
            #expect(reason == fault.reason)
        }
    }

    @Test("nothing listens: nothing was sent")
    func refused() async throws {
        let port = try await FaultServer.with({ _, _ in }) { $0.port }
        let transport = try CurlTransport(
            ClusterConnection(origin: "test", server: "http://127.0.0.1:\(port)"))
        let reason = await Self.reason { () throws(TransportFailure) in try await transport.send(Self.get) }
        #expect(reason == .unreachable)
    }

    @Test(
        "a create is not sent again when a kept connection dies under it; what is idempotent is",
        arguments: [HTTPRequest.Method.post, .patch, .put, .delete, .get])
    func keptConnectionDies(_ method: HTTPRequest.Method) async throws {
        try await FaultServer.with { request, connection in
            if request.number == 2 { connection.drop() } else { connection.answer() }
        } _: { server in
            let transport = try Self.transport(server)
            _ = try await transport.send(Self.get)
            let body: [UInt8] = method == .get ? [] : Array("{}".utf8)
            let request = HTTPRequest(method: method, target: "/y", body: body)
            let reason = await Self.reason { () throws(TransportFailure) in try await transport.send(request)
            }
            #expect(reason == (method == .post ? .interrupted : nil))
            #expect(server.requests.count == (method == .post ? 2 : 3))
        }
    }

    @Test("a JSON patch is not sent again by itself, other patches are")
    func jsonPatch() async throws {
        try await FaultServer.with { request, connection in
            if request.number == 2 { connection.drop() } else { connection.answer() }
        } _: { server in
            let transport = try Self.transport(server)
            _ = try await transport.send(Self.get)
            let request = HTTPRequest(
                method: .patch, target: "/y",
                headers: [HTTPHeader("Content-Type", "application/json-patch+json")],
                body: Array("[]".utf8))
            let reason = await Self.reason { () throws(TransportFailure) in try await transport.send(request)
            }
            #expect(reason == .interrupted)
            #expect(server.requests.count == 2)
        }
    }

    @Test("a word in between is not the answer")
    func informational() async throws {
        try await FaultServer.with { _, connection in
            connection.send("HTTP/1.1 100 Continue\r\n\r\n")
            connection.answer("409 Conflict", headers: ["X-Kind: b"], "no")
        } _: { server in
            let answer = try await Self.transport(server).send(Self.get)
            #expect(answer.status == 409)
            #expect(answer.header("x-kind") == "b")
            #expect(answer.body == Array("no".utf8))
        }
    }

    @Test("a cancelled request ends at once, on the wire too", .timeLimit(.minutes(1)))
    func cancelled() async throws {
        let ended = OneShot<Void>()
        try await FaultServer.with { _, connection in
            connection.waitForEnd()
            ended.fulfil(())
        } _: { server in
            let transport = try Self.transport(server)
            let task = Task {
                await Self.reason { () throws(TransportFailure) in try await transport.send(Self.get) }
            }
            while server.requests.isEmpty { await Task.yield() }
            task.cancel()
            #expect(await task.value == .cancelled)
            await ended.value()
        }
    }

    @Test(
        "a transport that is let go, or shut down while nothing happens, ends its thread",
        .timeLimit(.minutes(1)), arguments: [true, false])
    func threadEnds(_ isShutDown: Bool) async throws {
        try await FaultServer.with { _, connection in
            connection.answer()
        } _: { server in
            for _ in 0..<25 {
                weak var loop: CurlLoop?
                do {
                    let transport = try Self.transport(server)
                    loop = transport.loop
                    let answer = try await transport.send(Self.get)
                    #expect(answer.status == 200)
                    if isShutDown { await transport.shutDown() }
                }
                // The thread holds the loop for as long as it runs.
                while loop != nil { try await ContinuousClock().sleep(for: .milliseconds(1)) }
            }
        }
    }

    @Test(
        "a transport that is shut down ends what is on its way, and refuses what comes",
        .timeLimit(.minutes(1)))
    func shutDown() async throws {
        try await FaultServer.with {
            $1.waitForEnd()
        } _: { server in
            let transport = try Self.transport(server)
            async let reason = Self.reason { () throws(TransportFailure) in try await transport.send(Self.get)
            }
            while server.requests.isEmpty { await Task.yield() }
            await transport.shutDown()
            await transport.shutDown()
            #expect(await reason == .cancelled)
            let later = await Self.reason { () throws(TransportFailure) in try await transport.send(Self.get)
            }
            #expect(later == .cancelled)
        }
    }

    @Test("more requests than may be in flight all get their answer", .timeLimit(.minutes(1)))
    func queued() async throws {
        try await FaultServer.with {
            $1.answer("200 OK", $0.line)
        } _: { server in
            let transport = try Self.transport(server) { $0.requestsInFlight = 3 }
            try await withThrowingTaskGroup(of: Bool.self) { tasks in
                for index in 0..<200 {
                    tasks.addTask {
                        let answer = try await transport.send(HTTPRequest(method: .get, target: "/\(index)"))
                        return answer.body == Array("GET /\(index) HTTP/1.1".utf8)
                    }
                }
                for try await isRight in tasks { #expect(isRight) }
            }
            #expect(server.connections <= 3)
        }
    }

    @Test("a request that waits too long for its turn fails as not sent", .timeLimit(.minutes(1)))
    func queueTimeout() async throws {
        try await FaultServer.with {
            $1.waitForEnd()
        } _: { server in
            let transport = try Self.transport(server) { $0.requestsInFlight = 1 }
            // The first holds the only place long enough for the second to be asked for, however busy the machine is.
            let patient = HTTPRequest(method: .get, target: "/first", timeout: .seconds(3))
            let hasty = HTTPRequest(method: .get, target: "/second", timeout: .milliseconds(1))
            async let first = Self.reason { () throws(TransportFailure) in try await transport.send(patient) }
            while server.requests.isEmpty { await Task.yield() }
            let second = await Self.reason { () throws(TransportFailure) in try await transport.send(hasty) }
            #expect(await first == .timedOut)
            #expect(second == .unreachable)
        }
    }

    @Test("compressed answers are unpacked, and only asked for where that helps")
    func compression() async throws {
        // gzip of {"a":1}
        let packed: [UInt8] = [
            31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 171, 86, 74, 84, 178, 50, 172, 5, 0, 175, 172, 27, 86, 7, 0, 0,
            0,
        ]
        try await FaultServer.with { request, connection in
            guard request.header("Accept-Encoding") == "gzip" else {
                return connection.answer("200 OK", "plain")
            }
            connection.send(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(packed.count)\r\n\r\n")
            connection.send(packed)
        } _: { server in
            let transport = try Self.transport(server)
            #expect(try await transport.send(Self.get).body == Array(#"{"a":1}"#.utf8))
            let stream = try await transport.open(Self.get)
            var pieces = stream.body.makeAsyncIterator()
            #expect(try await pieces.next(isolation: #isolation) == Array("plain".utf8))
        }
    }
}
