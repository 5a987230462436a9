import ArgumentParser
import SyncEngine
import SyncSources

/// What a chart is rendered with, in argocd's words.
struct HelmArguments: ParsableArguments {
    @Option(help: "Name of the release; else the application's.")
    var releaseName = ""

    @Option(help: "File of values in the source, relative to the chart. Repeatable; later ones win.")
    var values: [String] = []

    @Flag(help: "Leave out files of values that are not there.")
    var ignoreMissingValueFiles = false

    @Option(help: "File of values on this machine, or - for standard input.", completion: .file())
    var valuesLiteralFile: String?

    @Option(
        name: [.long, .customLong("parameter"), .customShort("p")],
        help: "One value, as image.tag=v2. Others can read it on this machine: no secrets. Repeatable.")
    var helmSet: [NamedText] = []

    @Option(help: "One value that is text whatever it looks like. Repeatable.")
    var helmSetString: [NamedText] = []

    @Option(help: "One value that is the content of a file in the source. Repeatable.")
    var helmSetFile: [NamedText] = []

    @Flag(help: "Leave out the chart's definitions of custom kinds.")
    var helmSkipCrds = false

    @Flag(help: "Leave out the chart's tests.")
    var helmSkipTests = false

    @OptionGroup var cluster: HelmClusterArguments

    /// As `spec.source.helm`.
    func options() throws -> HelmOptions {
        var options = HelmOptions()
        options.releaseName = releaseName
        options.valueFiles = values
        options.ignoreMissingValueFiles = ignoreMissingValueFiles
        options.parameters = helmSet.map { HelmParameter(name: $0.name, value: $0.value) }
        options.parameters += helmSetString.map {
            HelmParameter(name: $0.name, value: $0.value, forceString: true)
        }
        options.fileParameters = helmSetFile.map { HelmFileParameter(name: $0.name, path: $0.value) }
        options.switches.skipCRDs = helmSkipCrds
        options.switches.skipTests = helmSkipTests
        options.switches.kubeVersion = cluster.kubeVersion
        options.switches.apiVersions = cluster.apiVersions
        guard let valuesLiteralFile else { return options }
        do throws(RenderFailure) {
            options.values = try TextFile(valuesLiteralFile).text()
        } catch {
            throw CommandFailure(.usage, error.message)
        }
        return options
    }
}

/// What a chart is told of the cluster.
struct HelmClusterArguments: ParsableArguments {
    @Option(help: "Version of Kubernetes that the chart sees.")
    var kubeVersion = ""

    @Option(help: "API version that the chart sees, e.g. monitoring.coreos.com/v1. Repeatable.")
    var apiVersions: [String] = []
}
