public import KubeCore

/// What a client-side apply sends for an object that is there: a three-way patch from the manifest that was applied
/// last, the manifest of today and the live object (S103).
///
/// For built-in kinds it is a strategic merge patch, so that elements of lists that others added stay; for custom kinds
/// a merge patch, in which a list that differs is replaced as a whole.
public struct ClientSidePatch: Hashable, Sendable {
    public var isStrategic: Bool
    public var changes: JSONValue

    /// Whether sending it would change nothing.
    public var isEmpty: Bool { changes == .object(JSONObject()) }

    /// Makes the patch.
    ///
    /// - Parameters:
    ///   - manifest: With the annotation that ``KubeObject/rememberingItself()`` adds.
    ///   - live: The object as it is.
    public init(from manifest: KubeObject, over live: KubeObject) {
        isStrategic = manifest.isOfBuiltInGroup
        // A text that cannot be read was nobody's manifest: then nothing is known to have been dropped.
        let text = live.annotation(KubeObject.lastApplied) ?? ""
        let last = (try? JSONValue(parsing: text))?.object
        let merge = ThreeWayMerge(isStrategic: isStrategic)
        var patch = merge.patch(
            original: last ?? JSONObject(), modified: manifest.json, current: live.json, at: [])
        for name in ["apiVersion", "kind"] { patch[name] = nil }
        changes = .object(patch)
    }
}

extension KubeObject {
    /// Where client-side apply keeps the manifest that it sent last.
    public static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"

    /// The manifest with a copy of itself in the annotation by which the next apply tells what was dropped.
    func rememberingItself() -> KubeObject {
        var object = self
        object.setAnnotation(Self.lastApplied, nil)
        object.setAnnotation(Self.lastApplied, JSONValue.object(object.json).text + "\n")
        return object
    }
}

/// The merge of one object's members, and of those below.
private struct ThreeWayMerge {
    var isStrategic: Bool

    func patch(
        original: JSONObject, modified: JSONObject, current: JSONObject, at path: [String]
    ) -> JSONObject {
        var patch = JSONObject()
        for member in modified.members {
            let inner = path + [member.key]
            let change = change(
                original: original[member.key], modified: member.value, current: current[member.key],
                at: inner)
            if let change { patch[member.key] = change }
        }
        for member in original.members
        where modified[member.key] == nil && current[member.key] != nil && !isIdentity(path + [member.key]) {
            patch[member.key] = .some(.null)
        }
        return patch
    }

    /// What is to be sent for one value; `nil` if it is as it should be.
    private func change(
        original: JSONValue?, modified: JSONValue, current: JSONValue?, at path: [String]
    ) -> JSONValue? {
        switch (modified, current) {
        case (.object(let members), .object(let present)?):
            let inner = patch(
                original: original?.object ?? JSONObject(), modified: members, current: present, at: path)
            return inner.isEmpty ? Optional<JSONValue>.none : .object(inner)
        case (.array(let elements), .array(let present)?):
            guard isStrategic, let key = MergeKeys.key(of: path) else { break }
            let inner = elementPatch(
                original: original?.array ?? [], modified: elements, current: present, key: key, at: path)
            return inner.isEmpty ? Optional<JSONValue>.none : .array(inner)
        default:
            break
        }
        return modified == current ? Optional<JSONValue>.none : modified
    }

    /// The elements of a list that is merged by a key: those that differ, and those that were dropped.
    private func elementPatch(
        original: [JSONValue], modified: [JSONValue], current: [JSONValue], key: String, at path: [String]
    ) -> [JSONValue] {
        func element(of list: [JSONValue], like other: JSONValue) -> JSONObject? {
            list.first { $0[key] != nil && $0[key] == other[key] }?.object
        }
        var patch: [JSONValue] = []
        for wanted in modified {
            guard let members = wanted.object, let present = element(of: current, like: wanted) else {
                patch.append(wanted)
                continue
            }
            let last = element(of: original, like: wanted) ?? JSONObject()
            var inner = self.patch(original: last, modified: members, current: present, at: path)
            guard !inner.isEmpty else { continue }
            inner[key] = wanted[key]
            patch.append(.object(inner))
        }
        for dropped in original where dropped[key] != nil && element(of: modified, like: dropped) == nil {
            guard element(of: current, like: dropped) != nil else { continue }
            patch.append(.object(JSONObject([("$patch", "delete"), (key, dropped[key] ?? .null)])))
        }
        return patch
    }

    private func isIdentity(_ path: [String]) -> Bool {
        path == ["metadata", "name"] || path == ["metadata", "namespace"]
    }
}

/// The keys by which the API server merges lists of the built-in kinds.
private enum MergeKeys {
    static func key(of path: [String]) -> String? {
        guard let name = path.last else { return nil }
        if name == "ports" { return path.dropLast().last == "containers" ? "containerPort" : service(path) }
        return byName[name]
    }

    /// A Service's own ports; those of other kinds are replaced as a whole.
    private static func service(_ path: [String]) -> String? { path == ["spec", "ports"] ? "port" : nil }

    private static let byName = [
        "containers": "name", "initContainers": "name", "ephemeralContainers": "name", "volumes": "name",
        "env": "name", "imagePullSecrets": "name", "secrets": "name", "webhooks": "name",
        "volumeMounts": "mountPath", "volumeDevices": "devicePath", "hostAliases": "ip",
        "topologySpreadConstraints": "topologyKey", "ownerReferences": "uid",
    ]
}
