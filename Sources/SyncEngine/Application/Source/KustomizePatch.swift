public import KubeCore

/// A patch over what a kustomization makes.
public struct KustomizePatch: Hashable, Sendable {
    /// YAML or JSON: a strategic merge patch, or a JSON patch with a ``target``.
    public var patch = ""
    /// A file with the patch, relative to the source's path.
    public var path = ""
    /// Whom it is for, in kustomize's own members; `nil`: whom the patch names.
    public var target: JSONObject?
    public var options: [String: Bool] = [:]

    public init() {}

    /// A patch as text.
    public init(_ patch: String, target: JSONObject? = nil) {
        self.patch = patch
        self.target = target
    }

    init(_ value: JSONValue, at field: String) throws(FieldFailure) {
        var reader = try FieldReader(value, at: field)
        patch = try reader.text("patch")
        path = try reader.text("path")
        target = try reader.object("target")
        options = try reader.flagsByName("options")
    }

    public var json: JSONValue {
        var writer = FieldWriter(JSONObject())
        writer.write("patch", patch)
        writer.write("path", path)
        writer.write("target", object: target ?? JSONObject())
        writer.write("options", options)
        return writer.value
    }
}
