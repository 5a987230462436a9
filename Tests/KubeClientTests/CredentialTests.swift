import KubeCore
import Synchronization
import Testing

@testable import KubeClient

/// A plugin that answers from a script; the port's fake.
private final class ScriptedRunner: PluginRunner {
    private let answers: Mutex<[Result<String, PluginRunFailure>]>
    private let seen = Mutex<[PluginInvocation]>([])
    private let gate: OneShot<Void>?

    init(_ answers: [Result<String, PluginRunFailure>], gate: OneShot<Void>? = nil) {
        self.answers = Mutex(answers)
        self.gate = gate
    }

    var invocations: [PluginInvocation] { seen.withLock { $0 } }

    func run(_ invocation: PluginInvocation) async throws(PluginRunFailure) -> [UInt8] {
        seen.withLock { $0.append(invocation) }
        await gate?.value()
        let next = answers.withLock { $0.isEmpty ? .failure(.notFound) : $0.removeFirst() }
        return Array(try next.get().utf8)
    }
}

@Suite("credentials on requests")
struct CredentialTests {
    private static let get = HTTPRequest(method: .get, target: "/x")

    /// The headers that a server sees from a client with that identity.
    private static func headers(_ identity: ClientIdentity) async throws -> [String] {
        try await FaultServer.with {
            $1.answer()
        } _: { server in
            let connection = ClusterConnection(origin: "test", server: server.url, identity: identity)
            _ = try await CurlTransport(connection).send(get)
            return server.requests.first?.headers ?? []
        }
    }

    @Test("a request without credentials carries what it must and nothing else")
    func plain() async throws {
        let names = try await Self.headers(ClientIdentity()).map { $0.prefix { $0 != ":" } }
        #expect(Set(names) == ["Host", "Accept", "Accept-Encoding", "User-Agent"])
    }

    @Test("tokens, passwords and impersonation")
    func kinds() async throws {
        var headers = try await Self.headers(ClientIdentity(authorization: .token("abc")))
        #expect(headers.contains("Authorization: Bearer abc"))
        headers = try await Self.headers(
            ClientIdentity(authorization: .basic(user: "me", password: "pass:word")))
        #expect(headers.contains("Authorization: Basic bWU6cGFzczp3b3Jk"))
        let impersonation = Impersonation(
            user: "anna", uid: "7", groups: ["a", "b"],
            extra: [Impersonation.Extra(name: "example.com/Role", values: ["x", "y"])])
        headers = try await Self.headers(ClientIdentity(impersonation: impersonation))
        #expect(
            headers.filter { $0.hasPrefix("Impersonate") } == [
                "Impersonate-User: anna", "Impersonate-Uid: 7", "Impersonate-Group: a",
                "Impersonate-Group: b",
                "Impersonate-Extra-example.com%2Frole: x", "Impersonate-Extra-example.com%2Frole: y",
            ])
    }

    @Test("a value that would smuggle in a header is refused before anything is sent")
    func smuggling() async throws {
        try await FaultServer.with {
            $1.answer()
        } _: { server in
            let connection = ClusterConnection(
                origin: "test", server: server.url,
                identity: ClientIdentity(authorization: .token("a\r\nX-Evil: 1")))
            let transport = try CurlTransport(connection)
            let failure = await #expect(throws: TransportFailure.self) { try await transport.send(Self.get) }
            #expect(failure?.reason == .misconfigured)
            #expect(failure?.message.contains("Evil") == false)
            #expect(server.connections == 0)
        }
    }

    @Test("a token file is read again when it changes, and its last token serves while it is away")
    func tokenFile() throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("token", "first\n")
        let file = TokenFile(path)
        #expect(try file.token() == "first")
        try folder.write("token", "second, longer")
        #expect(try file.token() == "second, longer")
        try folder.write("token", "")
        #expect(try file.token() == "second, longer")
        let failure = #expect(throws: TransportFailure.self) { try TokenFile("\(folder.path)/none").token() }
        #expect(failure?.message == "the token file \(folder.path)/none does not exist")
    }

    private static func plugin(
        _ mode: CredentialPlugin.InteractiveMode = .never, version: String = "v1"
    ) -> CredentialPlugin {
        CredentialPlugin(
            origin: "config: users[me].user.exec", apiVersion: "client.authentication.k8s.io/\(version)",
            command: "login", arguments: ["now"], environment: ["A": "b"], interactiveMode: mode,
            installHint: "get it there", clusterInfo: .init(server: "https://a:443"))
    }

    private static func answer(_ status: String, version: String = "v1") -> Result<String, PluginRunFailure> {
        .success(
            #"{"apiVersion":"client.authentication.k8s.io/\#(version)","kind":"ExecCredential","status":\#(status)}"#
        )
    }

    @Test("a plugin runs once for as long as its answer is good")
    func pluginOnce() async throws {
        let runner = ScriptedRunner([
            Self.answer(#"{"token":"one","expirationTimestamp":"1970-01-01T00:01:00Z"}"#),
            Self.answer(#"{"token":"two"}"#),
        ])
        let now = Mutex<Int64>(0)
        let credentials = PluginCredentials(Self.plugin(), runner: runner, now: { now.withLock { $0 } })
        for _ in 0..<3 { #expect(try await credentials.proof(otherThan: nil).authorization == "Bearer one") }
        now.withLock { $0 = 49 }
        #expect(try await credentials.proof(otherThan: nil).authorization == "Bearer one")
        now.withLock { $0 = 50 }
        for _ in 0..<3 { #expect(try await credentials.proof(otherThan: nil).authorization == "Bearer two") }
        #expect(runner.invocations.count == 2)
        let invocation = try #require(runner.invocations.first)
        #expect(invocation.command == "login" && invocation.arguments == ["now"] && !invocation.isInteractive)
        #expect(invocation.environment["A"] == "b")
        let asked = try JSONValue(parsing: invocation.environment["KUBERNETES_EXEC_INFO"] ?? "")
        #expect(
            asked == [
                "apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential",
                "spec": ["interactive": false, "cluster": ["server": "https://a:443"]],
            ])
    }

    @Test("many that need a plugin share one run, and its failure")
    func pluginShared() async throws {
        for outcome in [Self.answer(#"{"token":"one"}"#), .failure(.failed("ended with exit code 1"))] {
            let gate = OneShot<Void>()
            let runner = ScriptedRunner([outcome], gate: gate)
            let credentials = PluginCredentials(Self.plugin(), runner: runner)
            let results = await withTaskGroup(of: String.self) { tasks in
                for _ in 0..<20 {
                    tasks.addTask {
                        do {
                            return try await credentials.proof(otherThan: nil).authorization ?? ""
                        } catch {
                            return "\(error)"
                        }
                    }
                }
                // Who comes when it is over would begin another run.
                while await credentials.waiting < 19 { await Task.yield() }
                gate.fulfil(())
                var all: Set<String> = []
                for await result in tasks { all.insert(result) }
                return all
            }
            #expect(results.count == 1)
            #expect(runner.invocations.count == 1)
        }
    }

    @Test("what the server refuses is asked for anew, once")
    func refreshed() async throws {
        try await FaultServer.with { request, connection in
            let isRight = request.header("Authorization") == "Bearer two"
            connection.answer(isRight ? "200 OK" : "401 Unauthorized")
        } _: { server in
            let runner = ScriptedRunner([
                Self.answer(#"{"token":"one"}"#), Self.answer(#"{"token":"two"}"#),
                Self.answer(#"{"token":"three"}"#),
            ])
            let connection = ClusterConnection(
                origin: "test", server: server.url,
                identity: ClientIdentity(authorization: .plugin(Self.plugin())))
            let transport = try CurlTransport(connection, runner: runner)
            #expect(try await transport.send(Self.get).status == 200)
            #expect(try await transport.send(Self.get).status == 200)
            #expect(runner.invocations.count == 2)
        }
        try await FaultServer.with {
            $1.answer("401 Unauthorized")
        } _: { server in
            let runner = ScriptedRunner([Self.answer(#"{"token":"one"}"#), Self.answer(#"{"token":"one"}"#)])
            let connection = ClusterConnection(
                origin: "test", server: server.url,
                identity: ClientIdentity(authorization: .plugin(Self.plugin())))
            let answer = try await CurlTransport(connection, runner: runner).send(Self.get)
            #expect(answer.status == 401)
            #expect(server.requests.count == 1)
        }
    }

    static let badAnswers: [(Result<String, PluginRunFailure>, says: String)] = [
        (.success("secret"), "is no JSON"),
        (.success("{}"), "is no ExecCredential"),
        (answer(#"{"token":"secret"}"#, version: "v1beta1"), "client.authentication.k8s.io/v1,"),
        (
            .success(#"{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential"}"#),
            "has no status"
        ),
        (answer("{}"), "neither a token nor a certificate"),
        (answer(#"{"clientKeyData":"secret"}"#), "both clientCertificateData and clientKeyData"),
        (answer(#"{"token":"secret","expirationTimestamp":"secret"}"#), "expirationTimestamp"),
        (.failure(.notFound), "get it there"),
        (.failure(.failed("ended with exit code 3")), "exit code 3"),
    ]

    @Test("I8 a plugin's bad answer is explained and not quoted", arguments: badAnswers)
    func badAnswer(_ row: (Result<String, PluginRunFailure>, says: String)) async throws {
        let credentials = PluginCredentials(Self.plugin(), runner: ScriptedRunner([row.0]))
        let failure = await #expect(throws: TransportFailure.self) {
            try await credentials.proof(otherThan: nil)
        }
        let message = try #require(failure?.message)
        #expect(message.hasPrefix("config: users[me].user.exec: "))
        #expect(message.contains(row.says), "\(message)")
        #expect(!message.contains("secret"), "\(message)")
    }

    @Test("a plugin that wants a terminal gets one or an explanation")
    func terminal() async throws {
        let good = Self.answer(#"{"token":"one"}"#)
        for (mode, hasTerminal, isInteractive) in [
            (CredentialPlugin.InteractiveMode.never, true, false), (.ifAvailable, true, true),
            (.ifAvailable, false, false), (.always, true, true),
        ] {
            let runner = ScriptedRunner([good])
            let credentials = PluginCredentials(
                Self.plugin(mode), runner: runner, hasTerminal: { hasTerminal })
            _ = try await credentials.proof(otherThan: nil)
            #expect(runner.invocations.first?.isInteractive == isInteractive)
        }
        let credentials = PluginCredentials(
            Self.plugin(.always), runner: ScriptedRunner([good]), hasTerminal: { false })
        await #expect(throws: TransportFailure.self) { try await credentials.proof(otherThan: nil) }
    }

    @Test("plugins run as child processes", .timeLimit(.minutes(1)))
    func child() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.write(
            "login", "#!/bin/sh\nprintf '%s %s' \"$1\" \"$GREETING\"\n", executable: true)
        let runner = SubprocessPluginRunner()
        var invocation = PluginInvocation(
            command: script, arguments: ["hello"], environment: ["GREETING": "world"], isInteractive: false)
        #expect(try await runner.run(invocation) == Array("hello world".utf8))
        invocation.command = "no-such-plugin-here"
        await #expect(throws: PluginRunFailure.notFound) { try await runner.run(invocation) }
        invocation.command = "\(folder.path)/nothing"
        await #expect(throws: PluginRunFailure.self) { try await runner.run(invocation) }
        invocation.command = try folder.write("fail", "#!/bin/sh\nexit 4\n", executable: true)
        await #expect(throws: PluginRunFailure.failed("ended with exit code 4")) {
            try await runner.run(invocation)
        }
    }

    @Test("a plugin that does not come back is ended", .timeLimit(.minutes(1)))
    func hanging() async throws {
        let folder = try TemporaryFolder()
        let script = try folder.write("hang", "#!/bin/sh\nexec sleep 600\n", executable: true)
        let runner = SubprocessPluginRunner(timeout: .milliseconds(200))
        let invocation = PluginInvocation(
            command: script, arguments: [], environment: [:], isInteractive: false)
        await #expect(throws: PluginRunFailure.self) { try await runner.run(invocation) }
    }
}
