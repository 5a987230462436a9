import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `syncctl app create NAME`
struct AppCreateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Makes an Application in the cluster.",
        discussion: """
            From flags, from a file, or from a file changed by flags. One that is there already and is the same is no \
            failure; one that differs is changed with --upsert only.

            Examples:
            syncctl app create shop --repo https://git.example.com/shop.git --path deploy \\
              --dest-server https://kubernetes.default.svc --dest-namespace shop
            syncctl app create shop -f shop.yaml --upsert
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME; else as the file says.")
    var name: AppName?

    @Option(
        name: .shortAndLong, help: "File with the Application, or - for standard input.", completion: .file())
    var file: String?

    @Flag(help: "Change an Application that is there and differs.")
    var upsert = false

    @Option(name: [.customShort("l"), .long], help: "Label NAME=VALUE. Repeatable.")
    var label: [String] = []

    @Option(help: "Annotation NAME=VALUE. Repeatable.")
    var annotations: [String] = []

    @Option(
        name: .customLong("validate"), help: "false: make it also where it could never be synced as it is.")
    var isChecked = true

    @Flag(help: "Deleting the Application deletes its resources, whoever deletes it.")
    var setFinalizer = false

    @OptionGroup var spec: SpecFlags
    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        let base = try file.map(GivenFile.object) ?? KubeObject([:])
        do throws(RequestRefusal) {
            try ApplicationDraft.checkKind(of: base)
        } catch {
            throw CommandFailure(.refusal(error))
        }
        guard let name = try name ?? Self.name(of: base) else {
            throw CommandFailure(.usage, "name the Application, or give a file that does")
        }
        let edit = try spec.edit()
        try await options.withApplications { access in
            let namespace =
                name.namespace
                ?? (options.appNamespace == nil && !base.namespace.isEmpty
                    ? base.namespace : access.namespace)
            var draft = ApplicationDraft(base: base, name: name.name, namespace: namespace, edit: edit)
            draft.labels = label
            draft.annotations = annotations
            draft.setsFinalizer = setFinalizer
            draft.isChecked = isChecked
            let wanted = try draft.object()
            if isChecked { try await access.check(wanted) }
            let outcome = try await create(wanted, access)
            Console.print("application '\(name.name)' \(outcome.rawValue)")
        }
    }

    private static func name(of base: KubeObject) throws -> AppName? {
        guard !base.name.isEmpty else { return nil }
        guard let name = AppName(argument: base.name) else {
            throw CommandFailure(.usage, "'\(base.name)' cannot be the name of an Application")
        }
        return name
    }

    private func create(
        _ wanted: KubeObject, _ access: ApplicationAccess
    ) async throws -> ApplicationDraft.Outcome {
        if try await access.store.create(wanted) != nil { return .created }
        let live = try await access.store.get(wanted.name, in: wanted.namespace)
        guard ApplicationDraft.update(of: live, to: wanted) != nil else { return .unchanged }
        guard upsert else {
            throw CommandFailure(
                .unmet,
                "application '\(wanted.name)' is there already and differs: say --upsert to change it")
        }
        try await access.store.update(wanted.name, in: wanted.namespace) { object in
            object = ApplicationDraft.update(of: object, to: wanted) ?? object
        }
        return .updated
    }
}
