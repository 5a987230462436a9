import KubeCore
import KubeYAML
import SyncEngine
import Testing

/// What holds for all Applications: global projects and impersonation.
@Suite("installation settings")
struct InstallationSettingsTests {
    private static func settings(_ data: JSONObject = [:], global: String = "") throws -> InstallationSettings
    {
        let document = try YAMLStream.documents(in: Array(global.utf8)).first
        return InstallationSettings(data, globalProjects: document?.value)
    }

    private static func project(_ name: String, _ spec: JSONValue, labels: JSONValue = [:]) -> AppProject {
        AppProject(KubeObject(["metadata": ["name": .string(name), "labels": labels], "spec": spec]))
    }

    @Test("S204 a project has the lists of the global ones that are for its labels, and its own")
    func global() throws {
        let settings = try Self.settings(
            global: """
                - labelSelector:
                    matchExpressions:
                      - {key: opt, operator: In, values: [prod]}
                  projectName: shared
                - labelSelector: {matchLabels: {opt: other}}
                  projectName: never
                - projectName: gone
                """)
        #expect(settings.problems.isEmpty)
        let shared = Self.project(
            "shared",
            [
                "sourceRepos": ["https://git.test/shared"],
                "destinations": [["server": "*", "namespace": "shared-*"]],
                "clusterResourceWhitelist": [["group": "", "kind": "Namespace"]],
                "namespaceResourceBlacklist": [["group": "", "kind": "Secret"]],
                "namespaceResourceWhitelist": [["group": "", "kind": "ConfigMap"]],
                "syncWindows": [["kind": "deny"]],
            ])
        let never = Self.project("never", ["sourceRepos": ["*"]])
        let plain = Self.project(
            "shop", ["sourceRepos": ["https://git.test/shop"]], labels: ["opt": "prod"])
        let find = { (name: String) in [shared, never].first { $0.name == name } }
        let merged = plain.merged(settings, project: find)
        #expect(merged.name == "shop")
        #expect(merged.permits(source: "https://git.test/shop"))
        #expect(merged.permits(source: "https://git.test/shared"))
        #expect(!merged.permits(source: "https://git.test/else"))
        let destination = Destination(server: Destination.ownServer, namespace: "shared-1")
        #expect(merged.permits(destination, namespace: "shared-1"))
        #expect(merged.permits(GroupKind(group: "", kind: "Namespace"), name: "a", isNamespaced: false))
        #expect(merged.permits(GroupKind(group: "", kind: "ConfigMap"), name: "a", isNamespaced: true))
        #expect(!merged.permits(GroupKind(group: "", kind: "Secret"), name: "a", isNamespaced: true))
        #expect(!merged.permits(GroupKind(group: "apps", kind: "Deployment"), name: "a", isNamespaced: true))
        #expect(merged.syncWindows.count == 1)
        // Other labels, and the global one itself, get nothing.
        let other = Self.project("other", ["sourceRepos": ["x"]])
        #expect(other.merged(settings, project: find) == other)
        #expect(shared.merged(settings, project: find) == shared)
    }

    @Test(
        "I7 what can't be read of the settings is left out, and said",
        arguments: [
            ("- {labelSelector: {}}", "data.globalProjects[0].projectName is missing"),
            (
                "- {projectName: a, labelSelector: {matchLabels: 5}}", "data.globalProjects[0].labelSelector "
            ),
            ("a: b", "data.globalProjects must be"),
        ])
    func malformed(_ text: String, _ problem: String) throws {
        let settings = try Self.settings(global: text)
        #expect(settings.globalProjects.isEmpty)
        let first = try #require(settings.problems.first)
        #expect("\(first)".hasPrefix(problem), "\(first)")
    }

    private static let accounts: JSONValue = [
        "destinationServiceAccounts": [
            ["server": "https://elsewhere.test", "namespace": "*", "defaultServiceAccount": "wrong"],
            [
                "server": "https://kubernetes.default.svc", "namespace": "de*",
                "defaultServiceAccount": "deployer",
            ],
            ["server": "*", "namespace": "*", "defaultServiceAccount": "ops:everyone"],
        ]
    ]

    @Test(
        "S206 the first account that matches writes; without one, the controller does, unless one is enforced"
    )
    func identity() throws {
        let off = try Self.settings(["application.sync.impersonation.enabled": "false"]).impersonation
        let optional = try Self.settings(["application.sync.impersonation.enabled": "true"]).impersonation
        let enforced = try Self.settings([
            "application.sync.impersonation.enabled": "true",
            "application.sync.impersonation.enforced": "true",
        ]).impersonation
        #expect([off, optional, enforced] == [.off, .optional, .enforced])

        let demo = SampleApplication.make()
        let other = SampleApplication.make(["spec": ["destination": ["namespace": "other"]]])
        let byName = SampleApplication.make(
            ["spec": ["destination": ["server": .null, "name": "in-cluster"]]])
        let project = Self.project("p", Self.accounts)
        let empty = Self.project("p", [:])
        #expect(WritingIdentity(for: demo, of: project, off) == .own)
        let deployer = WritingIdentity.user("system:serviceaccount:demo:deployer")
        #expect(WritingIdentity(for: demo, of: project, optional) == deployer)
        #expect(WritingIdentity(for: byName, of: project, enforced) == deployer)
        #expect(
            WritingIdentity(for: other, of: project, optional) == .user("system:serviceaccount:ops:everyone"))
        #expect(WritingIdentity(for: demo, of: empty, optional) == .own)
        guard case .none(let problem) = WritingIdentity(for: demo, of: empty, enforced) else {
            Issue.record("nothing is enforced")
            return
        }
        #expect(problem.contains("destinationServiceAccounts") && problem.contains("namespace demo"))
    }

    @Test(
        "S206 an account that is mistyped lets nobody write",
        arguments: ["", "a:b:c", ":a", "a*", "{a}", "a b"])
    func mistyped(_ account: String) {
        let project = Self.project(
            "p",
            [
                "destinationServiceAccounts": [
                    ["server": "*", "namespace": "*", "defaultServiceAccount": .string(account)]
                ]
            ])
        #expect(project.problems.count == 1)
        guard case .none = WritingIdentity(for: SampleApplication.make(), of: project, .optional) else {
            Issue.record("\(account) is an account")
            return
        }
    }
}
