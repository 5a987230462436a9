import Foundation
import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import Synchronization
import TestSupport
import Testing

@testable import SyncSources

/// What git hosts send over HTTP, and what becomes of it.
@Suite("pushes", .onEachServer, .timeLimit(.minutes(3)))
struct PushTests {
    private static let secret = "agreed-upon"

    /// A route to the controller of a sandbox, as a git host sees it.
    private struct Host {
        let transport: CurlTransport
        /// What reached the controller.
        let heard: Heard

        /// Sends a push of GitHub, with what it proves.
        func push(
            _ body: String, proof: String?, to target: String = "/api/webhook"
        ) async throws -> (status: Int, text: String) {
            var headers = [
                HTTPHeader("X-GitHub-Event", "push"), HTTPHeader("Content-Type", "application/json"),
            ]
            if let proof { headers.append(HTTPHeader("X-Hub-Signature-256", proof)) }
            let response = try await transport.send(
                HTTPRequest(method: .post, target: target, headers: headers, body: Array(body.utf8)))
            return (response.status, String(decoding: response.body, as: UTF8.self))
        }
    }

    /// Notes pushes on their way.
    private final class Heard: Sendable {
        private let events = Mutex<[PushEvent]>([])
        var count: Int { events.withLock { $0.count } }
        func note(_ event: PushEvent) { events.withLock { $0.append(event) } }
    }

    /// Serves while a test runs; the controller looks at sources for no other reason.
    private static func with(
        _ test: (ControllerSandbox, Host) async throws -> Void
    ) async throws {
        try await ControllerSandbox.with {
            $0.pollInterval = .seconds(86400)
            $0.workers = 1
        } _: { own in
            let keyring = WebhookKeyring(
                client: own.client, namespace: own.sandbox.namespace, age: .zero)
            let heard = Heard()
            let controller = own.controller
            let route = PushRoute(secrets: { await keyring.secrets }) {
                heard.note($0)
                controller.pushed($0)
            }
            try await route.serve(onPort: 0) { listener in
                let connection = ClusterConnection(origin: "test", server: listener.address)
                try await test(own, Host(transport: try CurlTransport(connection), heard: heard))
            }
        }
    }

    private static func agree(_ own: ControllerSandbox, _ fields: [String: String]) async throws {
        var data = JSONObject()
        for (field, text) in fields { data[field] = .string(Data(text.utf8).base64EncodedString()) }
        try await own.client.create(
            KubeObject([
                "metadata": ["name": "argocd-secret", "namespace": .string(own.sandbox.namespace)],
                "data": .object(data),
            ]), as: .secrets)
    }

    private static func body(
        _ reference: String = "refs/heads/main", repository: String = "https://git.test/shop"
    ) -> String {
        #"{"ref":"\#(reference)","repository":{"clone_url":"\#(repository)"}}"#
    }

    private static func proof(of body: String, key: String = secret) -> String {
        "sha256=" + MessageCode.make(of: Array(body.utf8), key: Array(key.utf8)).hexadecimal
    }

    @Test("S152 a push that is proven makes the applications of its repository and branch due, and no others")
    func proven() async throws {
        try await Self.with { own, host in
            try await Self.agree(own, ["webhook.github.secret": Self.secret])
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make()
            try await own.make {
                $0.name = "other-branch"
                $0["spec", "source", "targetRevision"] = "release"
            }
            try await own.make {
                $0.name = "other-repository"
                $0["spec", "source", "repoURL"] = "https://git.test/shop-2.git"
            }
            let others = ["other-branch", "other-repository"]
            try await own.wait { $0.status.sync.revision == "aaaaaaaa1" }
            for name in others { try await own.wait(for: name) { $0.status.sync.revision == "aaaaaaaa1" } }

            // The second time round, whatever the first had made due has been looked at: there is one worker.
            for revision in ["aaaaaaaa2", "aaaaaaaa3"] {
                own.source.push(revision, [try Manifests.map("two")])
                let forced = own.source.forcedCount
                let answer = try await host.push(Self.body(), proof: Self.proof(of: Self.body()))
                #expect(answer.status == 202, "\(answer.text)")
                try await own.wait { $0.status.sync.revision == revision }
                #expect(own.source.forcedCount == forced + 1)
            }
            #expect(host.heard.count == 2)
            for name in others {
                let object = try await own.sandbox.object(.applications, name)
                #expect(Application(try #require(object)).status.sync.revision == "aaaaaaaa1", "\(name)")
            }
        }
    }

    @Test("I8 a push that is wrong, or proven by nothing, is refused, and makes nothing due")
    func unproven() async throws {
        try await Self.with { own, host in
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make()
            try await own.wait { $0.status.sync.revision == "aaaaaaaa1" }
            let body = Self.body()
            own.source.push("aaaaaaaa2", [try Manifests.map("two")])

            // Nothing is agreed upon: not even the proof with an empty secret counts.
            for key in [Self.secret, ""] {
                #expect(try await host.push(body, proof: Self.proof(of: body, key: key)).status == 401)
            }
            // Of another host, and an empty one of this.
            try await Self.agree(own, ["webhook.gitlab.secret": Self.secret, "webhook.github.secret": ""])
            for key in [Self.secret, ""] {
                #expect(try await host.push(body, proof: Self.proof(of: body, key: key)).status == 401)
            }
            try await own.client.delete(
                .secrets, namespace: own.sandbox.namespace, name: "argocd-secret")
            try await Self.agree(own, ["webhook.github.secret": Self.secret])
            let proofs = [
                nil, "", "sha256=", Self.proof(of: body, key: "guessed"), Self.proof(of: body + " "),
                String(Self.proof(of: body).dropFirst("sha256=".count)),
            ]
            for proof in proofs {
                let answer = try await host.push(body, proof: proof)
                #expect(answer.status == 401, "\(proof ?? "none")")
                #expect(!answer.text.contains(Self.secret))
            }
            // The proof is looked at before the body is.
            #expect(try await host.push("{", proof: proofs[3]).status == 401)
            #expect(try await host.push("{", proof: Self.proof(of: "{")).status == 400)
            #expect(try await host.push(body, proof: Self.proof(of: body), to: "/").status == 404)

            #expect(host.heard.count == 0)
            #expect(own.source.count == 1)
            let object = try await own.sandbox.object(.applications, own.sandbox.application)
            #expect(Application(try #require(object)).status.sync.revision == "aaaaaaaa1")

            // All of it was refused for want of the proof alone.
            #expect(try await host.push(body, proof: Self.proof(of: body)).status == 202)
            try await own.wait { $0.status.sync.revision == "aaaaaaaa2" }
        }
    }

    @Test("I6 a body that is too large is refused, however well it is proven; what is no POST, too")
    func large() async throws {
        try await Self.with { own, host in
            try await Self.agree(own, ["webhook.github.secret": Self.secret])
            let body = String(repeating: " ", count: PushEvent.bodyLimit) + Self.body()
            #expect(try await host.push(body, proof: Self.proof(of: body)).status == 413)
            #expect(host.heard.count == 0)
            let fits = String(repeating: " ", count: 1 << 20) + Self.body()
            #expect(try await host.push(fits, proof: Self.proof(of: fits)).status == 202)
            let read = try await host.transport.send(HTTPRequest(method: .get, target: "/api/webhook"))
            #expect(read.status == 405)
        }
    }
}
