import KubeCore
import SyncEngine
import SystemPackage

/// A chart, which Helm makes manifests of.
struct HelmSource: Sendable {
    /// What the chart lies in.
    var folder: SourceRoot
    /// The chart's folder.
    var path: SourcePath
    var options: HelmOptions
    var identity: RenderIdentity
    var variables: BuildEnvironment
    /// Other sources of the Application, by their `ref`.
    var references: [String: SourceRoot] = [:]
    var settings: RenderSettings
    /// What fetches charts that this one depends on; `nil` where nothing may be fetched.
    var repositories: ChartRepositories?

    /// Looks through the chart, has it rendered, and reads what comes out.
    ///
    /// - Parameters:
    ///   - program: Helm; `nil` if there is none.
    ///   - work: Where it may write.
    /// - Returns: The objects, hooks among them with Helm's annotations, and the files that they depend on.
    /// - Throws: ``RenderFailure``.
    func render(
        with program: RenderProgram?, in work: WorkFolder
    ) async throws(RenderFailure) -> RenderedFolder {
        guard let place = try folder.place(path), place.kind == .folder else {
            throw RenderFailure(path: path.description, reason: .noSuchDirectory)
        }
        var scan = ChartScan(folder, limits: settings.limits)
        try scan.scan(place.path)
        let files = HelmValueFiles(
            folder: folder, chart: place.path, references: references, variables: variables,
            limits: settings.limits.manifest)
        let (values, valueInputs) = try files.values(options)
        guard let program else {
            throw RenderFailure(path: path.description, reason: .toolMissing(HelmProgram.missing))
        }
        var sandbox = ProgramSandbox(work, own: settings.environment, limits: settings.toolLimits).forHelm()
        sandbox.hidden += hidden
        var vendor = ChartVendor(
            folder: folder, settings: settings, repositories: repositories, program: program, work: work)
        let chart = try await vendor.complete(place.path)
        let valueFile = try work.write(JSONValue.object(values).serialized(), to: "values.json")
        let output = try await program.run(
            try arguments(chart: chart.string, values: valueFile.string), on: path.description, in: sandbox)
        let reader = ManifestReader(file: "\(path) (helm)", limits: settings.limits.manifest)
        let inputs = scan.targets.union(vendor.inputs).union([place.path, path]).map { RenderInput(path: $0) }
        return RenderedFolder(
            objects: try reader.objects(in: output), inputs: valueInputs.union(inputs), type: .helm)
    }

    /// What must not be shown: our own paths, and values that may be secret.
    private var hidden: [String] {
        [folder.root.string + "/"] + options.parameters.map(\.value).filter { $0.utf8.count >= 6 }
    }

    /// Everything that anybody may have written stands behind `=`, or has been looked at.
    private func arguments(chart: String, values: String) throws(RenderFailure) -> [String] {
        let release = options.releaseName.isEmpty ? identity.application : options.releaseName
        let namespace = options.namespace.isEmpty ? identity.namespace : options.namespace
        guard Self.isName(release, atMost: 53) else {
            throw RenderFailure(
                path: "helm.releaseName",
                reason: .refused(
                    "\"\(release)\" is no name of a release: lower-case letters, digits, - and ., at most 53")
            )
        }
        guard namespace.isEmpty || Self.isName(namespace, atMost: 63) else {
            throw RenderFailure(path: "helm.namespace", reason: .refused("\"\(namespace)\" is no namespace"))
        }
        let switches = options.switches
        let kubeVersion = switches.kubeVersion.isEmpty ? identity.kubeVersion : switches.kubeVersion
        let apiVersions = switches.apiVersions.isEmpty ? identity.apiVersions : switches.apiVersions
        var arguments = ["template", release, chart, "--values=\(values)"]
        if !namespace.isEmpty { arguments.append("--namespace=\(namespace)") }
        if !switches.skipCRDs { arguments.append("--include-crds") }
        if switches.skipTests { arguments.append("--skip-tests") }
        if switches.skipSchemaValidation { arguments.append("--skip-schema-validation") }
        if !kubeVersion.isEmpty { arguments.append("--kube-version=\(kubeVersion)") }
        return arguments + apiVersions.map { "--api-versions=\($0)" }
    }

    private static func isName(_ text: String, atMost limit: Int) -> Bool {
        guard (1...limit).contains(text.utf8.count), text.utf8.first != UInt8(ascii: "-") else {
            return false
        }
        return text.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 46
        }
    }
}
