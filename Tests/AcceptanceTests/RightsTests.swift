import Foundation
import KubeClient
import KubeCore
import KubeRuntime
import TestSupport
import Testing

/// A controller with the rights of the namespaced installation, and no others. The embedded server knows no rights.
@Suite(
    "A controller's rights", .onRealServer,
    .enabled(if: TestServer.kubeconfig != nil && TestServer.auditLog != nil, TestServer.realIsNeeded),
    .timeLimit(.minutes(5)))
struct RightsTests {
    @Test(
        "S49 a sync that reaches into another namespace fails before its first write, and says what is missing"
    )
    func otherNamespace() async throws {
        try await OwnStage.with { stage in
            let other = "\(stage.destination)-other"
            try await stage.cluster.client.create(
                KubeObject(["metadata": ["name": .string(other)]]), as: .namespaces)
            let stray = Manifest.configMap("stray").replacing(
                "name: stray", with: "name: stray\n  namespace: \(other)")
            _ = try await stage.commit(["a.yaml": Manifest.configMap("a"), "b.yaml": stray], tag: "v1")
            try await stage.make()
            try await stage.besideRestrictedController {
                try await stage.askForSync()
                let ended = try await stage.wait {
                    $0["operation"] == nil && $0["status", "operationState", "finishedAt"] != nil
                }
                let state = try #require(ended["status", "operationState"])
                #expect(state["phase"] == "Failed" || state["phase"] == "Error")
                let text = state.text
                #expect(text.contains("configmaps"), "\(text)")
                #expect(text.contains("forbidden") || text.contains("may not"), "\(text)")
                #expect(text.contains(other), "\(text)")
                print("RIGHTS other namespace: \(state["message"]?.string ?? "")")
            }
            #expect(try await stage.record().filter { $0.contains("configmaps") } == [])
            #expect(
                try await stage.cluster.client.get(.configMaps, namespace: other, name: "stray") == nil)
            try await stage.cluster.client.delete(.namespaces, name: other)
        }
    }

    @Test("S154 a controller that may not list a kind says which")
    func missingRight() async throws {
        try await OwnStage.with { stage in
            _ = try await stage.commit(
                [
                    "a.yaml": Manifest.configMap("a"),
                    "b.yaml":
                        "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {ports: [{port: 80}]}\n",
                ], tag: "v1")
            try await stage.make()
            try await stage.besideRestrictedController([
                "apiGroups": [""], "resources": ["configmaps"],
                "verbs": ["get", "list", "watch", "create", "update", "patch", "delete"],
            ]) {
                let compared = try await stage.wait {
                    $0["status", "conditions"]?.array?.isEmpty == false
                }
                let text = try #require(compared["status", "conditions"]).text
                #expect(text.contains("Service") || text.contains("services"), "\(text)")
                #expect(text.contains("may not") || text.contains("forbidden"), "\(text)")
                print("RIGHTS missing: \(text)")
            }
        }
    }
}

extension OwnStage {
    /// Asks for a sync of the Application, or of another one.
    func askForSync(of other: String? = nil) async throws {
        try await cluster.client.patch(
            .merge(["operation": ["sync": [:], "initiatedBy": ["username": "somebody"]]]), of: .applications,
            namespace: home, name: other ?? name)
    }

    /// Runs a controller beside a test that has the rights of `install --namespaced`, or in the destination only these.
    fileprivate func besideRestrictedController(
        _ rule: JSONValue? = nil, _ body: @Sendable () async throws -> Void
    ) async throws {
        let installed = try await Program.run([
            "install", "--kubeconfig", cluster.kubeconfig, "--namespace", home, "--namespaced",
            "--destination", destination,
        ])
        #expect(installed.exitCode == 0, "\(installed)")
        if let rule {
            try await cluster.client.patch(
                .merge(["rules": [rule]]), of: .roles, namespace: destination, name: "syncctl-destination")
        }
        let file = place.appending(path: "restricted.kubeconfig")
        let authority = try String(contentsOfFile: cluster.kubeconfig, encoding: .utf8)
            .firstMatch(of: /certificate-authority-data: (\S+)/).map { String($0.1) }
        try Data(
            Kubeconfig.text(
                server: cluster.connection.server, authority: authority, token: try await accountToken()
            ).utf8
        ).write(to: file)
        try await Program.process(
            [
                "controller", "--metrics-port", "0", "--destination-namespace", destination, "--kubeconfig",
                file.path(), "-n", home, "--allow-local-repositories",
            ],
            environment: ["XDG_CACHE_HOME": place.appending(path: "cache-restricted").path()]
        ) { _ in try await body() }
    }

    /// The token of the controller's ServiceAccount, as soon as there is one.
    private func accountToken() async throws -> String {
        var options = APIRequest.ListOptions()
        options.fieldSelector = "type=kubernetes.io/service-account-token"
        for try await event in try await cluster.client.watch(
            APIRequest(.watch(options), .secrets, namespace: home))
        {
            guard let secret = event.object,
                secret.annotation("kubernetes.io/service-account.name") == "syncctl-controller",
                let text = secret["data", "token"]?.string, let token = Data(base64Encoded: text)
            else { continue }
            return String(decoding: token, as: UTF8.self)
        }
        throw CancellationError()
    }
}

extension APIResource {
    fileprivate static let roles = APIResource(
        kind: GroupVersionKind(apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role"), plural: "roles",
        isNamespaced: true, verbs: [])
}
