import KubeCore
import SyncEngine

/// Objects and requests for tests of single rules.
enum Sample {
    static let start = Timestamp(seconds: 1_767_323_045)
    static let tracking = Tracking(application: "demo", destinationNamespace: "demo")

    static func request(revision: String = "0123456789abcdef") -> SyncRequest {
        var request = SyncRequest(tracking: tracking, revision: revision, startedAt: start)
        request.validation = .none
        return request
    }

    /// An object; the kind decides on the API version.
    static func object(
        _ kind: String, _ name: String, _ annotations: [String: String] = [:], namespace: String? = nil
    ) -> KubeObject {
        let isClusterScoped = ObjectReference.clusterScoped.contains(kind)
        var object = KubeObject([
            "apiVersion": .string(versions[kind] ?? "v1"), "kind": .string(kind),
            "metadata": ["name": .string(name)],
        ])
        object.namespace = namespace ?? (isClusterScoped ? "" : "demo")
        for (key, value) in annotations.sorted(by: { $0.key < $1.key }) { object.setAnnotation(key, value) }
        return object
    }

    /// A hook Job.
    static func hook(
        _ name: String, _ phase: String, policy: String? = nil, wave: Int? = nil,
        _ others: [String: String] = [:]
    ) -> KubeObject {
        var annotations = others
        annotations[AnnotationKey.hook] = phase
        annotations[AnnotationKey.hookDeletePolicy] = policy
        annotations[AnnotationKey.syncWave] = wave.map(String.init)
        return object("Job", name, annotations)
    }

    /// An object as it lies in the cluster, tracked to the application.
    static func live(_ object: KubeObject, uid: String? = nil) -> KubeObject {
        var live = object
        tracking.mark(&live)
        live["metadata", "uid"] = .string(uid ?? "uid-\(object.kind)-\(object.name)")
        return live
    }

    static func plan(
        _ objects: [KubeObject], live: [KubeObject] = [], request: SyncRequest = request()
    ) throws -> SyncPlan {
        let desired = objects.enumerated().map { index, object in
            DesiredObject(
                object: object, origin: ManifestOrigin(file: "a.yaml", document: index + 1, line: 1))
        }
        var kinds = ScenarioKinds()
        objects.forEach { kinds.add(definition: $0) }
        let catalog = kinds.catalog(of: Set(objects.map(\.groupVersionKind)))
        let targets = try TargetSet(desired, for: request, kinds: catalog)
        let existing = Dictionary(live.map { ($0.key, $0) }) { first, _ in first }
        return try SyncPlan(request, targets: targets.targets, live: existing, kinds: catalog)
    }

    /// A scenario from objects; the destination namespace is there.
    static func scenario(
        _ manifests: [KubeObject], live: [KubeObject] = [], untracked: [KubeObject] = [],
        operation: JSONValue = [:]
    ) -> Scenario {
        let entries =
            (([object("Namespace", "demo")] + untracked).map { ($0, false) } + live.map { ($0, true) })
            .map { object, isTracked -> JSONValue in
                ["tracked": .bool(isTracked), "object": .object(object.json)]
            }
        return Scenario(json: [
            "id": "sample", "rules": [],
            "given": [
                "app": ["name": "demo", "destNamespace": "demo", "revision": "0123456789abcdef"],
                "startedAt": "2026-01-02T03:04:05Z", "operation": operation, "live": .array(entries),
                "manifests": .array(manifests.map { .object($0.json) }),
            ],
        ])
    }

    static func event(_ action: String, _ object: String = "", _ others: JSONObject = [:]) -> Scenario.Event {
        var json = others
        json["do"] = .string(action)
        json["object"] = .string(object)
        return Scenario.Event(json: .object(json))
    }

    private static let versions = [
        "Job": "batch/v1", "Deployment": "apps/v1", "ClusterRole": "rbac.authorization.k8s.io/v1",
        "Role": "rbac.authorization.k8s.io/v1", "CustomResourceDefinition": "apiextensions.k8s.io/v1",
        "Widget": "example.test/v1",
    ]
}
