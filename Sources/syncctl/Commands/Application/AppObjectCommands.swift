import ArgumentParser
import KubeClient
import KubeCore
import SyncController
import SyncEngine

/// Which live objects of an Application a command is about.
struct LiveObjectOptions: ParsableArguments {
    @Option(help: "Kind of the objects.")
    var kind: String

    @Option(help: "Group of the kind; empty for the core group.")
    var group: String?

    @Option(name: .customLong("resource-namespace"), help: "Namespace of the objects.")
    var objectNamespace: String?

    @Option(help: "Name of the object.")
    var resourceName: String?

    /// The objects of the Application that fit.
    func keys(of application: Application) throws -> [ObjectKey] {
        let keys = application.status.resources.map(\.key).filter { key in
            key.kind == kind && (group.map { $0 == key.group } ?? true)
                && (objectNamespace.map { $0 == key.namespace } ?? true)
                && (resourceName.map { $0 == key.name } ?? true)
        }
        guard !keys.isEmpty else {
            throw CommandFailure(
                .unmet, "application '\(application.metadata.name)' has no such object: \(description)")
        }
        return keys
    }

    /// The one object, or all of them if that is allowed.
    func keys(of application: Application, all: Bool) throws -> [ObjectKey] {
        let keys = try keys(of: application)
        guard all || keys.count == 1 else {
            let names = keys.map(\.description).joined(separator: ", ")
            throw CommandFailure(.usage, "more than one object fits: \(names); name one, or say --all")
        }
        return keys
    }

    private var description: String {
        [group ?? "", kind, objectNamespace ?? "", resourceName ?? ""].filter { !$0.isEmpty }
            .joined(separator: " ")
    }
}

/// `syncctl app get-resource NAME`
struct AppGetResourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get-resource", abstract: "Shows live objects of an Application.",
        discussion: """
            Values of Secrets are not shown.

            Example: syncctl app get-resource shop --kind Deployment --resource-name web -o yaml
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @OptionGroup(title: "Objects") var chosen: LiveObjectOptions

    @Option(name: .shortAndLong, help: "yaml, json, name or wide.")
    var output: ListFormat = .yaml

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let keys = try chosen.keys(of: Application(try await access.get(name)))
            let live = LiveObjects(access.connection.cluster)
            var objects: [KubeObject] = []
            for key in keys {
                if let object = try await live.find(key) { objects.append(object.withoutSecrets) }
            }
            let rows = objects.map { [$0.groupVersionKind.group, $0.kind, $0.namespace, $0.name] }
            output.show(
                objects.map { .object($0.json) }, names: objects.map { "\($0.key)" },
                TextTable(header: ["GROUP", "KIND", "NAMESPACE", "NAME"], rows: rows))
        }
    }
}

/// `syncctl app patch-resource NAME`
struct AppPatchResourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patch-resource", abstract: "Patches a live object of an Application.",
        discussion: """
            Example: syncctl app patch-resource shop --kind Deployment --resource-name web --patch-type merge \\
              --patch '{"spec":{"replicas":3}}'
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @OptionGroup(title: "Objects") var chosen: LiveObjectOptions

    @Option(help: "The patch.")
    var patch: String

    @Option(help: "json or merge.")
    var patchType: PatchForm = .merge

    @Flag(help: "Patch all objects that fit.")
    var all = false

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        let patch = try patchType.patch(patch)
        try await options.withApplications { access in
            let keys = try chosen.keys(of: Application(try await access.get(name)), all: all)
            for key in keys {
                let store = try await LiveObjects(access.connection.cluster).store(of: key.groupKind)
                do throws(KindStoreFailure) {
                    try await store.patch(patch, key.name, in: key.namespace)
                } catch {
                    // A server's sentence can quote what was sent (I8).
                    guard key.kind == "Secret", case .client(let failure) = error, failure.refusal != nil
                    else {
                        throw error
                    }
                    throw CommandFailure(.unmet, "the API server refused the patch of \(key)")
                }
                Console.print("\(key) patched")
            }
        }
    }
}

/// `syncctl app delete-resource NAME`
struct AppDeleteResourceCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete-resource", abstract: "Deletes a live object of an Application.",
        discussion: """
            The next sync makes it anew, if it is still wanted.

            Example: syncctl app delete-resource shop --kind Pod --resource-name web-0
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @OptionGroup(title: "Objects") var chosen: LiveObjectOptions

    @Flag(help: "Without a grace period.")
    var force = false

    @Flag(help: "Leave what it owns.")
    var orphan = false

    @Flag(help: "Delete all objects that fit.")
    var all = false

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let keys = try chosen.keys(of: Application(try await access.get(name)), all: all)
            var wish = APIRequest.DeleteOptions(propagation: orphan ? .orphan : .foreground)
            if force { wish.gracePeriodSeconds = 0 }
            for key in keys {
                let store = try await LiveObjects(access.connection.cluster).store(of: key.groupKind)
                try await store.delete(key.name, in: key.namespace, wish)
                Console.print("\(key) deleted")
            }
        }
    }
}
