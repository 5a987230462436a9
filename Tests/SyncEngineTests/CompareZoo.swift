import Foundation
import KubeCore
import SyncEngine
import Testing

/// One of each kind of object, as people write it, and as a server answered when it was applied.
struct CompareZoo: Sendable, CustomTestStringConvertible {
    var id: String
    var manifest: KubeObject
    /// What kube-apiserver v1.20.2 made of it; `nil` while nothing is recorded.
    var live: KubeObject?

    var testDescription: String { id }
    var desired: KubeObject { manifest.normalisedForApply() }

    /// Those that compare as changed although they are not: what differs, only the server can know.
    static let exceptions = [
        "horizontalpodautoscaler/web2": "kept in another version, in which the metrics have another order",
        "limitrange/limits": "a list that is replaced as a whole, with defaults computed from other members",
        "gadget/defaulted":
            "a list that is replaced as a whole, with a default of the custom kind's own schema",
    ]

    /// Changes of manifests that change nothing: the server was asked. What is `null` is removed when
    /// normalised.
    static let sameForServer: Set = [
        "deployment/web removed /spec/template/spec/containers/1/resources",
        "deployment/web removed /spec/template/spec/containers/1/securityContext",
        "deployment/web removed /spec/template/spec/containers/1/env",
        "deployment/web removed /spec/template/spec/volumes/1/emptyDir",
        "deployment/skeleton removed /spec/strategy",
        "deployment/skeleton removed /spec/template/metadata/annotations",
        "deployment/skeleton removed /spec/template/spec/nodeSelector",
        "deployment/skeleton removed /spec/template/spec/containers/0/resources",
        "statefulset/db removed /spec/volumeClaimTemplates/1/apiVersion",
        "statefulset/db removed /spec/volumeClaimTemplates/1/kind",
        "statefulset/db removed /spec/volumeClaimTemplates/1/spec/volumeMode",
        "statefulset/db removed /spec/volumeClaimTemplates/1/status",
        "rolebinding/reader removed /subjects/1/apiGroup",
        "horizontalpodautoscaler/web2 reversed /spec/metrics",
        "gadget/typed removed /metadata/annotations",
        "gadget/typed removed /spec/ref",
    ]

    static let all: [CompareZoo] = {
        let lives = HealthFixture.json("zoo-live.json")
        return (HealthFixture.json("zoo.json").array ?? []).compactMap { entry in
            guard let id = entry["id"]?.string, let manifest = entry["manifest"]?.object else { return nil }
            return CompareZoo(
                id: id, manifest: KubeObject(manifest), live: lives[id]?.object.map(KubeObject.init))
        }
    }()
}
