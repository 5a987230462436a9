import KubeCore
import SyncEngine
import Testing

/// Back to an earlier sync.
@Suite("rollback")
struct RollbackTests {
    private typealias Make = SampleApplication

    private static let history: JSONValue = [
        "status": [
            "history": [
                ["id": 3, "revision": "three", "source": SampleApplication.source],
                [
                    "id": 4, "revision": "four",
                    "source": ["repoURL": "https://example.test/old.git", "path": "p"],
                ],
                ["id": 5, "revision": "five", "source": SampleApplication.source],
            ]
        ]
    ]

    @Test("S184 S28 brings back the entry's revision and source, without hooks, with the spec's options")
    func entry() throws {
        let application = Make.make(
            Self.history,
            ["spec": ["syncPolicy": ["syncOptions": ["PruneLast=true"], "retry": ["limit": 3]]]])
        let request = try application.rollback(to: 4, prune: true)
        #expect(
            request.json == [
                "sync": [
                    "revision": "four", "source": ["repoURL": "https://example.test/old.git", "path": "p"],
                    "prune": true, "syncStrategy": ["apply": [:]], "syncOptions": ["PruneLast=true"],
                ]
            ])
    }

    @Test("S184 without an id, the entry before the newest")
    func beforeNewest() throws {
        #expect(try Make.make(Self.history).rollback(to: nil).sync?.revision == "four")
        #expect(try Make.make(Self.history).rollback(to: nil, dryRun: true).sync?.dryRun == true)
    }

    @Test(
        "S148 S184 refused, and why",
        arguments: [
            (Make.make(Self.history, Make.automated([:])), 4 as Int64?, "while auto-sync is on"),
            (Make.make(Self.history), 9, "has no history entry 9; it has 3, 4, 5"),
            (Make.make(), nil, "its history has 0 of the 2 entries"),
            (Make.make(), 1, "has no history entry 1"),
            (
                Make.make(Self.history, ["metadata": ["deletionTimestamp": "2026-01-02T03:00:00Z"]]), 4,
                "it is being deleted"
            ),
        ])
    func refused(_ application: Application, _ id: Int64?, _ reason: String) {
        do {
            _ = try application.rollback(to: id)
            Issue.record("it was allowed")
        } catch {
            #expect(error.description.contains(reason))
        }
    }

    @Test("S148 switched off, auto-sync stands in nobody's way")
    func switchedOff() throws {
        let application = Make.make(Self.history, Make.automated(["enabled": false]))
        #expect(try application.rollback(to: 3).sync?.revision == "three")
    }
}
