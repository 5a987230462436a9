import Foundation
import KubeClient
import KubeCore
import Testing

/// `cluster serve --run-jobs process --data`, killed while a Job runs.
@Suite("jobs as processes")
struct ProcessJobTests {
    private static let pods = "/api/v1/namespaces/default/pods"

    private func ask(
        _ cluster: ServedCluster, _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil
    ) async throws -> JSONValue {
        let headers = body == nil ? [] : [HTTPHeader("Content-Type", "application/json")]
        let response = try await cluster.transport.send(
            HTTPRequest(method: method, target: target, headers: headers, body: body?.serialized() ?? []))
        return try JSONValue(parsing: response.body)
    }

    /// The first event of a watch of the pods whose object is as it should be.
    private func pod(_ cluster: ServedCluster, _ isRight: (JSONValue) -> Bool) async throws -> JSONValue {
        let stream = try await cluster.transport.open(
            HTTPRequest(method: .get, target: "\(Self.pods)?watch=1", timeout: nil))
        var pending: [UInt8] = []
        for try await piece in stream.body {
            pending += piece
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                let event = try JSONValue(parsing: Array(pending[..<end]))
                pending = Array(pending[(end + 1)...])
                if let object = event["object"], isRight(object) { return object }
            }
        }
        throw WatchEnded()
    }

    private struct WatchEnded: Error {}

    @Test(
        "kill -9 while a job runs: its processes end, its pod has failed after the restart, and it runs once",
        .timeLimit(.minutes(2)))
    func killed() async throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "process-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        let fifo = place.appending(path: "alive").path()
        let marks = place.appending(path: "marks").path()
        #expect(mkfifo(fifo, 0o600) == 0)
        // Opened for both, so that opening does not wait for a writer.
        let both = open(fifo, O_RDWR | O_CLOEXEC)
        let options = ["--run-jobs", "process"]
        try await ServedCluster.with(place, options: options) { cluster in
            let script = "echo x >> \(marks); exec 9> \(fifo); echo up; sleep 1000 & wait"
            _ = try await ask(
                cluster, .post, "/apis/batch/v1/namespaces/default/jobs",
                [
                    "metadata": ["name": "j"],
                    "spec": [
                        "backoffLimit": 0,
                        "template": [
                            "spec": [
                                "restartPolicy": "Never",
                                "containers": [
                                    ["name": "c", "image": "none", "command": ["sh", "-c", .string(script)]]
                                ],
                            ]
                        ],
                    ],
                ])
            let running = try await pod(cluster) { $0["status"]?["phase"] == "Running" }
            let name = running["metadata"]?["name"]?.string ?? ""
            let log = try await cluster.transport.open(
                HTTPRequest(method: .get, target: "\(Self.pods)/\(name)/log?follow=1", timeout: nil))
            for try await _ in log.body { break }
            cluster.kill()
        }
        // The pipe ends when the last process that holds it has ended.
        let reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        close(both)
        #expect(fcntl(reader, F_SETFL, 0) == 0)
        var byte: UInt8 = 0
        #expect(read(reader, &byte, 1) == 0)
        close(reader)
        try await ServedCluster.with(place, options: options) { cluster in
            let ended = try await pod(cluster) { $0["status"]?["phase"] == "Failed" }
            #expect(ended["status"]?["reason"] == "NodeRestarted")
            #expect(try String(contentsOfFile: marks, encoding: .utf8) == "x\n")
        }
    }
}
