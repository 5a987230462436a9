import KubeCore
import Testing

@testable import SyncEngine

@Suite("What is shown of an Application")
struct ResourceRowTests {
    private static let status: JSONObject = [
        "sync": ["status": "Synced", "revision": "0123456789abcdef0123456789abcdef01234567"],
        "health": ["status": "Healthy"],
        "conditions": [
            ["type": "SyncError", "message": "a"], ["type": "SyncError", "message": "b"],
            ["type": "ComparisonError", "message": "c"],
        ],
        "operationState": [
            "phase": "Succeeded", "startedAt": "2026-01-02T03:00:00Z",
            "syncResult": [
                "resources": [
                    [
                        "group": "batch", "kind": "Job", "version": "v1", "name": "mig", "namespace": "demo",
                        "status": "Synced", "hookType": "PreSync", "hookPhase": "Succeeded",
                        "syncPhase": "PreSync", "message": "done",
                    ],
                    [
                        "kind": "ConfigMap", "version": "v1", "name": "cfg", "namespace": "demo",
                        "status": "Synced", "hookPhase": "Running", "syncPhase": "Sync",
                        "message": "unchanged",
                    ],
                    [
                        "kind": "ConfigMap", "version": "v1", "name": "old", "namespace": "demo",
                        "status": "Pruned", "hookPhase": "Succeeded", "syncPhase": "Sync",
                        "message": "pruned",
                    ],
                ]
            ],
        ],
        "resources": [
            [
                "kind": "Service", "version": "v1", "name": "web", "namespace": "demo", "status": "Synced",
                "health": ["status": "Healthy"],
            ],
            [
                "kind": "ConfigMap", "version": "v1", "name": "cfg", "namespace": "demo",
                "status": "OutOfSync",
            ],
        ],
    ]

    private static let application = Application(
        KubeObject([
            "metadata": ["name": "demo", "namespace": "argocd"],
            "spec": [
                "project": "default",
                "source": [
                    "repoURL": "https://example.test/repo.git", "path": "app", "targetRevision": "main",
                ],
                "destination": ["server": "https://kubernetes.default.svc", "namespace": "demo"],
                "syncPolicy": ["automated": ["prune": true]],
            ],
            "status": .object(status),
        ]))

    @Test("C20 entries of the operation first, then the rest by key")
    func rows() {
        #expect(
            ResourceRow.rows(of: Self.application.status).map(\.cells) == [
                ["batch", "Job", "demo", "mig", "Succeeded", "Synced", "PreSync", "done"],
                ["", "ConfigMap", "demo", "cfg", "OutOfSync", "", "", "unchanged"],
                ["", "ConfigMap", "demo", "old", "Succeeded", "Pruned", "", "pruned"],
                ["", "Service", "demo", "web", "Synced", "Healthy", "", ""],
            ])
    }

    @Test("C21 a row is told when something of it is new, and what is empty takes nothing back")
    func news() {
        let key = ObjectKey(group: "", kind: "ConfigMap", namespace: "demo", name: "cfg")
        var news = ResourceNews()
        let first = ResourceRow(key: key, status: "Synced", message: "created")
        #expect(news.take([first]) == [first])
        #expect(news.take([first]) == [])
        #expect(news.take([ResourceRow(key: key, status: "Synced")]) == [])
        let well = ResourceRow(key: key, status: "Synced", health: "Healthy")
        #expect(
            news.take([well]).map(\.cells) == [
                ["", "ConfigMap", "demo", "cfg", "Synced", "Healthy", "", "created"]
            ])
    }

    @Test("C21 a hook of two phases is one row")
    func merged() {
        let key = ObjectKey(group: "batch", kind: "Job", namespace: "demo", name: "mig")
        var news = ResourceNews()
        let rows = [
            ResourceRow(key: key, status: "Succeeded", hook: "PreSync"),
            ResourceRow(key: key, status: "Running", hook: "PostSync"),
        ]
        #expect(news.take(rows).map(\.hook) == ["PostSync"])
    }

    @Test("C29 the summary")
    func overview() {
        let fields = ApplicationOverview(Self.application).fields.map { "\($0.label) \($0.value)" }
        #expect(
            fields == [
                "Name: argocd/demo", "Project: default", "Server: https://kubernetes.default.svc",
                "Namespace: demo", "URL: -", "Source: ", "- Repo: https://example.test/repo.git",
                "  Target: main", "  Path: app", "SyncWindow: Sync Allowed", "Sync Policy: Automated (Prune)",
                "Sync Status: Synced to main (0123456)", "Health Status: Healthy",
            ])
    }

    @Test(
        "C29 S135 what the windows of the project say",
        arguments: [
            ("deny", false, "Sync Denied"), ("deny", true, "Manual Allowed"),
            ("allow", false, "Sync Allowed"),
        ])
    func windows(_ kind: String, _ isManual: Bool, _ verdict: String) {
        let window: JSONValue = [
            "kind": .string(kind), "schedule": "* * * * *", "duration": "1h", "applications": ["demo"],
            "manualSync": .bool(isManual),
        ]
        let other: JSONValue = [
            "kind": "deny", "schedule": "* * * * *", "duration": "1h", "applications": ["other"],
        ]
        let note = ApplicationOverview.SyncWindowNote(
            of: [window, other], for: Self.application, at: Timestamp(seconds: 1_767_323_045)
        ) { _ in nil }
        #expect(note.verdict == verdict)
        #expect(note.assigned == ["\(kind):* * * * *:1h"])
    }

    @Test("C5 C7 a row of the list")
    func listing() {
        #expect(
            ApplicationListing(Self.application).cells == [
                "argocd/demo", "https://kubernetes.default.svc", "demo", "default", "Synced", "Healthy",
                "Auto-Prune", "ComparisonError,SyncError(2)", "https://example.test/repo.git", "app", "main",
            ])
    }

    @Test("C5 of what was never looked at nothing is known")
    func newborn() {
        let cells = ApplicationListing(Application(KubeObject(["metadata": ["name": "new"]]))).cells
        #expect(cells[4...5] == ["Unknown", "Unknown"])
    }

    @Test("S133 a project's windows are shown with whom they are for")
    func projectWindows() {
        let project = KubeObject([
            "metadata": ["name": "web"],
            "spec": [
                "syncWindows": [
                    [
                        "kind": "deny", "schedule": "0 22 * * *", "duration": "8h",
                        "timeZone": "Europe/Berlin",
                        "applications": ["web-*", "api"], "namespaces": ["web"], "andOperator": true,
                        "manualSync": true,
                    ],
                    ["kind": "allow", "schedule": "* * * * *", "duration": "1h", "clusters": ["in-cluster"]],
                ]
            ],
        ])
        #expect(
            ProjectListing(project).fields.suffix(2).map(\.value) == [
                "deny:0 22 * * *:8h Europe/Berlin, applications web-* api and namespaces web "
                    + "(manual syncs allowed)",
                "allow:* * * * *:1h, clusters in-cluster",
            ])
    }

    @Test("C31 what controllers have made hangs below")
    func tree() {
        let row = ResourceRow(
            key: ObjectKey(group: "apps", kind: "Deployment", namespace: "demo", name: "web"),
            status: "Synced")
        let branch = ResourceBranch(
            row, live: KubeObject(["metadata": ["uid": "d"]]), now: Timestamp(seconds: 0))
        let made = [
            ("ReplicaSet", "web-1", "r", "d"), ("Pod", "web-1-a", "p", "r"), ("Pod", "other", "o", "x"),
        ].map {
            KubeObject([
                "kind": .string($0.0),
                "metadata": [
                    "name": .string($0.1), "uid": .string($0.2), "ownerReferences": [["uid": .string($0.3)]],
                ],
            ])
        }
        #expect(
            branch.lines(below: made, isDetailed: false).map { $0[0] } == [
                "Deployment/web", "└─ReplicaSet/web-1", "  └─Pod/web-1-a",
            ])
    }
}
