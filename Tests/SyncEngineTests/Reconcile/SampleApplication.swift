import KubeCore
import SyncEngine

/// Applications for tests of a controller's decisions.
enum SampleApplication {
    static let revision = "0123456789abcdef0123456789abcdef01234567"
    static let now = Timestamp(seconds: 1_767_323_045)
    static let source: JSONValue = [
        "repoURL": "https://example.test/repo.git", "path": "app", "targetRevision": "main",
    ]

    /// One that was compared with its source; the patches are merged into the object, one after the other.
    static func make(_ patches: JSONValue...) -> Application { Application(object(patches)) }

    /// The same as an object.
    static func object(_ patches: [JSONValue] = []) -> KubeObject {
        var json: JSONValue = [
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": "demo", "namespace": "argocd", "uid": "u1", "resourceVersion": "7"],
            "spec": [
                "project": "default", "source": source,
                "destination": ["server": "https://kubernetes.default.svc", "namespace": "demo"],
            ],
            "status": [
                "sync": [
                    "status": "OutOfSync", "revision": .string(revision),
                    "comparedTo": [
                        "source": source,
                        "destination": ["server": "https://kubernetes.default.svc", "namespace": "demo"],
                    ],
                ],
                "reconciledAt": .string(now.rfc3339),
            ],
        ]
        for patch in patches { json = MergePatch(patch).applied(to: json) }
        return KubeObject(json.object ?? JSONObject())
    }

    /// A patch: auto-sync with these members.
    static func automated(_ members: JSONValue) -> JSONValue {
        ["spec": ["syncPolicy": ["automated": members]]]
    }

    /// A patch: the last operation, of the source and revision that were compared.
    static func last(
        _ phase: String, _ message: String = "", revision: String = revision, ago: Int64 = 245,
        sync: JSONValue = [:], result: JSONValue? = nil
    ) -> JSONValue {
        let end = Timestamp(seconds: now.seconds - ago)
        return [
            "status": [
                "operationState": [
                    "phase": .string(phase), "message": .string(message), "startedAt": .string(end.rfc3339),
                    "finishedAt": .string(end.rfc3339), "operation": ["sync": sync],
                    "syncResult": result ?? ["revision": .string(revision), "source": source],
                ]
            ]
        ]
    }
}

extension ComparedResource {
    /// A ConfigMap of a test.
    static func map(_ name: String, _ difference: Difference?, isHook: Bool = false, isRefused: Bool = false)
        -> ComparedResource
    {
        var resource = ComparedResource(
            key: ObjectKey(group: "", kind: "ConfigMap", namespace: "demo", name: name), version: "v1",
            difference: difference, isLive: difference != .missing)
        resource.isHook = isHook
        resource.isRefused = isRefused
        return resource
    }
}
