import KubeCore
import SyncEngine
import Testing

@Suite("Manifests as they are sent")
struct CompareNormalisationTests {
    struct Row: Sendable, CustomTestStringConvertible {
        var rule: String
        var manifest: JSONObject
        var sent: JSONObject

        var testDescription: String { rule }
    }

    static func secret(_ members: JSONObject) -> JSONObject {
        var json: JSONObject = ["apiVersion": "v1", "kind": "Secret"]
        for member in members.members { json[member.key] = member.value }
        return json
    }

    static func pods(_ apiVersion: String, _ kind: String, at path: [String], _ spec: JSONValue) -> JSONObject
    {
        var json: JSONObject = ["apiVersion": .string(apiVersion), "kind": .string(kind)]
        json[path: path] = spec
        return json
    }

    static let withoutProtocols: JSONValue = [
        "containers": [
            ["name": "a", "ports": [["containerPort": 1], ["containerPort": 2, "protocol": "UDP"], 3]],
            ["name": "b"],
        ],
        "initContainers": [["ports": [["containerPort": 3]]]],
        "ephemeralContainers": [["ports": [["containerPort": 4]]]],
    ]
    static let withProtocols: JSONValue = [
        "containers": [
            [
                "name": "a",
                "ports": [
                    ["containerPort": 1, "protocol": "TCP"], ["containerPort": 2, "protocol": "UDP"], 3,
                ],
            ], ["name": "b"],
        ],
        "initContainers": [["ports": [["containerPort": 3, "protocol": "TCP"]]]],
        "ephemeralContainers": [["ports": [["containerPort": 4, "protocol": "TCP"]]]],
    ]

    static let podKinds: [Row] = [
        ("v1", "Pod", ["spec"]), ("v1", "PodTemplate", ["template", "spec"]),
        ("v1", "ReplicationController", ["spec", "template", "spec"]),
        ("apps/v1", "Deployment", ["spec", "template", "spec"]),
        ("apps/v1", "ReplicaSet", ["spec", "template", "spec"]),
        ("apps/v1", "StatefulSet", ["spec", "template", "spec"]),
        ("apps/v1", "DaemonSet", ["spec", "template", "spec"]),
        ("batch/v1", "Job", ["spec", "template", "spec"]),
        ("batch/v1beta1", "CronJob", ["spec", "jobTemplate", "spec", "template", "spec"]),
        ("batch/v1", "CronJob", ["spec", "jobTemplate", "spec", "template", "spec"]),
    ].map { (apiVersion: String, kind: String, path: [String]) in
        Row(
            rule: "D3 protocols of \(kind) \(apiVersion)",
            manifest: pods(apiVersion, kind, at: path, withoutProtocols),
            sent: pods(apiVersion, kind, at: path, withProtocols))
    }

    static let rows: [Row] = [
        Row(
            rule: "D3 protocols of a Service",
            manifest: [
                "kind": "Service", "apiVersion": "v1",
                "spec": ["ports": [["port": 1], ["port": 2, "protocol": "SCTP"]]],
            ],
            sent: [
                "kind": "Service", "apiVersion": "v1",
                "spec": ["ports": [["port": 1, "protocol": "TCP"], ["port": 2, "protocol": "SCTP"]]],
            ]),
        Row(
            rule: "D3 a custom kind's ports are its own",
            manifest: ["apiVersion": "example.com/v1", "kind": "Service", "spec": ["ports": [["port": 1]]]],
            sent: ["apiVersion": "example.com/v1", "kind": "Service", "spec": ["ports": [["port": 1]]]]),
        Row(
            rule: "D3 what a server wrote is not sent back",
            manifest: [
                "apiVersion": "v1", "kind": "ConfigMap", "status": ["x": 1],
                "metadata": [
                    "name": "x", "uid": "u", "resourceVersion": "1", "generation": 2, "selfLink": "/",
                    "creationTimestamp": .null, "managedFields": [], "labels": ["a": "b", "c": .null],
                    "annotations": .null,
                ],
            ],
            sent: ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "x", "labels": ["a": "b"]]]),
        Row(
            rule: "D3 null means not set",
            manifest: pods(
                "apps/v1", "Deployment", at: ["spec"],
                [
                    "replicas": .null,
                    "template": [
                        "metadata": ["creationTimestamp": .null],
                        "spec": ["containers": [["args": .null, "name": "x"]]],
                    ],
                ]),
            sent: pods(
                "apps/v1", "Deployment", at: ["spec"],
                ["template": ["metadata": [:], "spec": ["containers": [["name": "x"]]]]])),
        Row(
            rule: "D3 in the spec of a custom object null may be a value",
            manifest: [
                "apiVersion": "example.com/v1", "kind": "X", "metadata": ["labels": .null],
                "spec": ["a": .null],
            ],
            sent: ["apiVersion": "example.com/v1", "kind": "X", "metadata": [:], "spec": ["a": .null]]),
        Row(
            rule: "S162 stringData wins over data",
            manifest: secret([
                "data": ["a": "MQ==", "b": "Mg=="], "stringData": ["b": "three", "c": "", "d": "né\n"],
            ]),
            sent: secret(["data": ["a": "MQ==", "b": "dGhyZWU=", "c": "", "d": "bsOpCg=="]])),
        Row(
            rule: "S162 stringData alone", manifest: secret(["stringData": ["a": "any carnal pleas"]]),
            sent: secret(["data": ["a": "YW55IGNhcm5hbCBwbGVhcw=="]])),
        Row(
            rule: "S162 null among data is the empty text",
            manifest: secret(["data": ["a": .null], "stringData": ["b": .null]]),
            sent: secret(["data": ["a": "", "b": ""]])),
        Row(
            rule: "S162 base64 loses its line breaks", manifest: secret(["data": ["a": "YWJj\nZGVm\r\n"]]),
            sent: secret(["data": ["a": "YWJjZGVm"]])),
        Row(
            rule: "I7 what is no text in stringData is left for the server to refuse",
            manifest: secret(["stringData": ["a": "x", "b": 3]]),
            sent: secret(["data": ["a": "eA=="], "stringData": ["b": 3]])),
        Row(
            rule: "I7 so is data that is none", manifest: secret(["data": "x", "stringData": ["a": "x"]]),
            sent: secret(["data": "x", "stringData": ["a": "x"]])),
        Row(
            rule: "D3 an amount that is written as a number becomes a text",
            manifest: pods(
                "v1", "Pod", at: ["spec"],
                [
                    "containers": [
                        [
                            "resources": ["limits": ["cpu": 2, "memory": 0.5], "requests": ["cpu": "1"]],
                            "env": [["name": "x", "value": 1]],
                        ]
                    ]
                ]),
            sent: pods(
                "v1", "Pod", at: ["spec"],
                [
                    "containers": [
                        [
                            "resources": [
                                "limits": ["cpu": "2", "memory": "0.5"], "requests": ["cpu": "1"],
                            ], "env": [["name": "x", "value": 1]],
                        ]
                    ]
                ])),
        Row(
            rule: "D3 a role that is aggregated has no rules of its own",
            manifest: [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "aggregationRule": [:],
                "rules": [],
            ],
            sent: [
                "apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "aggregationRule": [:],
            ]),
    ]

    @Test("S162 D3 a manifest is brought into the form in which it is sent", arguments: rows + podKinds)
    func normalised(_ row: Row) {
        #expect(KubeObject(row.manifest).normalisedForApply() == KubeObject(row.sent))
    }

    @Test("D3 what is sent already has that form", arguments: CompareZoo.all)
    func idempotent(_ entry: CompareZoo) {
        #expect(entry.desired.normalisedForApply() == entry.desired)
        for mutation in CompareMutation.all(of: entry.manifest) {
            let once = mutation.object.normalisedForApply()
            #expect(once.normalisedForApply() == once, "\(entry.id) \(mutation.name)")
        }
    }
}
