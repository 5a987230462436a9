import KubeCore
import SyncEngine
import Testing

/// The reference's own test data for the built-in kinds, and its answers to situations that it has no test
/// for.
@Suite("Health of the built-in kinds")
struct HealthCaseTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var id: String
        var object: KubeObject
        var health: Health?

        var testDescription: String { "\(id) \(object.groupVersionKind.groupKind)" }
    }

    /// The cases in which a rule of ours wins over the reference's answer.
    static let ours: [String: (health: Health?, reason: String)] = [
        "E032": (Health(.progressing), "D7: Failed=False is not a failure"),
        "E037": (
            Health(.progressing, "Job met its success criteria, its pods are ending: soon"),
            "D7: SuccessCriteriaMet is read, and told"
        ),
    ]

    static let cases: [Case] = {
        let entries = HealthFixture.json("cases.json").array ?? []
        return entries.compactMap { entry in
            guard let id = entry["id"]?.string, let object = entry["object"]?.object else { return nil }
            let status = entry["expectStatus"]?.string.flatMap(Health.Status.init)
            return Case(
                id: id, object: KubeObject(object),
                health: status.map { Health($0, entry["expectMessage"]?.string ?? "") })
        }
    }()

    @Test("S166-S171 every case of the reference", arguments: cases)
    func reference(_ row: Case) {
        let isHook = row.object.annotation("argocd.argoproj.io/hook") != nil
        let expected = Self.ours[row.id].map(\.health) ?? row.health
        #expect(Health(of: row.object, isHook: isHook) == expected)
    }

    @Test("S166-S171 all cases were read, and D7 differs from the reference where it says so")
    func complete() {
        #expect(Self.cases.count == 120)
        for (id, own) in Self.ours {
            let row = Self.cases.first { $0.id == id }
            #expect(row != nil && row?.health != own.health, "\(own.reason)")
        }
    }
}
