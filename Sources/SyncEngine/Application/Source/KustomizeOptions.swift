public import KubeCore

/// `kustomize` of a source: what is laid over a kustomization.
public struct KustomizeOptions: Hashable, Sendable {
    public var namePrefix = ""
    public var nameSuffix = ""
    public var namespace = ""
    /// As `name=newname:tag`, `name:tag`, `name@sha256:…`.
    public var images: [String] = []
    public var replicas: [KustomizeReplicas] = []
    public var labels = KustomizeLabels()
    public var annotations = KustomizeAnnotations()
    public var patches: [KustomizePatch] = []
    public var components = KustomizeComponents()
    /// Members that are not known here, as they were read.
    public var others = JSONObject()

    public init() {}

    init(_ reader: inout FieldReader) throws(FieldFailure) {
        namePrefix = try reader.text("namePrefix")
        nameSuffix = try reader.text("nameSuffix")
        namespace = try reader.text("namespace")
        images = try reader.texts("images")
        replicas = try reader.list("replicas") { (value, field) throws(FieldFailure) in
            try KustomizeReplicas(value, at: field)
        }
        labels = try KustomizeLabels(&reader)
        annotations = try KustomizeAnnotations(&reader)
        patches = try reader.list("patches") { (value, field) throws(FieldFailure) in
            try KustomizePatch(value, at: field)
        }
        components = try KustomizeComponents(&reader)
        others = reader.others
    }

    var json: JSONObject {
        var writer = FieldWriter(others)
        writer.write("namePrefix", namePrefix)
        writer.write("nameSuffix", nameSuffix)
        writer.write("namespace", namespace)
        writer.write("images", images)
        writer.write("replicas", replicas.map(\.json))
        labels.write(to: &writer)
        annotations.write(to: &writer)
        writer.write("patches", patches.map(\.json))
        components.write(to: &writer)
        return writer.members
    }
}

/// How many replicas a workload has.
public struct KustomizeReplicas: Hashable, Sendable {
    public var name: String
    public var count: Int64

    public init(name: String, count: Int64) {
        self.name = name
        self.count = count
    }

    init(_ value: JSONValue, at field: String) throws(FieldFailure) {
        var reader = try FieldReader(value, at: field)
        name = try reader.text("name")
        count = try reader.number("count")
    }

    public var json: JSONValue { ["name": .string(name), "count": .int(count)] }
}

/// Labels for everything.
public struct KustomizeLabels: Hashable, Sendable {
    /// `commonLabels`
    public var texts: [String: String] = [:]
    /// `labelWithoutSelector`: leave selectors alone.
    public var areOutsideSelectors = false
    /// `labelIncludeTemplates`: with ``areOutsideSelectors``, put them on Pod templates, too.
    public var includeTemplates = false
    /// `forceCommonLabels`: win over what the kustomization itself says.
    public var win = false

    public init() {}

    init(_ reader: inout FieldReader) throws(FieldFailure) {
        texts = try reader.textsByName("commonLabels")
        areOutsideSelectors = try reader.flag("labelWithoutSelector")
        includeTemplates = try reader.flag("labelIncludeTemplates")
        win = try reader.flag("forceCommonLabels")
    }

    func write(to writer: inout FieldWriter) {
        writer.write("commonLabels", texts)
        writer.write("labelWithoutSelector", areOutsideSelectors)
        writer.write("labelIncludeTemplates", includeTemplates)
        writer.write("forceCommonLabels", win)
    }
}

/// Annotations for everything.
public struct KustomizeAnnotations: Hashable, Sendable {
    /// `commonAnnotations`
    public var texts: [String: String] = [:]
    /// `commonAnnotationsEnvsubst`: put in what `$ARGOCD_APP_NAME` and the like stand for.
    public var areSubstituted = false
    /// `forceCommonAnnotations`: win over what the kustomization itself says.
    public var win = false

    public init() {}

    init(_ reader: inout FieldReader) throws(FieldFailure) {
        texts = try reader.textsByName("commonAnnotations")
        areSubstituted = try reader.flag("commonAnnotationsEnvsubst")
        win = try reader.flag("forceCommonAnnotations")
    }

    func write(to writer: inout FieldWriter) {
        writer.write("commonAnnotations", texts)
        writer.write("commonAnnotationsEnvsubst", areSubstituted)
        writer.write("forceCommonAnnotations", win)
    }
}

/// Folders with components, relative to the source's path.
public struct KustomizeComponents: Hashable, Sendable {
    /// `components`
    public var paths: [String] = []
    /// `ignoreMissingComponents`
    public var mayBeMissing = false

    public init() {}

    init(_ reader: inout FieldReader) throws(FieldFailure) {
        paths = try reader.texts("components")
        mayBeMissing = try reader.flag("ignoreMissingComponents")
    }

    func write(to writer: inout FieldWriter) {
        writer.write("components", paths)
        writer.write("ignoreMissingComponents", mayBeMissing)
    }
}
