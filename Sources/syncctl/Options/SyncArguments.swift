import ArgumentParser
import KubeCore
import SyncEngine
import SyncSources

/// What the sync is to do, in argocd's words where it has them.
struct SyncArguments: ParsableArguments {
    @Flag(help: "Delete objects that are no longer in the manifests.")
    var prune = false

    @Flag(help: "Delete and create again what the server refuses to change.")
    var force = false

    @Flag(help: "Replace objects instead of applying to them.")
    var replace = false

    @Option(
        help:
            "Sync only this: [GROUP]:KIND:[NAMESPACE/]NAME; * matches anything, a leading ! excludes. No hooks run. Repeatable."
    )
    var resource: [ResourceArgument] = []

    @Option(
        help:
            "Sync only what bears this label in the manifests: NAME=VALUE. No hooks run. Repeatable: any counts."
    )
    var label: [String] = []

    @Option(help: "hook, or apply: then hooks are left out.")
    var strategy: StrategyArgument = .hook

    @Option(help: "Sync option, e.g. CreateNamespace=true. Repeatable.")
    var syncOption: [String] = []

    @Option(
        help:
            "How long the whole operation may take, e.g. 10m; 0 means no limit. Without --core: how long to wait for it.",
        transform: DurationArgument.parse)
    var timeout: Duration = .zero

    @Option(
        name: .customLong("validate"),
        help: "Who checks the objects before the first write: server (its dry run), client or none.")
    var validation: ValidationArgument = .server

    @Option(
        help:
            "Delete policy of hooks that name none; without it such a hook is created once and not run again."
    )
    var defaultHookDeletePolicy: HookPolicyArgument?

    @Flag(help: "Ignore unknown values in hook, delete policy and wave annotations.")
    var lenientAnnotations = false

    @Option(
        help: "File with your own rules for the health of kinds: a YAML list, see the README.",
        completion: .file())
    var healthRules: String?

    @Option(
        help: ArgumentHelp(
            "File with fields whose differences do not count: a YAML list as spec.ignoreDifferences.",
            discussion: """
                They do not count for app diff. A sync leaves them alone only with \
                --sync-option RespectIgnoreDifferences=true.
                """),
        completion: .file())
    var ignoreDifferences: String?

    @Flag(help: "Take objects that are tracked to another application.")
    var forceAdopt = false

    @Flag(help: "Give the approval that objects with Prune=confirm wait for.")
    var confirmPrune = false

    /// A typo in an option would change what is pruned or created without a word.
    func validate() throws {
        guard label.isEmpty || resource.isEmpty else {
            throw ValidationError("give either --resource or --label")
        }
        if let bad = label.first(where: { Self.pair($0) == nil }) {
            throw ValidationError("--label \(bad): write NAME=VALUE")
        }
        guard !lenientAnnotations, let unknown = syncOption.first(where: { !KnownSyncOption.accepts($0) })
        else {
            return
        }
        throw ValidationError("'\(unknown)' is no sync option; known are \(KnownSyncOption.text)")
    }

    /// `NAME=VALUE`
    private static func pair(_ text: String) -> (name: String, value: String)? {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(
            String.init)
        return parts.count == 2 && !parts[0].isEmpty ? (parts[0], parts[1]) : nil
    }

    /// What is to be synced of some objects, by --resource or --label.
    ///
    /// - Parameter objects: All that the manifests have.
    /// - Returns: Everything, where neither was given.
    /// - Throws: ``RequestRefusal`` if no object bears one of the labels (C13).
    func selection(among objects: [DesiredObject]) throws -> ResourceSelection {
        guard !label.isEmpty else { return ResourceSelection(resource.map(\.pattern)) }
        let selection = ResourceSelection(
            labelled: label.compactMap(Self.pair), among: objects.map(\.object))
        guard !selection.isEverything else { throw RequestRefusal.nothingSelected(label) }
        return selection
    }

    /// Puts into a request what the arguments say.
    func fill(_ request: inout SyncRequest) throws {
        request.switches.prune = prune
        request.switches.force = force
        request.switches.replace = replace
        request.switches.forceAdopt = forceAdopt
        request.switches.confirmPrune = confirmPrune
        request.strategy = strategy.strategy
        request.validation = validation.validation
        request.selection = ResourceSelection(resource.map(\.pattern))
        request.options = SyncOptions(syncOption)
        request.reading.defaultHookPolicy = defaultHookDeletePolicy?.policy
        request.reading.isLenient = lenientAnnotations
        do throws(RenderFailure) {
            request.reading.healthRules = try healthRules.map(RuleFile.healthRules) ?? HealthRules()
            request.reading.ignoreRules = try ignoreDifferences.map(RuleFile.ignoreRules) ?? IgnoreRules()
        } catch {
            throw CommandFailure(.usage, error.message)
        }
        request.timeout = timeout == .zero ? nil : timeout
    }
}

extension SyncArguments {
    /// Refuses what a controller can't be asked for.
    func checkForController() throws {
        let given = [
            (forceAdopt, "--force-adopt", "an operation without sync option FailOnSharedResource=true"),
            (confirmPrune, "--confirm-prune", "`app confirm-deletion` while the operation waits"),
            (validation != .server, "--validate", "sync option Validate=false"),
            (defaultHookDeletePolicy != nil, "--default-hook-delete-policy", "its annotation on hooks"),
            (lenientAnnotations, "--lenient-annotations", ""),
            (healthRules != nil, "--health-rules", ""),
            (ignoreDifferences != nil, "--ignore-differences", "spec.ignoreDifferences"),
        ]
        guard let (_, name, instead) = given.first(where: \.0) else { return }
        throw CommandFailure(
            .usage,
            "\(name) is for --core: a controller goes by the Application"
                + (instead.isEmpty ? "" : "; there it is \(instead)"))
    }

    /// What is asked of an Application, as far as its `operation` can say it.
    var wish: SyncWish {
        var wish = SyncWish()
        wish.prune = prune
        wish.strategy =
            switch strategy {
            case .hook: .hook(force: force)
            case .apply: .apply(force: force)
            }
        wish.options = syncOption
        if replace { wish.options.append("Replace=true") }
        return wish
    }

    /// Puts over what an Application wants what was said here.
    func overlay(_ selection: ResourceSelection) throws -> @Sendable (inout SyncRequest) -> Void {
        var own = SyncRequest(
            tracking: Tracking(application: "", destinationNamespace: ""), revision: "",
            startedAt: Timestamp(seconds: 0))
        try fill(&own)
        let (said, saysOptions) = (own, !syncOption.isEmpty)
        return { request in
            request.switches.prune = said.switches.prune
            request.switches.force = said.switches.force
            request.switches.replace = said.switches.replace || request.switches.replace
            request.switches.forceAdopt = said.switches.forceAdopt
            request.switches.confirmPrune = said.switches.confirmPrune || request.switches.confirmPrune
            request.strategy = said.strategy
            request.validation = said.validation
            request.selection = selection
            // C14: of any, only these count.
            if saysOptions { request.options = said.options }
            let rules = request.reading.ignoreRules
            let policy = request.reading.defaultHookPolicy
            request.reading = said.reading
            request.reading.ignoreRules = rules.adding(said.reading.ignoreRules)
            request.reading.defaultHookPolicy = said.reading.defaultHookPolicy ?? policy
            request.timeout = said.timeout ?? request.timeout
        }
    }
}

extension [GroupKind] {
    /// Says which kinds may not be listed, and what follows.
    func warn(_ consequence: String) {
        guard !isEmpty else { return }
        let kinds = map(\.description).sorted().joined(separator: ", ")
        Console.error("warning: these kinds may not be listed: \(kinds); \(consequence)")
    }
}

/// One `--resource`, with its text for messages.
struct ResourceArgument: ExpressibleByArgument {
    var text: String
    var pattern: ResourceSelection.Pattern

    init?(argument: String) {
        guard let pattern = ResourceSelection.Pattern(argument) else { return nil }
        self.pattern = pattern
        text = argument
    }
}
