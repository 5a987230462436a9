import Foundation
package import KubeCore
import Synchronization

/// Keeps the record of all writes that kube-apiserver keeps with `hack/lib/audit-policy.yaml`: one line of JSON each.
///
/// The controllers of the embedded server write without a request. What they have said of Jobs and Deployments is
/// looked up before each write, and put into the record as their writes: whoever writes because of it comes after it.
package final class AuditedTransport: HTTPTransport {
    /// The objects whose status counts, by their path.
    private static let watched = [
        ("jobs", "/apis/batch/v1/jobs"), ("deployments", "/apis/apps/v1/deployments"),
    ]
    private static let unrecorded: Set = ["events", "leases"]
    private static let secret: Set = ["secrets", "serviceaccounts/token"]

    private struct Book {
        var file: FileHandle
        var lines = 0
        /// The version of each object that was looked at last.
        var versions: [String: String] = [:]

        /// The place of the next event in time.
        mutating func moment() -> String {
            lines += 1
            return String(format: "%020d", lines)
        }

        func write(_ event: JSONValue) throws {
            try file.write(contentsOf: Data(event.serialized() + [UInt8(ascii: "\n")]))
        }
    }

    private let base: any HTTPTransport
    private let book: Mutex<Book>

    package init(_ base: any HTTPTransport, log path: String) throws {
        self.base = base
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        book = Mutex(Book(file: try FileHandle(forWritingTo: URL(filePath: path))))
    }

    package func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        guard let deed = try await begin(request) else { return try await base.send(request) }
        let response = try await base.send(request)
        try write(deed, code: response.status)
        return response
    }

    package func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        guard let deed = try await begin(request) else { return try await base.open(request) }
        let stream = try await base.open(request)
        try write(deed, code: stream.status)
        return stream
    }

    /// Records what the controllers have said since the last time.
    package func noteStatus() async throws(TransportFailure) {
        for (resource, path) in Self.watched {
            let response = try await base.send(HTTPRequest(method: .get, target: path))
            do {
                let items = try JSONValue(parsing: response.body)["items"]?.array ?? []
                try book.withLock { book in
                    for item in items { try note(item, of: resource, in: &book) }
                }
            } catch {
                throw TransportFailure(.misconfigured, "the record of writes: \(error)")
            }
        }
    }

    private func note(_ item: JSONValue, of resource: String, in book: inout Book) throws {
        let metadata = item["metadata"]
        guard let uid = metadata?["uid"]?.string, let version = metadata?["resourceVersion"]?.string,
            book.versions[uid] != version
        else { return }
        book.versions[uid] = version
        try book.write([
            "verb": "update", "userAgent": "embedded", "requestReceivedTimestamp": .string(book.moment()),
            "objectRef": [
                "resource": .string(resource), "namespace": metadata?["namespace"] ?? "",
                "name": metadata?["name"] ?? "", "subresource": "status",
            ],
            "responseStatus": ["code": 200], "requestObject": item,
        ])
    }

    /// A write that is under way: its event, without the code of the answer. `nil` if it is none to be recorded.
    private func begin(_ request: HTTPRequest) async throws(TransportFailure) -> JSONObject? {
        guard let object = WrittenObject(request), !Self.unrecorded.contains(object.resource) else {
            return nil
        }
        try await noteStatus()
        let agent = request.headers.first { $0.name.lowercased() == "user-agent" }?.value ?? ""
        var event: JSONObject = [
            "verb": .string(object.verb), "requestURI": .string(request.target), "userAgent": .string(agent),
            "requestReceivedTimestamp": .string(book.withLock { $0.moment() }), "objectRef": object.reference,
        ]
        if !Self.secret.contains(object.path), let body = try? JSONValue(parsing: request.body) {
            event["requestObject"] = body
        }
        return event
    }

    private func write(_ event: JSONObject, code: Int) throws(TransportFailure) {
        var event = event
        event["responseStatus"] = ["code": .int(Int64(code))]
        do {
            try book.withLock { try $0.write(.object(event)) }
        } catch {
            throw TransportFailure(.misconfigured, "the record of writes: \(error)")
        }
    }
}

/// What a request writes, read out of its path.
private struct WrittenObject {
    var verb: String
    var resource: String
    var namespace = ""
    var name = ""
    var subresource = ""

    init?(_ request: HTTPRequest) {
        let path = request.target.prefix { $0 != "?" }
        var steps = path.split(separator: "/").map(String.init)[...]
        guard let root = steps.popFirst(), root == "api" || root == "apis" else { return nil }
        steps = steps.dropFirst(root == "api" ? 1 : 2)
        if steps.count > 2, steps.first == "namespaces" {
            namespace = steps[steps.startIndex + 1]
            steps = steps.dropFirst(2)
        }
        guard let resource = steps.popFirst() else { return nil }
        self.resource = resource
        name = steps.popFirst() ?? ""
        subresource = steps.popFirst() ?? ""
        switch request.method {
        case .get: return nil
        case .post: verb = "create"
        case .put: verb = "update"
        case .patch: verb = "patch"
        case .delete: verb = name.isEmpty ? "deletecollection" : "delete"
        }
    }

    var path: String { subresource.isEmpty ? resource : "\(resource)/\(subresource)" }

    var reference: JSONValue {
        let members = [
            ("resource", resource), ("namespace", namespace), ("name", name), ("subresource", subresource),
        ]
        return .object(JSONObject(members.filter { !$0.1.isEmpty }.map { ($0.0, .string($0.1)) }))
    }
}
