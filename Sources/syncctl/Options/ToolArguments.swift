import ArgumentParser
import SyncEngine
import SyncSources

/// How manifests are made of the source's files, for each kind of source.
struct ToolArguments: ParsableArguments {
    @OptionGroup(title: "Directories") var directory: DirectoryArguments
    @OptionGroup(title: "Kustomizations") var kustomize: KustomizeArguments
    @OptionGroup(title: "Helm charts") var helm: HelmArguments
    @OptionGroup(title: "What sources may reach") var rendering: RenderArguments

    /// Puts into a source what was said; whoever says something of one tool wants that tool.
    func fill(_ source: inout ApplicationSource) throws {
        let helm = try helm.options()
        if helm != HelmOptions() { source.helm = helm }
        if kustomize.isGiven { source.kustomize = kustomize.options }
        if directory.isGiven { source.directory = directory.options }
        if let problem = source.toolProblem { throw CommandFailure(.usage, problem) }
    }

    var settings: RenderSettings { rendering.settings }
}

extension ApplicationSource {
    fileprivate var toolProblem: String? {
        let given = [
            ("directories", directory != nil), ("kustomizations", kustomize != nil),
            ("Helm charts", helm != nil),
        ]
        let names = given.filter(\.1).map(\.0)
        guard names.count > 1 else { return nil }
        return "options for \(names.joined(separator: " and ")) cannot be combined: a source is one of them"
    }
}
