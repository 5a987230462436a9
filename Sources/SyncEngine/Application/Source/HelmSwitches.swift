/// What a chart is told of the cluster, and what is left out of its output.
public struct HelmSwitches: Hashable, Sendable {
    /// `skipCrds`: leave out what is in the chart's folder `crds`.
    public var skipCRDs = false
    /// Leave out test hooks.
    public var skipTests = false
    /// Do not hold the values against the chart's `values.schema.json`.
    public var skipSchemaValidation = false
    /// Send the repository's credentials to other hosts, too.
    public var passCredentials = false
    /// Which Helm: only `v3` is known.
    public var version = ""
    /// The version of Kubernetes that the chart sees; empty: what the program was built for.
    public var kubeVersion = ""
    /// Further API versions that the chart sees.
    public var apiVersions: [String] = []

    public init() {}

    init(_ reader: inout FieldReader) throws(FieldFailure) {
        skipCRDs = try reader.flag("skipCrds")
        skipTests = try reader.flag("skipTests")
        skipSchemaValidation = try reader.flag("skipSchemaValidation")
        passCredentials = try reader.flag("passCredentials")
        version = try reader.text("version")
        kubeVersion = try reader.text("kubeVersion")
        apiVersions = try reader.texts("apiVersions")
    }

    func write(to writer: inout FieldWriter) {
        writer.write("skipCrds", skipCRDs)
        writer.write("skipTests", skipTests)
        writer.write("skipSchemaValidation", skipSchemaValidation)
        writer.write("passCredentials", passCredentials)
        writer.write("version", version)
        writer.write("kubeVersion", kubeVersion)
        writer.write("apiVersions", apiVersions)
    }
}
