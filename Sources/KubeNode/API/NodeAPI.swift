import KubeCore

/// What a node asks of the API server.
struct NodeAPI: Sendable {
    /// Something that was heard of the node's pods.
    enum News: Sendable {
        /// These are all.
        case all([KubeObject])
        case changed(KubeObject)
        case gone(KubeObject)
    }

    let transport: any HTTPTransport
    let node: String
    let clock: any Clock<Duration>

    private static let pods = kind("Pod", "pods")

    private static func kind(_ kind: String, _ plural: String) -> APIResource {
        APIResource(
            kind: GroupVersionKind(apiVersion: "v1", kind: kind), plural: plural, isNamespaced: true,
            verbs: [])
    }

    /// Passes on what happens to the pods of the node until the task is cancelled.
    func follow(_ take: (News) async -> Void) async {
        while !Task.isCancelled {
            do {
                try await listAndWatch(take)
            } catch {
                // Whatever it was: the next list shows what is true. A pause, so that a server that is not there is
                // not asked without end; it fails only when cancelled, which the loop sees by itself.
                try? await clock.sleep(for: .seconds(1))
            }
        }
    }

    private func listAndWatch(_ take: (News) async -> Void) async throws {
        var options = APIRequest.ListOptions(fieldSelector: "spec.nodeName=\(node)")
        let answer = try await transport.send(APIRequest(.list(options), Self.pods).http)
        let list = try Self.value(answer)
        await take(.all((list["items"]?.array ?? []).compactMap(\.object).map { KubeObject($0) }))
        options.resourceVersion = list["metadata"]?["resourceVersion"]?.string
        options.allowsBookmarks = true
        let stream = try await transport.open(APIRequest(.watch(options), Self.pods).http)
        guard stream.status == 200 else { throw NodeFailure(status: stream.status) }
        var lines = LineCutter()
        for try await piece in stream.body {
            for line in try lines.lines(of: piece) {
                guard let news = try Self.news(try JSONValue(parsing: line)) else { continue }
                await take(news)
            }
        }
    }

    private static func news(_ event: JSONValue) throws -> News? {
        guard let object = event["object"]?.object.map({ KubeObject($0) }) else { return nil }
        switch event["type"]?.string {
        case "ADDED", "MODIFIED": return .changed(object)
        case "DELETED": return .gone(object)
        // Most often that the version is too old: the next list begins anew.
        case "ERROR": throw NodeFailure(status: Int(clamping: object["code"]?.int ?? 0))
        default: return nil
        }
    }

    private static func value(_ answer: HTTPResponse) throws -> JSONValue {
        guard (200..<300).contains(answer.status) else { throw NodeFailure(status: answer.status) }
        return try JSONValue(parsing: answer.body)
    }

    /// Writes a pod's status.
    ///
    /// - Returns: Whether the pod is still there; one of the same name with another uid is another.
    func write(_ status: JSONObject, of pod: KubeObject) async -> Bool {
        let patch: JSONValue = ["metadata": ["uid": .string(pod.uid)], "status": .object(status)]
        let request = APIRequest(
            .patch(.merge(patch)), Self.pods, namespace: pod.namespace, name: pod.name, subresource: "status",
            fieldManager: "syncctl-node")
        return await insist(on: request)
    }

    /// Tells people about a pod what its status has no place for. Lost if it cannot be written; gone with the pod.
    func warn(about pod: KubeObject, _ reason: String, _ message: String, at time: NodeTime) async {
        let subject: JSONObject = [
            "kind": "Pod", "apiVersion": "v1", "name": .string(pod.name), "uid": .string(pod.uid),
        ]
        var involved = subject
        involved["namespace"] = .string(pod.namespace)
        let event: JSONObject = [
            "metadata": [
                "generateName": .string("\(pod.name)-"), "namespace": .string(pod.namespace),
                "ownerReferences": [.object(subject)],
            ],
            "involvedObject": .object(involved), "type": "Warning", "reason": .string(reason),
            "message": .string(message), "count": 1, "firstTimestamp": .string(time.text),
            "lastTimestamp": .string(time.text),
            "source": ["component": "syncctl-node", "host": .string(node)],
        ]
        let request = APIRequest(
            .create(KubeObject(event)), Self.kind("Event", "events"), namespace: pod.namespace,
            fieldManager: "syncctl-node")
        _ = try? await transport.send(request.http)
    }

    /// Lets go of a pod whose deletion was asked for.
    func finishDeletion(of pod: KubeObject) async {
        var options = APIRequest.DeleteOptions(uid: pod.uid)
        options.gracePeriodSeconds = 0
        _ = await insist(
            on: APIRequest(.delete(options), Self.pods, namespace: pod.namespace, name: pod.name))
    }

    /// Sends until there is an answer.
    ///
    /// - Returns: Whether it was done; otherwise the pod is not there any more.
    private func insist(on request: APIRequest) async -> Bool {
        while true {
            do throws(TransportFailure) {
                let status = try await transport.send(request.http).status
                // A pod that is gone or was made anew is no pod of ours; nothing else is refused.
                return (200..<300).contains(status)
            } catch {
                if Task.isCancelled { return false }
            }
            try? await clock.sleep(for: .milliseconds(500))
        }
    }

    /// The values of a pod's ConfigMaps and Secrets, of those that are there.
    func values(of pod: KubeObject) async throws -> PodValues {
        var values: PodValues = [:]
        for source in PodSource.all(of: pod) {
            let resource =
                switch source.kind {
                case .configMap: Self.kind("ConfigMap", "configmaps")
                case .secret: Self.kind("Secret", "secrets")
                }
            let request = APIRequest(.get, resource, namespace: pod.namespace, name: source.name)
            let answer = try await transport.send(request.http)
            if answer.status == 404 { continue }
            let object = KubeObject(try Self.value(answer).object ?? JSONObject())
            values[source] = PodSource.values(of: object, source.kind)
        }
        return values
    }
}

/// The API server refused what the node asked.
struct NodeFailure: Error, Hashable, Sendable, CustomStringConvertible {
    var status: Int

    var description: String { "the API server answered \(status)" }
}

/// Cuts a stream into lines.
struct LineCutter {
    /// In bytes: several times the largest object that a server keeps.
    private static let longestLine = 16 << 20

    private var pending: [UInt8] = []

    /// The lines that are complete with these bytes.
    ///
    /// - Parameter bytes: What came.
    /// - Returns: Without their ends.
    /// - Throws: If a line does not end.
    mutating func lines(of bytes: [UInt8]) throws -> [[UInt8]] {
        guard pending.count <= Self.longestLine else { throw NodeFailure(status: 200) }
        pending += bytes
        guard let end = pending.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let lines = pending[..<end].split(separator: UInt8(ascii: "\n")).map(Array.init)
        pending = Array(pending[(end + 1)...])
        return lines
    }
}
