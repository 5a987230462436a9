public import KubeCore

/// Where manifests come from: `spec.source` of an Application, or one of its `spec.sources`.
///
/// A value that any Application can be read into: members that are not known are kept and written again, and what
/// cannot be rendered is found by ``problem(at:)``, not while reading. Two sources are equal if they want the same
/// (S142): a member that is missing, null or empty is all the same.
public struct ApplicationSource: Hashable, Sendable {
    /// `repoURL`: of a git repository, or where there is a ``chart`` of a Helm repository.
    public var repositoryURL = ""
    /// The folder within the repository.
    public var path = ""
    /// A branch, tag, commit or range of versions; empty means `HEAD`, or of a chart the newest version.
    public var targetRevision = ""
    /// The name of a chart in a Helm repository.
    public var chart = ""
    /// What other sources of the Application call this one's files: `$ref/path`.
    public var ref = ""
    /// What people call it.
    public var name = ""
    public var directory: DirectoryOptions?
    public var kustomize: KustomizeOptions?
    public var helm: HelmOptions?
    /// Members that are not known here, as they were read.
    public var others = JSONObject()

    public init(repositoryURL: String = "", path: String = "", targetRevision: String = "") {
        self.repositoryURL = repositoryURL
        self.path = path
        self.targetRevision = targetRevision
    }
}

extension ApplicationSource {
    /// Reads a source.
    ///
    /// - Parameters:
    ///   - value: As it stands in an Application.
    ///   - field: Where it stands, for messages.
    /// - Throws: ``FieldFailure`` for a member of the wrong type.
    public init(_ value: JSONValue, at field: String = "spec.source") throws(FieldFailure) {
        var reader = try FieldReader(value, at: field)
        repositoryURL = try reader.text("repoURL")
        path = try reader.text("path")
        targetRevision = try reader.text("targetRevision")
        chart = try reader.text("chart")
        ref = try reader.text("ref")
        name = try reader.text("name")
        directory = try reader.part("directory") { (part) throws(FieldFailure) in try DirectoryOptions(&part)
        }
        kustomize = try reader.part("kustomize") { (part) throws(FieldFailure) in try KustomizeOptions(&part)
        }
        helm = try reader.part("helm") { (part) throws(FieldFailure) in try HelmOptions(&part) }
        others = reader.others
        dropEmptyOptions()
    }

    /// An empty object is no choice of a tool.
    private mutating func dropEmptyOptions() {
        if directory == DirectoryOptions() { directory = nil }
        if kustomize == KustomizeOptions() { kustomize = nil }
        if helm == HelmOptions() { helm = nil }
    }

    /// As it is written into an Application.
    public var json: JSONValue {
        var writer = FieldWriter(others)
        writer.write("repoURL", repositoryURL)
        writer.write("path", path)
        writer.write("targetRevision", targetRevision)
        writer.write("chart", chart)
        writer.write("ref", ref)
        writer.write("name", name)
        writer.write("directory", object: directory?.json ?? JSONObject())
        writer.write("kustomize", object: kustomize?.json ?? JSONObject())
        writer.write("helm", object: helm?.json ?? JSONObject())
        return writer.value
    }

    /// The sources of a spec, or of another object that has `source` and `sources`.
    ///
    /// - Parameters:
    ///   - spec: The object; where `sources` has elements, `source` does not count.
    ///   - field: What the object is called, for messages.
    /// - Returns: The sources, possibly none.
    /// - Throws: ``FieldFailure`` that names the member.
    public static func sources(
        of spec: JSONObject, at field: String = "spec"
    ) throws(FieldFailure) -> [ApplicationSource] {
        var reader = try FieldReader(.object(spec), at: field)
        let sources = try reader.list("sources") { (value, field) throws(FieldFailure) in
            try ApplicationSource(value, at: field)
        }
        guard sources.isEmpty, let source = spec["source"], !source.isNull else { return sources }
        return [try ApplicationSource(source, at: "\(field).source")]
    }
}
