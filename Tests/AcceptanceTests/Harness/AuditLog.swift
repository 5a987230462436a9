import Foundation
import KubeCore

/// The API server's record of all writes: the judge of what was done, and in which order.
struct AuditLog: Sendable {
    let path: String

    /// What has happened in a namespace, one line each, in the order in which the requests arrived.
    ///
    /// Of the program every write that took effect: `create jobs/before`, `apply services/web`, `delete jobs/before`;
    /// but not the stamps by which it finds its way after a restart.
    /// Of the controllers what the program waits for: `complete jobs/before`, `fail jobs/before`,
    /// `available deployments/web`, each once.
    func record(of namespace: String) throws -> [String] {
        var reached: Set<String> = []
        return try events(of: [namespace]).compactMap { event in
            if let write = event.write { return write }
            guard let milestone = event.milestone, reached.insert(milestone).inserted else { return nil }
            return milestone
        }
    }

    /// Which processes of the program have written for an Application, each as often as its turn came.
    ///
    /// - Parameters:
    ///   - application: What of its own namespace counts.
    ///   - home: Its own namespace.
    ///   - destination: Of its objects; all of it counts.
    /// - Returns: Their names.
    /// - Throws: Why the record can't be read.
    func turns(for application: String, of home: String, into destination: String) throws -> [String] {
        let writers = try events(of: [home, destination]).filter {
            $0.isOwnWrite && ($0.namespace == destination || $0.path == "applications/\(application)")
        }.map(\.writer)
        return zip(writers, [""] + writers).filter { $0 != $1 }.map(\.0)
    }

    private func events(of namespaces: [String]) throws -> [AuditEvent] {
        let marks = namespaces.map { "\"namespace\":\"\($0)\"" }
        let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
        return try lines.filter { line in marks.contains { line.contains($0) } }.map {
            AuditEvent(json: try JSONValue(parsing: String($0)))
        }.sorted { $0.received < $1.received }
    }
}

/// One request that wrote something.
struct AuditEvent {
    let json: JSONValue

    /// Microseconds, written so that text sorts as time does.
    var received: String { json["requestReceivedTimestamp"]?.string ?? "" }

    /// Who has asked for it.
    var writer: String { json["userAgent"]?.string ?? "" }

    var namespace: String { json["objectRef"]?["namespace"]?.string ?? "" }

    /// Whether the program under test has written something.
    var isOwnWrite: Bool { writer.hasPrefix("syncctl") && !isDryRun && code < 300 }

    /// A write of the program under test.
    var write: String? { isOwnWrite && !isStamp ? "\(deed) \(object)" : nil }

    /// A state that a controller has noted.
    var milestone: String? {
        guard json["objectRef"]?["subresource"] == "status", code < 300 else { return nil }
        let status = json["requestObject"]?["status"]
        switch resource {
        case "jobs": return jobDeed(status).map { "\($0) \(path)" }
        case "deployments": return isAvailable(status) ? "available \(path)" : nil
        default: return nil
        }
    }

    private var resource: String { json["objectRef"]?["resource"]?.string ?? "" }

    /// Of the object: `jobs/before`.
    var path: String {
        // Something created under a name that the server makes up has none in the request.
        let name = json["objectRef"]?["name"]?.string ?? json["requestObject"]?["metadata"]?["name"]?.string
        return "\(resource)/\(name ?? "")"
    }

    private var object: String {
        json["objectRef"]?["subresource"]?.string.map { "\(path)/\($0)" } ?? path
    }

    private var isDryRun: Bool { json["requestURI"]?.string?.contains("dryRun=") == true }

    /// Whether nothing but annotations of the program's own were written: its memory, not its work.
    private var isStamp: Bool {
        guard let body = json["requestObject"]?.object, Array(body.keys) == ["metadata"],
            let metadata = body["metadata"]?.object, Array(metadata.keys) == ["annotations"]
        else { return false }
        return metadata["annotations"]?.object?.keys.allSatisfy { $0.hasPrefix("syncctl.dev/") } == true
    }

    private var code: Int64 { json["responseStatus"]?["code"]?.int ?? 0 }

    private var deed: String {
        let verb = json["verb"]?.string ?? ""
        if verb == "patch" { return code == 201 ? "create" : "apply" }
        return verb
    }

    private func jobDeed(_ status: JSONValue?) -> String? {
        let conditions = status?["conditions"]?.array ?? []
        for (type, deed) in [("Complete", "complete"), ("Failed", "fail")] {
            let isReached = conditions.contains { $0["type"]?.string == type && $0["status"] == "True" }
            if isReached { return deed }
        }
        return nil
    }

    private func isAvailable(_ status: JSONValue?) -> Bool {
        guard let wanted = json["requestObject"]?["spec"]?["replicas"]?.int else { return false }
        return status?["availableReplicas"]?.int == wanted && status?["updatedReplicas"]?.int == wanted
    }
}
