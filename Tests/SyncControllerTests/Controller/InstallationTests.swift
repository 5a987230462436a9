import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// Objects that are written in the name of a project's ServiceAccount, and rules of global projects.
@Suite("settings of the installation", .onEachServer, .timeLimit(.minutes(2)))
struct InstallationTests {
    fileprivate static func set(_ own: ControllerSandbox, _ data: JSONObject) async throws {
        try await own.client.create(
            KubeObject([
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": ["name": "argocd-cm", "namespace": .string(own.sandbox.namespace)],
                "data": .object(data),
            ]), as: .configMaps)
    }

    fileprivate static func project(
        _ own: ControllerSandbox, _ name: String, _ spec: JSONObject, labels: JSONValue = [:]
    ) async throws {
        var all: JSONObject = ["sourceRepos": ["*"], "destinations": [["server": "*", "namespace": "*"]]]
        for member in spec { all[member.key] = member.value }
        try await own.client.create(
            KubeObject([
                "apiVersion": "argoproj.io/v1alpha1", "kind": "AppProject",
                "metadata": [
                    "name": .string(name), "namespace": .string(own.sandbox.namespace), "labels": labels,
                ],
                "spec": .object(all),
            ]), as: .appProjects)
    }

    @Test("S206 where an account is enforced and there is none, nothing is written")
    func enforced() async throws {
        try await ControllerSandbox.with { own in
            try await Self.set(
                own,
                [
                    "application.sync.impersonation.enabled": "true",
                    "application.sync.impersonation.enforced": "true",
                ])
            try await Self.project(own, "team", [:])
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make { $0["spec", "project"] = "team" }
            try await own.wait { $0.status.sync.status == .outOfSync }
            try await own.sync()
            let after = try await own.wait { $0.operation == nil && $0.status.operation != nil }
            #expect(after.status.operation?.phase == .error)
            #expect(after.status.operation?.message.contains("destinationServiceAccounts") == true)
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
        }
    }

    @Test("S204 what a global project permits counts for the projects that it is for, as soon as it is said")
    func global() async throws {
        try await ControllerSandbox.with { own in
            try await Self.project(own, "team", ["sourceRepos": ["https://else.test"]], labels: ["a": "b"])
            try await Self.project(own, "shared", ["sourceRepos": ["https://git.test/*"]])
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make { $0["spec", "project"] = "team" }
            let before = try await own.wait { !$0.status.conditions.isEmpty }
            #expect(before.status.conditions.map(\.kind) == [.invalidSpecError])
            try await Self.set(
                own,
                ["globalProjects": "- {projectName: shared, labelSelector: {matchLabels: {a: b}}}\n"])
            try await own.wait { $0.status.conditions.isEmpty && $0.status.sync.status == .outOfSync }
        }
    }
}

/// Rights of ServiceAccounts, which the embedded server does not know.
@Suite(
    "impersonation", .onRealServer, .enabled(if: TestServer.kubeconfig != nil, TestServer.realIsNeeded),
    .timeLimit(.minutes(2)))
struct ImpersonationTests {
    private static func rbac(_ kind: String, _ plural: String) -> APIResource {
        APIResource(
            kind: GroupVersionKind(group: "rbac.authorization.k8s.io", version: "v1", kind: kind),
            plural: plural, isNamespaced: true, verbs: [])
    }

    @Test("S206 an account that may not write fails the sync with its name, and one that may writes")
    func account() async throws {
        try await ControllerSandbox.with { own in
            let namespace = own.sandbox.namespace
            try await InstallationTests.set(own, ["application.sync.impersonation.enabled": "true"])
            try await InstallationTests.project(
                own, "team",
                [
                    "destinationServiceAccounts": [
                        ["server": "*", "namespace": "*", "defaultServiceAccount": "deployer"]
                    ]
                ])
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make { $0["spec", "project"] = "team" }
            try await own.wait { $0.status.sync.status == .outOfSync }
            try await own.sync()
            let refused = try await own.wait { $0.operation == nil && $0.status.operation != nil }
            #expect(refused.status.operation?.phase == .failed)
            let user = "system:serviceaccount:\(namespace):deployer"
            let messages = (refused.status.operation?.syncResult.resources ?? []).map(\.message)
            #expect(messages.contains { $0.contains("forbidden") && $0.contains(user) }, "\(messages)")
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)

            try await own.client.create(
                KubeObject([
                    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
                    "metadata": ["name": "deployer", "namespace": .string(namespace)],
                    "rules": [["apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]]],
                ]), as: Self.rbac("Role", "roles"))
            try await own.client.create(
                KubeObject([
                    "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
                    "metadata": ["name": "deployer", "namespace": .string(namespace)],
                    "roleRef": [
                        "apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "deployer",
                    ],
                    "subjects": [
                        ["kind": "ServiceAccount", "name": "deployer", "namespace": .string(namespace)]
                    ],
                ]), as: Self.rbac("RoleBinding", "rolebindings"))
            // The API server learns of a right a moment after it was given.
            try await own.patch(
                [
                    "operation": [
                        "sync": [:], "retry": ["limit": 20, "backoff": ["duration": "1s", "factor": 1]],
                    ]
                ])
            try await own.wait { $0.operation == nil && $0.status.operation?.phase == .succeeded }
            #expect(try await own.sandbox.object(.configMaps, "one") != nil)
        }
    }
}
