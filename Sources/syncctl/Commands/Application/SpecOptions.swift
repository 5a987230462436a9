import ArgumentParser
import SyncController
import SyncEngine

/// The flags that describe a source (section 3 of the command line).
struct SourceFlags: ParsableArguments {
    @Option(help: "URL of the git or Helm repository.") var repo: String?
    @Option(help: "Folder within the repository.") var path: String?
    @Option(help: "Branch, tag, commit or range of versions; HEAD if none is said.") var revision: String?
    @Option(help: "Chart in a Helm repository.") var helmChart: String?
    @Option(help: "What other sources call this one's files by.") var ref: String?

    @Option(defaultAsFlag: true, help: "Read the folder's folders, too.") var directoryRecurse: Bool?
    @Option(help: "Pattern: only files that match are manifests.") var directoryInclude: String?
    @Option(help: "Pattern: files that match are no manifests.") var directoryExclude: String?

    @Option(help: "Values file of a chart. Repeatable.") var values: [String] = []
    @Option(help: "File with values that are written into the Application.", completion: .file())
    var valuesLiteralFile: String?
    @Option(help: "Chart value NAME=VALUE. Repeatable.") var helmSet: [String] = []
    @Option(help: "Chart value NAME=VALUE that is text whatever it looks like. Repeatable.")
    var helmSetString: [String] = []
    @Option(help: "Chart value NAME=PATH of a file with it. Repeatable.") var helmSetFile: [String] = []
    @Option(name: [.customShort("p"), .long], help: "As --helm-set. Repeatable.") var parameter: [String] = []
    @Option(help: "Name of the chart's release.") var releaseName: String?
    @Option(defaultAsFlag: true, help: "Leave out the chart's definitions.") var helmSkipCrds: Bool?

    @Option(help: "Prefix for the names of a kustomization.") var nameprefix: String?
    @Option(help: "Suffix for the names of a kustomization.") var namesuffix: String?
    @Option(help: "Image NAME=NEW:TAG or NAME:TAG of a kustomization. Repeatable.") var kustomizeImage:
        [String] = []
    @Option(help: "Replicas NAME=COUNT of a kustomization. Repeatable.") var kustomizeReplica: [String] = []
    @Option(help: "Label NAME=VALUE for all of a kustomization. Repeatable.")
    var kustomizeCommonLabel: [String] = []
    @Option(help: "Annotation NAME=VALUE for all of a kustomization. Repeatable.")
    var kustomizeCommonAnnotation: [String] = []

    /// What they say.
    ///
    /// - Throws: ``CommandFailure`` for a file that cannot be read.
    func edit() throws -> SourceEdit {
        var edit = SourceEdit()
        edit.place.repositoryURL = repo
        edit.place.path = path
        edit.place.revision = revision
        edit.place.chart = helmChart
        edit.place.ref = ref
        edit.directory.recurse = directoryRecurse
        edit.directory.include = directoryInclude
        edit.directory.exclude = directoryExclude
        edit.helm.valueFiles = values
        edit.helm.values = try valuesLiteralFile.map(GivenFile.text)
        edit.helm.parameters = helmSet + parameter
        edit.helm.textParameters = helmSetString
        edit.helm.fileParameters = helmSetFile
        edit.helm.releaseName = releaseName
        edit.helm.skipCRDs = helmSkipCrds
        edit.kustomize.namePrefix = nameprefix
        edit.kustomize.nameSuffix = namesuffix
        edit.kustomize.images = kustomizeImage
        edit.kustomize.replicas = kustomizeReplica
        edit.kustomize.labels = kustomizeCommonLabel
        edit.kustomize.annotations = kustomizeCommonAnnotation
        return edit
    }
}

/// Whether syncs begin by themselves, in argocd's words (C8).
enum SyncPolicyArgument: String, ExpressibleByArgument, CaseIterable {
    case none
    case manual
    case automated
    case auto
    case automatic

    var isAutomated: Bool {
        switch self {
        case .none, .manual: false
        case .automated, .auto, .automatic: true
        }
    }
}

/// The flags that describe the rest of a spec.
struct SpecFlags: ParsableArguments {
    @Option(help: "The project.") var project: String?
    @Option(help: "Address of the destination cluster.") var destServer: String?
    @Option(help: "Name of the destination cluster.") var destName: String?
    @Option(help: "Namespace for objects that name none.") var destNamespace: String?
    @Option(help: "How many syncs the history keeps.") var revisionHistoryLimit: Int64?

    @Option(
        help: "none or manual: syncs are asked for; automated, auto or automatic: they begin by themselves.")
    var syncPolicy: SyncPolicyArgument?
    @Option(defaultAsFlag: true, help: "Automatic syncs prune.") var autoPrune: Bool?
    @Option(defaultAsFlag: true, help: "Automatic syncs mend what others change.") var selfHeal: Bool?
    @Option(defaultAsFlag: true, help: "Automatic syncs may prune everything.") var allowEmpty: Bool?
    @Option(help: "Sync option to add, as CreateNamespace=true; with ! before it, to take away. Repeatable.")
    var syncOption: [String] = []

    @Option(help: "How often a failed sync is tried again; 0 takes the retries away.") var syncRetryLimit:
        Int64?
    @Option(help: "Time before the first retry.") var syncRetryBackoffDuration: String = "5s"
    @Option(help: "Longest time before a retry.") var syncRetryBackoffMaxDuration: String = "3m"
    @Option(help: "By what the time grows.") var syncRetryBackoffFactor: Int64 = 2
    @Flag(help: "Retries take the newest revision.") var syncRetryRefresh = false

    @OptionGroup(title: "Source") var source: SourceFlags

    func validate() throws {
        guard destServer == nil || destName == nil else {
            throw ValidationError("give either --dest-server or --dest-name")
        }
        guard syncRetryLimit.map({ $0 >= 0 }) ?? true else {
            throw ValidationError("--sync-retry-limit must not be negative: 0 takes the retries away")
        }
        for text in [syncRetryBackoffDuration, syncRetryBackoffMaxDuration] {
            _ = try DurationArgument.parse(text)
        }
    }

    func edit(_ choice: SpecEdit.SourceChoice = .only) throws -> SpecEdit {
        var edit = SpecEdit()
        edit.source = try source.edit()
        edit.choice = choice
        edit.project = project
        edit.server = destServer
        edit.clusterName = destName
        edit.namespace = destNamespace
        edit.historyLimit = revisionHistoryLimit
        edit.policy.automated = syncPolicy?.isAutomated
        edit.policy.prune = autoPrune
        edit.policy.selfHeal = selfHeal
        edit.policy.allowEmpty = allowEmpty
        edit.policy.options = syncOption
        edit.policy.retry = syncRetryLimit.map { limit in
            var retry = PolicyEdit.Retry(limit: limit)
            retry.duration = syncRetryBackoffDuration
            retry.maxDuration = syncRetryBackoffMaxDuration
            retry.factor = syncRetryBackoffFactor
            retry.refresh = syncRetryRefresh
            return retry
        }
        return edit
    }
}
