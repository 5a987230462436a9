import KubeCore
import KubeServer
import TestSupport
import Testing

/// A server that is another one for every request: all it has in common with the one before is an archive.
private final class RestartingTransport: HTTPTransport {
    private let archive = MemoryArchive()

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        try await server().send(request)
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await server().open(request)
    }

    private func server() throws(TransportFailure) -> KubeServer {
        do throws(ArchiveFailure) {
            return try KubeServer(
                keepingIn: archive, clock: StandingClock(), startingAt: Timestamp(seconds: 1_795_000_000),
                simulation: .none, seed: 7)
        } catch {
            throw TransportFailure(.unreachable, "\(error)")
        }
    }
}

@Suite("what an archive keeps")
struct ArchiveTests {
    private let start = Timestamp(seconds: 1_795_000_000)

    private func server(_ archive: MemoryArchive, _ clock: StandingClock = StandingClock()) throws
        -> KubeServer
    {
        try KubeServer(keepingIn: archive, clock: clock, startingAt: start, seed: 7)
    }

    @Test(
        "a server that is started anew before every request answers as one that was not",
        arguments: ContractSequence.all.filter { !$0.readsHistory })
    func restarts(_ sequence: ContractSequence) async throws {
        try await ContractRunner(transport: RestartingTransport(), patience: 1)
            .run(sequence, allowsDifferences: true)
    }

    @Test(
        "a write that cannot be kept is refused and leaves no trace: asked again, everything is as if asked once",
        arguments: ContractSequence.all)
    func refusals(_ sequence: ContractSequence) async throws {
        let archive = MemoryArchive()
        let clock = StandingClock()
        let (tried, plain) = (try server(archive, clock), try server(MemoryArchive(), clock))
        for step in sequence.steps {
            let request = step.request(sequence.variables)
            for server in [tried, plain] { server.catchUp() }
            let before = archive.refused
            archive.refuse(1)
            var answer = try await tried.send(request)
            if archive.refused > before {
                #expect(answer.status == 500)
                #expect(try JSONValue(parsing: answer.body)["reason"] == "InternalError")
                answer = try await tried.send(request)
            }
            archive.refuse(0)
            let wanted = try await plain.send(request)
            let isSame = answer == wanted
            #expect(isSame, "\(step.method) \(step.target)")
            clock.advance(by: .milliseconds(300))
        }
        #expect(archive.refused > 0)
        // What was kept is what is there.
        tried.catchUp()
        let next = try KubeServer(
            keepingIn: archive, clock: clock, startingAt: start, simulation: .none, seed: 8)
        for target in Self.collections {
            let found = try await items(next, target)
            let isSame = try await items(tried, target) == found
            #expect(isSame, "\(target)")
        }
    }

    @Test("what is due and cannot be kept stays due, and is no reason to refuse a read")
    func due() async throws {
        let archive = MemoryArchive()
        let clock = StandingClock()
        let server = try server(archive, clock)
        let jobs = "/apis/batch/v1/namespaces/default/jobs"
        let job: JSONValue = [
            "metadata": ["name": "j"],
            "spec": [
                "template": [
                    "spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "busybox"]]]
                ]
            ],
        ]
        _ = try await server.send(HTTPRequest(method: .post, target: jobs, body: job.serialized()))
        archive.refuse(.max)
        for _ in 0..<5 {
            clock.advance(by: .seconds(1))
            server.catchUp()
            let answer = try await server.send(HTTPRequest(method: .get, target: "\(jobs)/j"))
            #expect(answer.status == 200)
            #expect(try JSONValue(parsing: answer.body)["status"]?["active"] == 1)
        }
        #expect(archive.refused > 0)
        archive.refuse(0)
        for _ in 0..<2 {
            clock.advance(by: .seconds(1))
            server.catchUp()
        }
        let answer = try await server.send(HTTPRequest(method: .get, target: "\(jobs)/j"))
        #expect(try JSONValue(parsing: answer.body)["status"]?["succeeded"] == 1)
    }

    @Test("a watch hears nothing of a write that could not be kept")
    func unheard() async throws {
        let archive = MemoryArchive()
        let server = try server(archive)
        let configs = "/api/v1/namespaces/default/configmaps"
        func write(_ name: String) async throws -> Int {
            let body: JSONValue = ["metadata": ["name": .string(name)]]
            return try await server.send(
                HTTPRequest(method: .post, target: configs, body: body.serialized())
            ).status
        }
        let list = try await server.send(HTTPRequest(method: .get, target: configs))
        let version = try JSONValue(parsing: list.body)["metadata"]?["resourceVersion"]?.string ?? ""
        archive.refuse(1)
        #expect(try await write("refused") == 500)
        #expect(try await write("kept") == 201)
        let stream = try await server.open(
            HTTPRequest(method: .get, target: "\(configs)?watch=1&resourceVersion=\(version)", timeout: nil))
        for try await piece in stream.body {
            #expect(!String(decoding: piece, as: UTF8.self).contains("\"refused\""))
            #expect(String(decoding: piece, as: UTF8.self).contains("\"kept\""))
            break
        }
    }

    private static let collections = [
        "/api/v1/namespaces", "/api/v1/configmaps", "/api/v1/secrets", "/api/v1/services", "/api/v1/pods",
        "/apis/apps/v1/deployments", "/apis/batch/v1/jobs",
        "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    ]

    private func items(_ server: KubeServer, _ target: String) async throws -> [JSONValue] {
        let answer = try await server.send(HTTPRequest(method: .get, target: target))
        return try JSONValue(parsing: answer.body)["items"]?.array ?? []
    }
}

extension ContractSequence {
    /// Whether something in it reads what happened before, which a restart forgets.
    fileprivate var readsHistory: Bool { steps.contains { $0.target.contains("continue=") } }
}
