import KubeCore
import Testing

@testable import SyncEngine

@Suite("What flags make of a spec")
struct SpecEditTests {
    struct Edit: CustomTestStringConvertible {
        var rule: String
        var spec: JSONObject = [:]
        var edit: @Sendable (inout SpecEdit) -> Void
        var result: JSONObject
        var testDescription: String { rule }
    }

    static let edits = [
        Edit(
            rule: "C8 automatic pruning alone begins no syncs", edit: { $0.policy.prune = true },
            result: ["syncPolicy": ["automated": ["enabled": false, "prune": true]]]),
        Edit(
            rule: "C8 automatic syncs begin with an empty block",
            spec: ["syncPolicy": ["retry": ["limit": 1]]],
            edit: { $0.policy.automated = true },
            result: ["syncPolicy": ["retry": ["limit": 1], "automated": [:]]]),
        Edit(
            rule: "C8 with it, pruning is theirs",
            edit: {
                $0.policy.automated = true
                $0.policy.prune = true
            },
            result: ["syncPolicy": ["automated": ["prune": true]]]),
        Edit(
            rule: "C8 none takes the block away", spec: ["syncPolicy": ["automated": ["prune": true]]],
            edit: { $0.policy.automated = false }, result: ["syncPolicy": [:]]),
        Edit(
            rule: "C9 an option is added as it is, and an older one of its name stays",
            spec: ["syncPolicy": ["syncOptions": ["Prune=true", "Replace=true"]]],
            edit: { $0.policy.options = ["Prune=false", "Replace=true"] },
            result: ["syncPolicy": ["syncOptions": ["Prune=true", "Replace=true", "Prune=false"]]]),
        Edit(
            rule: "C9 with a ! exactly this one goes", spec: ["syncPolicy": ["syncOptions": ["A=b", "A=c"]]],
            edit: { $0.policy.options = ["!A=b"] }, result: ["syncPolicy": ["syncOptions": ["A=c"]]]),
        Edit(
            rule: "C10 retries have Argo CD's defaults",
            edit: { $0.policy.retry = PolicyEdit.Retry(limit: 5) },
            result: [
                "syncPolicy": [
                    "retry": [
                        "limit": 5, "backoff": ["duration": "5s", "maxDuration": "3m", "factor": 2],
                    ]
                ]
            ]),
        Edit(
            rule: "C10 no retries take the block away", spec: ["syncPolicy": ["retry": ["limit": 5]]],
            edit: { $0.policy.retry = PolicyEdit.Retry(limit: 0) }, result: ["syncPolicy": [:]]),
        Edit(
            rule: "C8 what is not known stays, also in a source",
            spec: ["later": 1, "source": ["repoURL": "a", "plugin": ["name": "x"]]],
            edit: {
                $0.source.place.revision = "v2"
                $0.source.helm.parameters = ["image.tag=2"]
            },
            result: [
                "later": 1,
                "source": [
                    "plugin": ["name": "x"], "repoURL": "a", "targetRevision": "v2",
                    "helm": ["parameters": [["name": "image.tag", "value": "2"]]],
                ],
            ]),
        Edit(
            rule: "C8 of an image the newer word counts",
            spec: ["source": ["repoURL": "a", "kustomize": ["images": ["web:1", "db:1"]]]],
            edit: { $0.source.kustomize.images = ["web=reg.example:5000/web:2"] },
            result: [
                "source": ["repoURL": "a", "kustomize": ["images": ["db:1", "web=reg.example:5000/web:2"]]]
            ]),
        Edit(
            rule: "C8 one of several sources", spec: ["sources": [["repoURL": "a"], ["repoURL": "b"]]],
            edit: {
                $0.choice = .position(2)
                $0.source.place.path = "p"
            },
            result: ["sources": [["repoURL": "a"], ["repoURL": "b", "path": "p"]]]),
        Edit(
            rule: "C8 a cluster's name takes the place of its address",
            spec: ["destination": ["server": "https://a", "namespace": "n"]],
            edit: { $0.clusterName = "in-cluster" },
            result: ["destination": ["namespace": "n", "name": "in-cluster"]]),
    ]

    @Test("C8 C9 C10 edits", arguments: edits)
    func edit(_ row: Edit) throws {
        var edit = SpecEdit()
        row.edit(&edit)
        #expect(try edit.applied(to: row.spec) == row.result)
    }

    struct Bad: CustomTestStringConvertible {
        var edit: @Sendable (inout SpecEdit) -> Void
        var spec: JSONObject = [:]
        var message: String
        var testDescription: String { message }
    }

    static let bad = [
        Bad(
            edit: { $0.policy.retry = PolicyEdit.Retry(limit: -1) },
            message: "--sync-retry-limit must not be negative: 0 takes the retries away"),
        Bad(edit: { $0.source.helm.parameters = ["tag"] }, message: "--helm-set tag: write NAME=VALUE"),
        Bad(
            edit: { $0.source.kustomize.replicas = ["web=many"] },
            message: "--kustomize-replica web=many: 'many' is no number of replicas"),
        Bad(
            edit: { $0.source.place.path = "p" }, spec: ["sources": [["repoURL": "a"], ["repoURL": "b"]]],
            message: "this application has 2 sources: say which by --source-position or --source-name"),
        Bad(
            edit: {
                $0.choice = .position(3)
                $0.source.place.path = "p"
            }, spec: ["sources": [["repoURL": "a"], ["repoURL": "b"]]], message: "there is no source 3"),
        Bad(
            edit: {
                $0.choice = .name("x")
                $0.source.place.path = "p"
            }, spec: ["sources": [["repoURL": "a"], ["repoURL": "b"]]], message: "there is no source 'x'"),
        Bad(
            edit: { $0.source.place.path = "p" }, spec: ["source": "text"],
            message: "spec.source must be an object, not text"),
    ]

    @Test("C8 C10 I7 values that cannot be used", arguments: bad)
    func refused(_ row: Bad) {
        var edit = SpecEdit()
        row.edit(&edit)
        let asked = edit
        let failure = #expect(throws: RequestRefusal.self) { try asked.applied(to: row.spec) }
        #expect(failure?.description == row.message)
    }

    @Test("C8 a source is added and removed, and the only one stays")
    func sources() throws {
        var source = SourceEdit()
        source.place.repositoryURL = "b"
        source.place.ref = "values"
        let two = try SpecEdit.adding(source, to: ["source": ["repoURL": "a", "path": "p"]])
        #expect(two == ["sources": [["repoURL": "a", "path": "p"], ["repoURL": "b", "ref": "values"]]])
        let one = try SpecEdit.removing(.position(1), from: two)
        #expect(one == ["sources": [["repoURL": "b", "ref": "values"]]])
        #expect(throws: RequestRefusal.self) { try SpecEdit.removing(.position(1), from: one) }
    }

    @Test("C8 overrides are taken away, what is not there is no failure")
    func reset() throws {
        var reset = SourceReset()
        reset.helm.parameters = ["a", "x"]
        let spec: JSONObject = [
            "source": [
                "repoURL": "a",
                "helm": ["parameters": [["name": "a", "value": "1"], ["name": "b", "value": "2"]]],
            ]
        ]
        let result = try reset.applied(to: spec, .only)
        #expect(result["source"]?["helm"]?["parameters"] == [["name": "b", "value": "2"]])
    }

    @Test(
        "S185 finalizers by the policy that was asked for",
        arguments: [
            ([String](), true, nil as DeletionWish.Policy?, ["resources-finalizer.argocd.argoproj.io"]),
            (["other"], true, .background, ["other", "resources-finalizer.argocd.argoproj.io/background"]),
            (
                ["resources-finalizer.argocd.argoproj.io/background"], true, nil,
                ["resources-finalizer.argocd.argoproj.io/background"]
            ),
            (["resources-finalizer.argocd.argoproj.io", "other"], false, nil, ["other"]),
        ])
    func finalizers(
        _ before: [String], _ cascades: Bool, _ policy: DeletionWish.Policy?, _ after: [String]
    ) {
        #expect(DeletionWish(cascades: cascades, policy: policy).finalizers(instead: before) == after)
    }

    @Test("I8 a password in an address is refused, and never shown")
    func repositoryPassword() {
        let entry = RepositoryEntry(url: "https://ci:hunter2@git.example.com/a.git")
        #expect(entry.problem != nil)
        #expect(entry.shownURL == "https://ci:********@git.example.com/a.git")
        #expect(RepositoryEntry(url: "git@git.example.com:a.git").problem == nil)
    }

    @Test("I8 a repository's Secret reads back, and shows only that there is something secret")
    func repositorySecret() throws {
        var entry = RepositoryEntry(url: "https://git.example.com/a.git")
        entry.project = "web"
        var proof = RepositoryEntry.Proof()
        proof.username = "ci"
        proof.password = "hunter2"
        let secret = entry.secret(in: "argocd", proof)
        #expect(secret.label("argocd.argoproj.io/secret-type") == "repository")
        let read = try #require(RepositoryEntry(secret))
        #expect(read == entry)
        #expect(
            read.cells(secret) == [
                "git", "", "https://git.example.com/a.git", "false", "false", "true", "web",
            ])
        #expect(!read.json(secret).text.contains("hunter2"))
    }
}
