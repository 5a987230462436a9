import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// I6: what clients of `cluster serve` may do to its memory. One after the other: it is measured.
@Suite("Hostile clients", .serialized, .timeLimit(.minutes(5)))
struct HostileClientTests {
    private static let megabyte = 1 << 20

    /// What the process holds in memory, in bytes.
    private static func resident(_ server: ServedCluster) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(server.processID)/statm", encoding: .utf8)
        let pages = try #require(text.split(separator: " ").dropFirst().first.flatMap { Int($0) })
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }

    /// Where a served cluster listens, and what it demands.
    private struct Door: Sendable {
        var port: Int
        var bearer: String

        init(_ server: ServedCluster) throws {
            let text = try String(contentsOfFile: server.kubeconfig, encoding: .utf8)
            let connection = try KubeConfig(path: server.kubeconfig, environment: [:]).connection()
            port = try #require(connection.server.split(separator: ":").last.flatMap { Int($0) })
            let token = try #require(text.firstMatch(of: /token: ([0-9a-f]{64})\n/)).1
            bearer = "Authorization: Bearer \(token)\r\n"
        }

        func request(_ method: String, _ target: String, _ rest: String = "\r\n") -> String {
            "\(method) \(target) HTTP/1.1\r\nHost: t\r\n\(bearer)\(rest)"
        }
    }

    /// Runs a test against a server of its own, and checks that it lives on, with no more memory than that.
    private static func with(
        growth: Int, _ what: String, _ test: @Sendable (ServedCluster, Door) async throws -> Void
    ) async throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "hostile-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        try await ServedCluster.with(place) { server in
            let door = try Door(server)
            let alive = HTTPRequest(method: .get, target: "/api/v1/namespaces/default")
            #expect(try await server.transport.send(alive).status == 200)
            let before = try resident(server)
            try await test(server, door)
            #expect(try await server.transport.send(alive).status == 200)
            let after = try resident(server)
            print("\(what): \(before / megabyte) MB before, \(after / megabyte) MB after")
            #expect(after - before < growth, "\(after - before) bytes more than before")
        }
    }

    @Test("2,000 idle watches: little memory, and every one of them hears what happens")
    func idleWatches() async throws {
        let count = 2000
        try await Self.with(growth: 150 * Self.megabyte, "\(count) watches") { server, door in
            let (opened, open) = AsyncStream.makeStream(of: Void.self)
            let path = "/api/v1/namespaces/default/configmaps?watch=true&fieldSelector=metadata.name%3Dnews"
            try await withThrowingTaskGroup(of: Bool.self) { group in
                for _ in 0..<count {
                    group.addTask {
                        try await RawClient.with(door.port) { client, answers in
                            await client.send(door.request("GET", path))
                            let head = await answers.nextHead()
                            open.yield()
                            guard head?.hasPrefix("HTTP/1.1 200") == true else { return false }
                            return await answers.nextChunk()?.isEmpty == false
                        }
                    }
                }
                var left = count
                for await _ in opened {
                    left -= 1
                    if left == 0 { break }
                }
                print("with \(count) watches open: \(try Self.resident(server) / Self.megabyte) MB")
                let news = HTTPRequest(
                    method: .post, target: "/api/v1/namespaces/default/configmaps",
                    headers: [HTTPHeader("Content-Type", "application/json")],
                    body: Array(#"{"metadata":{"name":"news"}}"#.utf8))
                let clock = ContinuousClock()
                let begun = clock.now
                #expect(try await server.transport.send(news).status == 201)
                var told = 0
                for try await isTold in group where isTold { told += 1 }
                print("\(told) watches told in \(clock.now - begun)")
                #expect(told == count)
            }
        }
    }

    @Test("500 clients without a token, each with 8 MiB of body, and as many with heads without end")
    func uninvited() async throws {
        try await Self.with(growth: 150 * Self.megabyte, "bodies of nobody") { _, door in
            let piece = [UInt8](repeating: 120, count: 1 << 20)
            await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<1000 {
                    if number >= 100 { _ = await group.nextResult() }
                    group.addTask {
                        try await RawClient.with(door.port) { client, answers in
                            let isBody = number.isMultiple(of: 2)
                            await client.send(
                                isBody
                                    ? "POST /api/v1/namespaces HTTP/1.1\r\nHost: t\r\nContent-Length: 8388608\r\n\r\n"
                                    : "GET /version HTTP/1.1\r\nX-Long: ")
                            for _ in 0..<8 {
                                guard await client.send(piece) else { break }
                            }
                            // Closed while it still sends, a client may not get to see the answer.
                            let code = await answers.next()?.code
                            #expect([isBody ? 401 : 431, nil].contains(code))
                        }
                    }
                }
            }
        }
    }

    @Test("clients with the token, and bodies beyond the limit")
    func tooLarge() async throws {
        try await Self.with(growth: 250 * Self.megabyte, "bodies that are too large") { _, door in
            let piece = String(repeating: "x", count: 1 << 20)
            await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<200 {
                    if number >= 32 { _ = await group.nextResult() }
                    group.addTask {
                        try await RawClient.with(door.port) { client, answers in
                            await client.send(
                                door.request(
                                    "POST", "/api/v1/namespaces", "Transfer-Encoding: chunked\r\n\r\n"))
                            for _ in 0..<16 {
                                guard await client.send("100000\r\n\(piece)\r\n") else { break }
                            }
                            #expect([413, nil].contains(await answers.next()?.code))
                        }
                    }
                }
            }
        }
    }

    @Test("50,000 requests sent ahead on one connection are all answered, and are not kept")
    func ahead() async throws {
        try await Self.with(growth: 100 * Self.megabyte, "requests sent ahead") { _, door in
            let batch = String(repeating: door.request("GET", "/healthz"), count: 500)
            try await RawClient.with(door.port) { client, answers in
                for _ in 0..<100 {
                    await client.send(batch)
                    for _ in 0..<500 {
                        guard await answers.next()?.code == 200 else {
                            Issue.record("a request was not answered")
                            return
                        }
                    }
                }
            }
        }
    }

    @Test("a flood of requests behind a watch waits outside")
    func floodBehindWatch() async throws {
        try await Self.with(growth: 100 * Self.megabyte, "a flood behind a watch") { server, door in
            try await withThrowingTaskGroup(of: Void.self) { group in
                let flood = String(repeating: door.request("GET", "/healthz"), count: 20_000)
                for _ in 0..<16 {
                    group.addTask {
                        try await RawClient.with(door.port) { client, answers in
                            await client.send(
                                door.request("GET", "/api/v1/secrets?watch=true&timeoutSeconds=2"))
                            _ = await answers.nextHead()
                            await client.send(flood)
                            // The watch ends by itself; what came after it is answered in order.
                            while await answers.nextChunk()?.isEmpty == false {}
                            #expect(await answers.next()?.code == 200)
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
    }
}
