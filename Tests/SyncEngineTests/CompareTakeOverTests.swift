import KubeCore
import SyncEngine
import Testing

@Suite("Take-over of fields")
struct CompareTakeOverTests {
    static func entry(
        _ manager: String, _ operation: String, _ fields: JSONValue, subresource: String? = nil
    ) -> JSONValue {
        var json: JSONObject = [
            "manager": .string(manager), "operation": .string(operation), "apiVersion": "apps/v1",
            "time": "2026-01-02T03:04:05Z", "fieldsType": "FieldsV1", "fieldsV1": fields,
        ]
        json["subresource"] = subresource.map { .string($0) }
        return .object(json)
    }

    static func live(_ entries: JSONValue...) -> KubeObject {
        KubeObject(["metadata": ["resourceVersion": "42", "managedFields": .array(entries)]])
    }

    static let theirs: JSONValue = [
        "f:metadata": ["f:labels": [".": [:], "f:a": [:]]], "f:spec": ["f:x": [:]],
    ]

    /// The managed fields that the patch writes.
    static func result(_ live: KubeObject, from others: Set<String> = [KubeObject.clientSideApply])
        -> JSONValue?
    {
        live.takeOverPatch(manager: "syncctl", from: others)?.array?.first?["value"]
    }

    @Test("S101 an update of kubectl becomes an apply of ours, on condition of the resource version")
    func moved() {
        let live = Self.live(
            Self.entry("kubectl-client-side-apply", "Update", Self.theirs),
            Self.entry("kube-controller-manager", "Update", ["f:status": ["f:y": [:]]]))
        #expect(
            live.takeOverPatch(manager: "syncctl") == [
                [
                    "op": "replace", "path": "/metadata/managedFields",
                    "value": [
                        Self.entry("kube-controller-manager", "Update", ["f:status": ["f:y": [:]]]),
                        Self.entry("syncctl", "Apply", Self.theirs),
                    ],
                ], ["op": "replace", "path": "/metadata/resourceVersion", "value": "42"],
            ])
    }

    @Test(
        "S101 our own update is taken over where it was client-side apply, and not where it was a restart or a scale"
    )
    func own() {
        let manifest: JSONValue = [
            "f:metadata": ["f:annotations": ["f:kubectl.kubernetes.io/last-applied-configuration": [:]]],
            "f:data": ["f:q": [:]],
        ]
        #expect(
            Self.result(Self.live(Self.entry("syncctl", "Update", manifest)))
                == [Self.entry("syncctl", "Apply", manifest)])
        #expect(
            Self.result(Self.live(Self.entry("syncctl", "Update", ["f:spec": ["f:replicas": [:]]]))) == nil)
        #expect(Self.result(Self.live(Self.entry("syncctl", "Update", manifest)), from: []) == nil)
    }

    @Test("S101 it is added to an apply that we have")
    func united() {
        let live = Self.live(
            Self.entry("syncctl", "Apply", ["f:spec": ["f:x": [:], "f:z": [:]]]),
            Self.entry("kubectl-client-side-apply", "Update", Self.theirs))
        let both: JSONValue = [
            "f:metadata": ["f:labels": [".": [:], "f:a": [:]]], "f:spec": ["f:x": [:], "f:z": [:]],
        ]
        #expect(Self.result(live) == [Self.entry("syncctl", "Apply", both)])
    }

    @Test("S101 other managers' fields are taken by wish, and several at once")
    func byWish() {
        let live = Self.live(
            Self.entry("helm", "Update", ["f:spec": ["f:a": [:]]]),
            Self.entry("kubectl-client-side-apply", "Update", ["f:spec": ["f:b": [:]]]))
        #expect(
            Self.result(live) == [
                Self.entry("helm", "Update", ["f:spec": ["f:a": [:]]]),
                Self.entry("syncctl", "Apply", ["f:spec": ["f:b": [:]]]),
            ])
        #expect(
            Self.result(live, from: ["helm", KubeObject.clientSideApply]) == [
                Self.entry("syncctl", "Apply", ["f:spec": ["f:a": [:], "f:b": [:]]])
            ])
    }

    @Test("S101 status stays with whoever writes it")
    func status() {
        let live = Self.live(
            Self.entry("helm", "Update", ["f:spec": ["f:a": [:]], "f:status": ["f:b": [:]]]))
        #expect(
            Self.result(live, from: ["helm"]) == [
                Self.entry("helm", "Update", ["f:status": ["f:b": [:]]]),
                Self.entry("syncctl", "Apply", ["f:spec": ["f:a": [:]]]),
            ])
    }

    @Test("S101 where there is nothing to take, there is no patch")
    func nothing() {
        let csa = KubeObject.clientSideApply
        let lives = [
            KubeObject(["metadata": [:]]), Self.live(),
            Self.live(Self.entry("syncctl", "Apply", Self.theirs)),
            Self.live(Self.entry("other", "Update", Self.theirs)),
            Self.live(Self.entry(csa, "Apply", Self.theirs)),
            Self.live(Self.entry(csa, "Update", Self.theirs, subresource: "status")),
            Self.live(Self.entry(csa, "Update", ["f:status": ["f:x": [:]]])),
            Self.live(Self.entry(csa, "Update", ["x:unreadable": [:]])),
            Self.live(.object(["manager": .string(csa)]), "odd"),
        ]
        for live in lives { #expect(live.takeOverPatch(manager: "syncctl") == nil) }
    }
}
