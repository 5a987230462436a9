import Foundation
import KubeArchive
import KubeCore
import KubeServer
import TestSupport

/// A directory that goes when the test ends, and the servers that had it one after the other.
final class Kept {
    let directory: String
    let clock = StandingClock()
    /// In seconds since 1970; the next server begins at this date.
    var date: Int64 = 1_795_000_000
    private var running: KubeServer?

    init() {
        directory =
            FileManager.default.temporaryDirectory.appendingPathComponent("kept-\(UUID().uuidString)").path
    }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// The server that runs, or a new one on what the last one left.
    func server() throws -> KubeServer {
        if let running { return running }
        let server = try KubeServer(
            keepingIn: DirectoryArchive(at: directory), clock: clock, startingAt: Timestamp(seconds: date),
            seed: 1)
        running = server
        return server
    }

    /// Ends the server. The next request starts another.
    func stop() { running = nil }

    /// Moves the clock.
    func move(_ seconds: Int64) throws {
        clock.advance(by: .seconds(seconds))
        date += seconds
        try server().catchUp()
    }

    @discardableResult
    func ask(
        _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil,
        type: String = "application/json"
    ) async throws -> JSONValue {
        let response = try await server().send(
            HTTPRequest(
                method: method, target: target, headers: [HTTPHeader("Content-Type", type)],
                body: body?.serialized() ?? []))
        return try JSONValue(parsing: response.body)
    }

    /// The first event of a watch.
    func event(_ target: String) async throws -> JSONValue? {
        let stream = try await server().open(HTTPRequest(method: .get, target: target, timeout: nil))
        for try await piece in stream.body {
            guard let line = piece.split(separator: UInt8(ascii: "\n")).first else { continue }
            return try JSONValue(parsing: Array(line))
        }
        return nil
    }
}

extension ArchivedObject {
    /// A ConfigMap in the namespace `default`.
    static func config(_ name: String, version: UInt64, size: Int = 10) -> ArchivedObject {
        let json: JSONValue = [
            "kind": "ConfigMap", "apiVersion": "v1",
            "metadata": ["name": .string(name), "namespace": "default"],
            "data": ["text": .string(String(repeating: "x", count: size))],
        ]
        return ArchivedObject(
            place: ArchivedPlace(group: "", plural: "configmaps", namespace: "default", name: name),
            version: version, bytes: json.serialized())
    }
}
