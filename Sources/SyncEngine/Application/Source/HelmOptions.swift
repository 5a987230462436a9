public import KubeCore

/// `helm` of a source: what a chart is rendered with.
///
/// Later ones win: the chart's own values, ``valueFiles`` in their order, ``values`` or ``valuesObject``,
/// ``parameters``, ``fileParameters``.
public struct HelmOptions: Hashable, Sendable {
    /// Empty: the Application's name.
    public var releaseName = ""
    /// Empty: the destination's.
    public var namespace = ""
    public var valueFiles: [String] = []
    public var ignoreMissingValueFiles = false
    /// YAML.
    public var values = ""
    /// Wins over ``values``.
    public var valuesObject: JSONObject?
    public var parameters: [HelmParameter] = []
    public var fileParameters: [HelmFileParameter] = []
    public var switches = HelmSwitches()
    /// Members that are not known here, as they were read.
    public var others = JSONObject()

    public init() {}

    init(_ reader: inout FieldReader) throws(FieldFailure) {
        releaseName = try reader.text("releaseName")
        namespace = try reader.text("namespace")
        valueFiles = try reader.texts("valueFiles")
        ignoreMissingValueFiles = try reader.flag("ignoreMissingValueFiles")
        values = try reader.text("values")
        valuesObject = try reader.object("valuesObject")
        parameters = try reader.list("parameters") { (value, field) throws(FieldFailure) in
            try HelmParameter(value, at: field)
        }
        fileParameters = try reader.list("fileParameters") { (value, field) throws(FieldFailure) in
            try HelmFileParameter(value, at: field)
        }
        switches = try HelmSwitches(&reader)
        others = reader.others
    }

    var json: JSONObject {
        var writer = FieldWriter(others)
        writer.write("releaseName", releaseName)
        writer.write("namespace", namespace)
        writer.write("valueFiles", valueFiles)
        writer.write("ignoreMissingValueFiles", ignoreMissingValueFiles)
        writer.write("values", values)
        writer.write("valuesObject", object: valuesObject ?? JSONObject())
        writer.write("parameters", parameters.map(\.json))
        writer.write("fileParameters", fileParameters.map(\.json))
        switches.write(to: &writer)
        return writer.members
    }
}

/// One value of a chart, by its path.
public struct HelmParameter: Hashable, Sendable {
    /// As `image.tag` or `hosts[0].name`.
    public var name: String
    public var value: String
    /// Whether a value that looks like a number is text all the same.
    public var forceString: Bool

    public init(name: String, value: String, forceString: Bool = false) {
        self.name = name
        self.value = value
        self.forceString = forceString
    }

    init(_ value: JSONValue, at field: String) throws(FieldFailure) {
        var reader = try FieldReader(value, at: field)
        name = try reader.text("name")
        self.value = try reader.text("value")
        forceString = try reader.flag("forceString")
    }

    var json: JSONValue {
        var writer = FieldWriter(JSONObject())
        writer.write("name", name)
        writer.write("value", value)
        writer.write("forceString", forceString)
        return writer.value
    }
}

/// One value of a chart that is the content of a file.
public struct HelmFileParameter: Hashable, Sendable {
    /// As `config.text`.
    public var name: String
    /// Relative to the chart.
    public var path: String

    public init(name: String, path: String) {
        self.name = name
        self.path = path
    }

    init(_ value: JSONValue, at field: String) throws(FieldFailure) {
        var reader = try FieldReader(value, at: field)
        name = try reader.text("name")
        path = try reader.text("path")
    }

    var json: JSONValue {
        var writer = FieldWriter(JSONObject())
        writer.write("name", name)
        writer.write("path", path)
        return writer.value
    }
}
