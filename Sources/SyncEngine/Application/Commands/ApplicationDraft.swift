public import KubeCore

/// An Application that `app create` is to make.
public struct ApplicationDraft: Hashable, Sendable {
    /// What became of creating it.
    public enum Outcome: String, Hashable, Sendable {
        case created
        case unchanged
        case updated
    }

    /// From a file, or empty.
    public var base: KubeObject
    public var name: String
    public var namespace: String
    public var edit: SpecEdit
    /// `name=value`
    public var labels: [String] = []
    public var annotations: [String] = []
    /// Whether deleting it deletes its resources (S185).
    public var setsFinalizer = false

    /// Whether a spec that could never be synced is refused.
    public var isChecked = true

    public init(base: KubeObject = KubeObject([:]), name: String, namespace: String, edit: SpecEdit) {
        self.base = base
        self.name = name
        self.namespace = namespace
        self.edit = edit
    }

    /// The object to be created; an operation or a status in the file is not taken.
    ///
    /// - Throws: ``RequestRefusal``, also for a spec that could never be synced.
    public func object() throws(RequestRefusal) -> KubeObject {
        var object = KubeObject([
            "apiVersion": .string(Application.kind.apiVersion), "kind": .string(Application.kind.kind),
            "metadata": [:],
        ])
        try Self.checkKind(of: base)
        guard base.name.isEmpty || base.name == name else {
            throw .badValue("the file is about application '\(base.name)', not '\(name)'")
        }
        object.name = name
        object.namespace = namespace
        for part in ["labels", "annotations", "finalizers"] {
            object["metadata", part] = base["metadata", part]
        }
        for text in labels {
            let (name, value) = try pair(text, "--label")
            object.setLabel(name, value)
        }
        for text in annotations {
            let (name, value) = try pair(text, "--annotations")
            object.setAnnotation(name, value)
        }
        if setsFinalizer {
            let finalizers = DeletionWish().finalizers(instead: object.finalizers)
            object["metadata", "finalizers"] = .array(finalizers.map { .string($0) })
        }
        var spec = try edit.applied(to: base["spec"]?.object ?? JSONObject())
        if spec["project"] == nil { spec["project"] = "default" }
        object["spec"] = .object(spec)
        if isChecked { try Application(object).checkFlaws() }
        return object
    }

    /// Refuses a file that holds something else.
    public static func checkKind(of base: KubeObject) throws(RequestRefusal) {
        let kind = base.groupVersionKind.groupKind
        guard base.json.isEmpty || kind == Application.kind.groupKind else {
            throw .badValue("the file holds \(kind), not an Application")
        }
    }

    /// What has to become of an Application that is there already.
    ///
    /// - Parameters:
    ///   - live: As it is.
    ///   - wanted: From ``object()``.
    /// - Returns: `nil` if nothing has to change.
    public static func update(of live: KubeObject, to wanted: KubeObject) -> KubeObject? {
        var new = live
        new["spec"] = wanted["spec"]
        for part in ["labels", "annotations"] {
            for member in wanted["metadata", part]?.object ?? JSONObject() {
                new["metadata", part, member.key] = member.value
            }
        }
        if let finalizers = wanted["metadata", "finalizers"] { new["metadata", "finalizers"] = finalizers }
        return new == live ? nil : new
    }
}
