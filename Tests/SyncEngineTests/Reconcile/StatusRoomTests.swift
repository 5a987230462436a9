import KubeCore
import SyncEngine
import Testing

@Suite("How large an Application may become")
struct StatusRoomTests {
    struct Row: CustomTestStringConvertible {
        var rule: String
        var objects = 0
        /// Of a text in the spec, in bytes.
        var spec = 0
        var conditions = 0
        var images = 0
        /// Of the operation's message, in bytes.
        var message = 0
        var fitsWhole = false
        var testDescription: String { rule }
    }

    static let rows = [
        Row(rule: "I6 a hundred objects", objects: 100, fitsWhole: true),
        Row(rule: "I6 1,000 objects", objects: 1000, fitsWhole: true),
        Row(rule: "I6 5,000 objects", objects: 5000),
        Row(rule: "I6 50,000 objects", objects: 50_000),
        Row(rule: "I6 5,000 objects, and a spec of 200 KiB", objects: 5000, spec: 200 << 10),
        Row(rule: "I6 5,000 objects, and a spec of 400 KiB", objects: 5000, spec: 400 << 10),
        Row(rule: "I6 a condition for each of 5,000 objects", objects: 5000, conditions: 5000),
        Row(rule: "I6 an image for each of 5,000 objects", objects: 5000, images: 5000),
        Row(rule: "I6 the reasons of 5,000 failures in one message", objects: 5000, message: 900_000),
        Row(rule: "I6 few objects, and many conditions", objects: 10, conditions: 20_000),
    ]

    private static func status(_ row: Row) -> ApplicationStatus {
        var status = SampleApplication.make().status
        status.resources = (0..<row.objects).map { number in
            ComparedResource.map("a-configmap-with-a-name-\(number)", .modified).entry(showsHealth: true)
        }
        status.conditions = (0..<row.conditions).map {
            ApplicationCondition(
                .sharedResourceWarning, "ConfigMap/map-\($0) is part of applications argocd/demo and other",
                lastTransitionTime: SampleApplication.now)
        }
        status.summary.images = (0..<row.images).map { "registry.example.test/team/image-\($0):v1.2.3" }
        return status
    }

    private static func operation(_ row: Row) -> OperationState {
        var state = OperationState(
            phase: .running, message: String(repeating: "é", count: row.message / 2),
            startedAt: SampleApplication.now, revision: SampleApplication.revision)
        state.syncResult.resources = (0..<row.objects).map { number in
            var result = ResourceResult(
                key: ComparedResource.map("a-configmap-with-a-name-\(number)", .modified).key, version: "v1",
                syncPhase: .sync, status: .synced)
            result.message = "configmap/a-configmap-with-a-name-\(number) serverside-applied"
            return result
        }
        return state
    }

    @Test("I6 S115 S160 with both parts written, whichever comes first, it is below 512 KiB", arguments: rows)
    func size(_ row: Row) throws {
        var json = SampleApplication.object()
        json["spec", "source", "directory"] = ["include": .string(String(repeating: "a", count: row.spec))]
        let room = StatusRoom.share(of: json)
        let status = Self.status(row).bounded(
            to: room, after: ApplicationStatus(), now: SampleApplication.now)
        let operation = Self.operation(row).bounded(to: room)
        #expect((status == Self.status(row) && operation == Self.operation(row)) == row.fitsWhole)
        // As they are written, one after the other.
        let refreshed = Application(json).changes(to: status)?.applied(to: .object(json.json))
        var whole = KubeObject(try #require(refreshed?.object))
        // What was written changes nothing in what there is room for.
        #expect(StatusRoom.share(of: whole) == room)
        whole["status", "operationState"] = operation.json
        #expect(JSONValue.object(whole.json).serialized().count < 512 << 10)
        if !row.fitsWhole, row.objects > 100 {
            #expect(
                status.conditions.contains {
                    $0.message.contains("of \(row.objects) resources are not listed")
                })
            #expect(operation.message.contains("of \(row.objects) results are not listed"))
        }
    }
}
