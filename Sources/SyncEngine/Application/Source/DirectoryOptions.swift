public import KubeCore

/// `directory` of a source: which files of a folder are manifests.
public struct DirectoryOptions: Hashable, Sendable {
    /// Whether the folder's folders are read, too.
    public var recurse = false
    /// A pattern; only paths that match are read. Empty: all.
    public var include = ""
    /// A pattern; paths that match are not read.
    public var exclude = ""
    /// Members that are not known here, as they were read: `jsonnet` is one of them.
    public var others = JSONObject()

    public init() {}

    init(_ reader: inout FieldReader) throws(FieldFailure) {
        recurse = try reader.flag("recurse")
        include = try reader.text("include")
        exclude = try reader.text("exclude")
        others = reader.others
        // The API server's own clients write it where nobody asked for it.
        if others["jsonnet"] == [:] { others["jsonnet"] = nil }
    }

    var json: JSONObject {
        var writer = FieldWriter(others)
        writer.write("recurse", recurse)
        writer.write("include", include)
        writer.write("exclude", exclude)
        return writer.members
    }
}
