import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `syncctl app set NAME`
struct AppSetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "set", abstract: "Changes an Application's spec.",
        discussion: """
            Only what is named changes. --auto-prune, --self-heal and --allow-empty alone begin no automatic syncs.

            Examples:
            syncctl app set shop --revision v1.2
            syncctl app set shop --sync-policy automated --auto-prune --self-heal
            syncctl app set shop --sync-option CreateNamespace=true --sync-option '!PruneLast=true'
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Option(name: .customLong("validate"), help: "false: change it also to what could never be synced.")
    var isChecked = true

    @OptionGroup var choice: SourceChoiceOptions
    @OptionGroup var spec: SpecFlags
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        let edit = try spec.edit(choice.choice)
        guard !edit.isEmpty else {
            throw CommandFailure(.usage, "nothing is to be changed: see `syncctl help app set`")
        }
        try await options.withApplications { access in
            try await access.changeSpec(of: name, isChecked: isChecked) { (spec) throws(RequestRefusal) in
                try edit.applied(to: spec)
            }
        }
    }
}

/// `syncctl app unset NAME`
struct AppUnsetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unset", abstract: "Takes overrides of an Application's source away.",
        discussion: """
            Examples:
            syncctl app unset shop --parameter image.tag
            syncctl app unset shop --kustomize-image web --nameprefix
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Option(name: [.customShort("p"), .long], help: "Chart value, by its name. Repeatable.")
    var parameter: [String] = []
    @Option(help: "Values file of a chart. Repeatable.") var values: [String] = []
    @Flag(help: "Values that stand in the Application.") var valuesLiteral = false
    @Flag(help: "That values files may be missing.") var ignoreMissingValueFiles = false
    @Flag(help: "Prefix for names.") var nameprefix = false
    @Flag(help: "Suffix for names.") var namesuffix = false
    @Option(help: "Image of a kustomization, by its name. Repeatable.") var kustomizeImage: [String] = []
    @Option(help: "Replicas of a kustomization, by name. Repeatable.") var kustomizeReplica: [String] = []
    @Flag(help: "What other sources call this one's files by.") var ref = false

    @OptionGroup var choice: SourceChoiceOptions
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        let reset = reset
        guard !reset.isEmpty else {
            throw CommandFailure(.usage, "nothing is to be taken away: see `syncctl help app unset`")
        }
        try await options.withApplications { access in
            try await access.changeSpec(of: name) { (spec) throws(RequestRefusal) in
                try reset.applied(to: spec, choice.choice)
            }
        }
    }

    private var reset: SourceReset {
        var reset = SourceReset()
        reset.helm.parameters = parameter
        reset.helm.valueFiles = values
        reset.helm.values = valuesLiteral
        reset.helm.ignoreMissingValueFiles = ignoreMissingValueFiles
        reset.kustomize.namePrefix = nameprefix
        reset.kustomize.nameSuffix = namesuffix
        reset.kustomize.images = kustomizeImage
        reset.kustomize.replicas = kustomizeReplica
        reset.ref = ref
        return reset
    }
}

/// `syncctl app add-source NAME`
struct AppAddSourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add-source", abstract: "Gives an Application one source more.",
        discussion:
            "Example: syncctl app add-source shop --repo https://git.example.com/values.git --ref values")

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Option(help: "What people call the source.")
    var sourceName: String?

    @OptionGroup(title: "Source") var source: SourceFlags
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        var edit = try source.edit()
        edit.place.name = sourceName
        let wish = edit
        try await options.withApplications { access in
            try await access.changeSpec(of: name) { (spec) throws(RequestRefusal) in
                try SpecEdit.adding(wish, to: spec)
            }
            Console.print("application '\(name.name)' has one source more")
        }
    }
}

/// `syncctl app remove-source NAME`
struct AppRemoveSourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove-source", abstract: "Takes one of several sources away from an Application.",
        discussion: "Example: syncctl app remove-source shop --source-position 2")

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @OptionGroup var choice: SourceChoiceOptions
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            try await access.changeSpec(of: name) { (spec) throws(RequestRefusal) in
                try SpecEdit.removing(choice.choice, from: spec)
            }
            Console.print("application '\(name.name)' has one source less")
        }
    }
}
