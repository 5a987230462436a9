import KubeCore
import SyncEngine
import Testing

/// Quantities show in the comparison only: here in a Deployment's limits.
@Suite("Quantities")
struct CompareQuantityTests {
    static let sameAmounts = [
        ("1000m", "1"), ("0.5", "500m"), (".5", "500m"), ("1.", "1"), ("1Gi", "1073741824"),
        ("0.5Gi", "512Mi"),
        ("1e3", "1k"), ("1E3", "1k"), ("1.5e3", "1500"), ("1E", "1000P"), ("1Ei", "1152921504606846976"),
        ("+1", "1"),
        ("-1", "-1000m"), ("0", "0Ki"), ("-0", "0"), ("100u", "0.1m"), ("1n", "0.001u"),
        ("0.0000000010", "1n"),
        ("1e-3", "1m"), ("007", "7"), ("64Mi", "65536Ki"),
    ]
    static let otherAmounts = [
        ("1", "2"), ("1m", "1"), ("1Gi", "1G"), ("1", "-1"), ("1K", "1k"), ("0.1n", "0"), ("1 ", "1"),
        ("", "0"),
        (".", "0"), ("1.2.3", "1.2"), ("1e", "1"), ("1e31", "1e30"), ("1mm", "1m"), ("x", "0"), ("１", "1"),
        ("99999999999999999999999999999999999999999Ei", "1"), ("1e+", "1"), ("Infinity", "nan"),
        ("0x10", "16"),
    ]

    static func compare(_ desired: String, _ live: String) -> Comparison {
        let limit = { (text: String) -> KubeObject in
            var object = KubeObject(["apiVersion": "v1", "kind": "ResourceQuota", "metadata": ["name": "q"]])
            object["spec", "hard", "cpu"] = .string(text)
            return object
        }
        var object = limit(live)
        object["metadata", "managedFields"] = [
            [
                "manager": "syncctl", "operation": "Apply", "apiVersion": "v1", "fieldsType": "FieldsV1",
                "fieldsV1": ["f:spec": ["f:hard": ["f:cpu": [:]]]],
            ]
        ]
        return Comparison(desired: limit(desired), live: object, manager: "syncctl")
    }

    @Test("D3 one amount, written in two ways", arguments: sameAmounts)
    func same(_ left: String, _ right: String) {
        #expect(Self.compare(left, right) == .unchanged)
        #expect(Self.compare(right, left) == .unchanged)
    }

    @Test("D3 two amounts, or none", arguments: otherAmounts)
    func different(_ left: String, _ right: String) {
        #expect(Self.compare(left, right) != .unchanged)
        #expect(Self.compare(right, left) != .unchanged)
    }
}
