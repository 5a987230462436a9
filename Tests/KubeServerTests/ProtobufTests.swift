import Foundation
import KubeCore
import KubeServer
import Testing

/// An object as kube-apiserver v1.20.2 answered a dry run of its creation, as JSON and as protobuf.
struct RecordedObject: CustomTestStringConvertible, Sendable {
    var target: String
    var json: JSONValue
    var protobuf: [UInt8]

    var testDescription: String { "\(json["kind"]?.string ?? "") \(json["metadata"]?["name"]?.string ?? "")" }

    static let all: [RecordedObject] = {
        let file = Bundle.module.bundleURL.appending(path: "Fixtures/protobuf.json")
        guard let bytes = try? Data(contentsOf: file), let json = try? JSONValue(parsing: Array(bytes)) else {
            return []
        }
        return (json.array ?? []).map { entry in
            RecordedObject(
                target: entry["target"]?.string ?? "", json: entry["json"] ?? .null,
                protobuf: Array(Data(base64Encoded: entry["protobuf"]?.string ?? "") ?? Data()))
        }
    }()
}

@Suite("protobuf")
struct ProtobufTests {
    private func answer(_ target: String, _ type: String, _ body: [UInt8]) async throws -> (Int, JSONValue) {
        // The same seed: the same uids, addresses and times.
        let server = KubeServer(
            clock: ContinuousClock(), startingAt: Timestamp(seconds: 1_795_000_000), simulation: .none,
            seed: 7)
        let response = try await server.send(
            HTTPRequest(
                method: .post, target: "\(target)?dryRun=All",
                headers: [HTTPHeader("Content-Type", type), HTTPHeader("User-Agent", "test")], body: body))
        let body = try JSONValue(parsing: response.body)
        // Managed fields bear the time of day.
        guard var object = body.object else { return (response.status, body) }
        object[path: ["metadata", "managedFields"]] = Optional<JSONValue>.none
        return (response.status, .object(object))
    }

    @Test("there are records")
    func records() {
        #expect(RecordedObject.all.count > 20)
    }

    @Test("an object is the same, whether it comes as protobuf or as JSON", arguments: RecordedObject.all)
    func same(_ object: RecordedObject) async throws {
        let (status, fromJSON) = try await answer(
            object.target, "application/json", object.json.serialized())
        #expect(status == 201)
        let (_, fromProtobuf) = try await answer(
            object.target, "application/vnd.kubernetes.protobuf", object.protobuf)
        let isSame = fromProtobuf == fromJSON
        #expect(
            isSame,
            "\(object): expected \(fromJSON.text(.canonical))\nfound \(fromProtobuf.text(.canonical))")
    }

    @Test("what is no object is refused, wherever it ends or is changed", arguments: RecordedObject.all)
    func broken(_ object: RecordedObject) async throws {
        let server = KubeServer(
            clock: ContinuousClock(), startingAt: Timestamp(seconds: 1_795_000_000), simulation: .none,
            seed: 7)
        func status(_ body: [UInt8]) async throws -> Int {
            try await server.send(
                HTTPRequest(
                    method: .post, target: "\(object.target)?dryRun=All",
                    headers: [HTTPHeader("Content-Type", "application/vnd.kubernetes.protobuf")], body: body)
            ).status
        }
        let bytes = object.protobuf
        // The last four bytes say only that there is nothing more to say.
        for end in stride(from: 1, to: bytes.count - 4, by: max(1, bytes.count / 40)) {
            #expect(try await status(Array(bytes.prefix(end))) >= 400)
        }
        // Any answer will do, as long as there is one.
        for place in stride(from: 4, to: bytes.count, by: max(1, bytes.count / 80)) {
            for value in [0x00, 0x7F, 0xFF] as [UInt8] {
                var changed = bytes
                changed[place] = value
                #expect(try await status(changed) >= 200)
            }
        }
    }
}
