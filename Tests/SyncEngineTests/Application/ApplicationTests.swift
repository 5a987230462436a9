import KubeCore
import SyncEngine
import Testing

/// Reading Applications, whoever wrote them.
struct ApplicationTests {
    static let whole: JSONObject = [
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
        "metadata": ["name": "shop", "namespace": "argocd", "uid": "u1", "resourceVersion": "7"],
        "spec": [
            "project": "web",
            "source": [
                "repoURL": "https://git.example/shop.git", "path": "deploy", "targetRevision": "main",
            ],
            "destination": ["server": "https://kubernetes.default.svc", "namespace": "shop"],
            "syncPolicy": [
                "automated": ["prune": true, "selfHeal": true],
                "syncOptions": ["CreateNamespace=true"],
                "retry": ["limit": 3, "backoff": ["duration": "5s", "factor": 2, "maxDuration": "3m"]],
                "managedNamespaceMetadata": ["labels": ["team": "web"]],
            ],
            "ignoreDifferences": [
                ["group": "apps", "kind": "Deployment", "jsonPointers": ["/spec/replicas"]]
            ],
            "revisionHistoryLimit": 3, "info": [["name": "url", "value": "https://shop.example"]],
        ],
        "operation": [
            "sync": [
                "revision": "abc", "prune": true, "syncStrategy": ["apply": ["force": true]],
                "resources": [["kind": "ConfigMap", "name": "cfg"]], "syncOptions": ["PruneLast=true"],
                "autoHealAttemptsCount": 2, "later": ["a": 1],
            ],
            "initiatedBy": ["username": "anna"], "retry": ["limit": -1],
            "info": [["name": "why", "value": "x"]],
        ],
        "status": [
            "sync": ["status": "OutOfSync", "revision": "abc"],
            "health": ["status": "Degraded", "message": "Caused by x"],
            "operationState": [
                "phase": "Running", "message": "m", "startedAt": "2026-01-02T03:04:05Z", "retryCount": 2,
                "operation": ["sync": ["revision": "abc"]],
                "syncResult": [
                    "revision": "abc",
                    "source": ["repoURL": "https://git.example/shop.git", "path": "deploy"],
                    "resources": [
                        [
                            "group": "batch", "version": "v1", "kind": "Job", "namespace": "shop",
                            "name": "j",
                            "status": "Synced", "hookPhase": "Running", "hookType": "PreSync",
                            "syncPhase": "PreSync", "message": "created",
                        ]
                    ],
                ],
            ],
            "history": [["id": 4, "revision": "old", "deployedAt": "2026-01-01T00:00:00Z"]],
            "conditions": [["type": "SyncError", "message": "no"]],
            "resources": [
                [
                    "version": "v1", "kind": "ConfigMap", "namespace": "shop", "name": "cfg",
                    "status": "Synced",
                ]
            ],
            "reconciledAt": "2026-01-02T03:00:00Z", "sourceType": "Directory",
        ],
    ]

    @Test("S112 S117 everything that a controller reads of an Application")
    func reading() {
        let application = Application(KubeObject(Self.whole))
        #expect(application.problems == [])
        #expect(application.spec.project == "web")
        #expect(application.spec.sources.all.map(\.path) == ["deploy"])
        #expect(application.spec.destination.isOwnCluster && application.spec.destination.namespace == "shop")
        #expect(application.spec.syncPolicy.automated?.isEnabled == true)
        #expect(application.spec.syncPolicy.retry?.backoff.factor == 2)
        #expect(application.spec.syncPolicy.namespaceMetadata?.labels == ["team": "web"])
        #expect(application.spec.revisionHistoryLimit == 3)
        #expect(application.operation?.sync?.strategy == .apply(force: true))
        #expect(application.operation?.sync?.resources.map(\.kind) == ["ConfigMap"])
        #expect(application.operation?.retry?.limit == -1)
        let operation = application.status.operation
        #expect(operation?.phase == .running && operation?.retryCount == 2)
        #expect(operation?.request?.sync?.revision == "abc")
        #expect(operation?.syncResult.resources.first?.hookType == .preSync)
        #expect(application.status.history.map(\.id) == [4])
        #expect(application.status.conditions.map(\.kind) == [.syncError])
        #expect(application.status.sync.status == .outOfSync && application.status.health.status == .degraded)
        #expect(application.status.sourceTypes == ["Directory"])
    }

    @Test("S112 what is read of an operation and its state is written as it was")
    func writingBack() throws {
        let application = Application(KubeObject(Self.whole))
        let whole = JSONValue.object(Self.whole)
        #expect(application.operation?.json == whole["operation"])
        #expect(application.status.operation?.json == whole[path: ["status", "operationState"]])
        #expect(application.status.history.map(\.json) == whole[path: ["status", "history"]]?.array)
        #expect(application.status.resources.map(\.json) == whole[path: ["status", "resources"]]?.array)
    }

    @Test("S155 an Application without a project is in the project default")
    func defaultProject() {
        var object = KubeObject(Self.whole)
        object["spec", "project"] = nil
        #expect(Application(object).spec.project == "default")
    }

    /// A field that cannot be used.
    struct Bad: CustomTestStringConvertible {
        var path: [String]
        var value: JSONValue
        var problem: String
        var testDescription: String { problem }
    }

    static let bad = [
        Bad(path: ["spec"], value: "x", problem: "spec must be an object, not text"),
        Bad(path: ["spec", "project"], value: 5, problem: "spec.project must be text, not a number"),
        Bad(
            path: ["spec", "source", "path"], value: [:],
            problem: "spec.source.path must be text, not an object"),
        Bad(
            path: ["spec", "destination"], value: [:],
            problem: "spec.destination must have a server or a name"),
        Bad(
            path: ["spec", "destination", "name"], value: "in-cluster",
            problem:
                "spec.destination cannot have both a server (https://kubernetes.default.svc) and a name (in-cluster)"
        ),
        Bad(
            path: ["spec", "syncPolicy", "automated", "prune"], value: "yes",
            problem: "spec.syncPolicy.automated.prune must be true or false, not text"),
        Bad(
            path: ["spec", "syncPolicy", "retry", "limit"], value: "many",
            problem: "spec.syncPolicy.retry.limit must be a whole number, not text"),
        Bad(
            path: ["spec", "ignoreDifferences"], value: [["kind": "A", "jqPathExpressions": [".a"]]],
            problem:
                "spec.ignoreDifferences[0] jqPathExpressions is not supported; supported are jsonPointers and managedFieldsManagers"
        ),
        Bad(path: ["spec", "source"], value: .null, problem: "spec.source is missing"),
        Bad(path: ["operation"], value: 1, problem: "operation must be an object, not a number"),
        Bad(
            path: ["operation", "sync", "resources"], value: [["name": "x"]],
            problem: "operation.sync.resources[0].kind is missing"),
        Bad(
            path: ["status", "operationState", "phase"], value: "Resting",
            problem:
                "status.operationState.phase must be one of Running, Terminating, Succeeded, Failed, Error, not 'Resting'"
        ),
        Bad(
            path: ["status", "operationState", "startedAt"], value: "yesterday",
            problem: "status.operationState.startedAt must be a time as 2026-01-02T03:04:05Z, not 'yesterday'"
        ),
        Bad(path: ["status"], value: [1], problem: "status must be an object, not a list"),
    ]

    @Test("I7 a malformed field is one problem of this object, and the rest is read", arguments: bad)
    func malformed(_ row: Bad) {
        var json = Self.whole
        json[path: row.path] = row.value
        let application = Application(KubeObject(json))
        #expect(application.problems.map(\.description) == [row.problem])
        #expect(application.metadata.name == "shop")
    }

    @Test("I7 nothing that is put in any place of an Application stops the program")
    func hostile() {
        let values: [JSONValue] = [
            .null, true, 5, -1.5, "", "text", [], [.null], [["a": 1]], [:], ["a": .null], .int(.max),
            .int(.min),
        ]
        for path in Self.paths(of: .object(Self.whole)) {
            for value in values {
                let application = Application(
                    KubeObject((JSONValue.object(Self.whole).setting(path, value)).object ?? [:]))
                _ = application.status.operation?.json
                _ = application.changes(to: ApplicationStatus())
            }
        }
    }

    /// The places of all values in a tree; elements of lists by their index.
    private static func paths(of value: JSONValue) -> [[String]] {
        switch value {
        case .object(let members):
            members.flatMap { member in [[member.key]] + paths(of: member.value).map { [member.key] + $0 } }
        case .array(let elements):
            elements.enumerated().flatMap { index, element in
                [["\(index)"]] + paths(of: element).map { ["\(index)"] + $0 }
            }
        default: []
        }
    }
}

extension JSONValue {
    /// The tree with another value at a place that is there.
    fileprivate func setting(_ path: [String], _ value: JSONValue) -> JSONValue {
        guard let step = path.first else { return value }
        let rest = Array(path.dropFirst())
        if var members = object {
            members[step] = members[step].map { $0.setting(rest, value) }
            return .object(members)
        }
        guard var elements = array, let index = Int(step) else { return self }
        elements[index] = elements[index].setting(rest, value)
        return .array(elements)
    }
}
