import ArgumentParser
import FoundationEssentials
import SyncSources

/// What making manifests may reach beside the source, for all sources alike.
struct RenderArguments: ParsableArguments {
    @Flag(help: "Build kustomizations on bases that are fetched from elsewhere; off unless it is said.")
    var allowRemoteBases = false

    @Option(
        help:
            "Address, with what lies below it, from which a chart may take what it depends on and has not in charts/. Repeatable."
    )
    var allowChartRepository: [String] = []

    var settings: RenderSettings {
        let environment = ProcessInfo.processInfo.environment
        var settings = RenderSettings(
            environment: environment, workFolder: environment["TMPDIR"] ?? "/tmp")
        settings.allowsRemoteBases = allowRemoteBases
        settings.chartRepositories = allowChartRepository
        return settings
    }
}
