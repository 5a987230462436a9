import KubeCore

/// What a container's process finds in its environment.
struct EnvironmentPlan: Hashable, Sendable {
    private(set) var variables: [String: String] = [:]

    /// - Parameters:
    ///   - container: Of the pod's spec.
    ///   - pod: For what refers to its fields.
    ///   - values: Of its ConfigMaps and Secrets.
    ///   - basis: What every process gets, unless the container says otherwise.
    /// - Throws: What is missing, or cannot be referred to.
    init(
        _ container: JSONValue, of pod: KubeObject, _ values: PodValues, basis: [String: String]
    ) throws(PlanFailure) {
        variables = basis
        for source in container["envFrom"]?.array ?? [] { try take(source, values) }
        // As a kubelet has it: values refer to the variables before them, not to what came from whole sources.
        var known = basis
        for variable in container["env"]?.array ?? [] {
            guard let name = variable["name"]?.string else { continue }
            let value: String?
            if let source = variable["valueFrom"], !source.isNull {
                value = try self.value(from: source, pod, values)
            } else {
                value = Expansion.expand(variable["value"]?.string ?? "") { known[$0] }
            }
            guard let value else { continue }
            known[name] = value
            variables[name] = value
        }
    }

    private mutating func take(_ source: JSONValue, _ values: PodValues) throws(PlanFailure) {
        guard let reference = PodSource.references(in: source).first else { return }
        let options = source["configMapRef"] ?? source["secretRef"]
        guard let found = values[reference] else {
            if options?["optional"] == true { return }
            throw .missing(reference)
        }
        let prefix = source["prefix"]?.string ?? ""
        for (key, bytes) in found where Self.isName(prefix + key) {
            variables[prefix + key] = String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The value that a reference leads to; `nil` if it is optional and leads nowhere.
    private func value(
        from source: JSONValue, _ pod: KubeObject, _ values: PodValues
    ) throws(PlanFailure) -> String? {
        if let path = source["fieldRef"]?["fieldPath"]?.string {
            guard let value = PodField.value(path, of: pod) else {
                throw PlanFailure(.config, "the field \(path) cannot be referred to")
            }
            return value
        }
        guard let reference = PodSource.references(in: source).first,
            let options = source["configMapKeyRef"] ?? source["secretKeyRef"]
        else {
            throw PlanFailure(.config, "resourceFieldRef: a process has no limits that it could be told")
        }
        let isOptional = options["optional"] == true
        guard let found = values[reference] else {
            if isOptional { return nil }
            throw .missing(reference)
        }
        let key = options["key"]?.string ?? ""
        guard let bytes = found[key] else {
            if isOptional { return nil }
            let kind = reference.kind == .secret ? "Secret" : "ConfigMap"
            throw PlanFailure(
                .config, "couldn't find key \(key) in \(kind) \(pod.namespace)/\(reference.name)")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a key can be a variable; others of a whole source are left out.
    private static func isName(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first),
            text != ".", !text.hasPrefix("..")
        else { return false }
        return text.utf8.allSatisfy { byte in
            Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber
                || [UInt8(ascii: "_"), UInt8(ascii: "-"), UInt8(ascii: ".")].contains(byte)
        }
    }
}

extension PlanFailure {
    static func missing(_ source: PodSource) -> PlanFailure {
        PlanFailure(.config, "\(source.kind.rawValue) \"\(source.name)\" not found")
    }
}

/// The fields of a pod that its own containers can be told.
enum PodField {
    static func value(_ path: String, of pod: KubeObject) -> String? {
        switch path {
        case "metadata.name": return pod.name
        case "metadata.namespace": return pod.namespace
        case "metadata.uid": return pod.uid
        case "spec.nodeName": return pod["spec", "nodeName"]?.string ?? ""
        case "spec.serviceAccountName": return pod["spec", "serviceAccountName"]?.string ?? ""
        case "status.hostIP", "status.podIP", "status.podIPs": return PodProgress.address
        case "metadata.labels": return lines(pod["metadata", "labels"])
        case "metadata.annotations": return lines(pod["metadata", "annotations"])
        default: break
        }
        for (prefix, value) in [
            ("metadata.labels['", pod.label), ("metadata.annotations['", pod.annotation),
        ] where path.hasPrefix(prefix) && path.hasSuffix("']") {
            return value(String(path.dropFirst(prefix.count).dropLast(2))) ?? ""
        }
        return nil
    }

    private static func lines(_ map: JSONValue?) -> String {
        (map?.object?.members ?? []).sorted { $0.key < $1.key }
            .map { "\($0.key)=\(JSONValue.string($0.value.string ?? "").text)" }.joined(separator: "\n")
    }
}
