import KubeCore

/// Which objects of a collection a list or watch wants.
struct Selection: Sendable {
    var labels: LabelSelector?
    var fields: FieldSelector?

    /// Whether everything is wanted.
    var isEverything: Bool { labels == nil && fields == nil }

    func matches(_ record: Record) -> Bool {
        if let labels, !labels.matches({ name in record.labels.first { $0.key == name }?.value }) {
            return false
        }
        guard let fields else { return true }
        var object: JSONObject?
        return fields.matches { path in
            switch path {
            case "metadata.name": return record.name
            case "metadata.namespace": return record.namespace
            default: break
            }
            let read = object ?? record.object
            object = read
            return Self.text(read[path: path.split(separator: ".").map(String.init)])
        }
    }

    private static func text(_ value: JSONValue?) -> String {
        switch value {
        case .string(let text): text
        case .bool(let value): value ? "true" : "false"
        case .int(let number): String(number)
        case .double, .null, .array, .object, nil: ""
        }
    }
}

extension ServerState {
    func selection(_ scope: RequestScope, _ query: RequestTarget) throws(StatusFailure) -> Selection {
        var selection = Selection()
        if let text = query.option("labelSelector") {
            do throws(SelectorFailure) {
                let selector = try LabelSelector(parsing: text)
                if !selector.isEverything { selection.labels = selector }
            } catch {
                throw .badRequest("unable to parse requirement: \(error)")
            }
        }
        if let text = query.option("fieldSelector") {
            do throws(SelectorFailure) {
                let selector = try FieldSelector(parsing: text)
                if !selector.requirements.isEmpty { selection.fields = selector }
            } catch {
                throw .badRequest("invalid selector: '\(text)'; can't understand '\(text)'")
            }
        }
        for requirement in selection.fields?.requirements ?? [] {
            try check(requirement.path, scope)
        }
        return selection
    }

    private func check(_ path: String, _ scope: RequestScope) throws(StatusFailure) {
        guard path != "metadata.name", path != "metadata.namespace" else { return }
        let known = SelectableFields.of[scope.resource.groupResource.description] ?? []
        guard !known.contains(path) else { return }
        guard known.isEmpty else { throw .badRequest("field label not supported: \(path)") }
        throw .badRequest(
            scope.resource.isCustom
                ? "field label not supported: \(path)"
                : "\(path.quoted) is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
        )
    }
}

/// The fields besides name and namespace by which collections can be selected.
enum SelectableFields {
    static let of: [String: Set<String>] = [
        "pods": [
            "spec.nodeName", "spec.restartPolicy", "spec.schedulerName", "spec.serviceAccountName",
            "status.phase",
            "status.podIP", "status.nominatedNodeName",
        ],
        "nodes": ["spec.unschedulable"],
        "namespaces": ["status.phase"],
        "secrets": ["type"],
        "replicationcontrollers": ["status.replicas"],
        "replicasets.apps": ["status.replicas"],
        "jobs.batch": ["status.successful"],
        "events": eventFields,
        "events.events.k8s.io": eventFields,
    ]

    private static let eventFields: Set<String> = [
        "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
        "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
        "reportingComponent", "source", "type",
    ]
}
