import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// In which form a patch is given.
enum PatchForm: String, ExpressibleByArgument, CaseIterable {
    case json
    case merge

    /// Reads a patch.
    ///
    /// - Parameter text: As it was given; it is not quoted, since it may hold anything.
    /// - Returns: What is sent.
    /// - Throws: ``CommandFailure`` where it is none.
    func patch(_ text: String) throws -> APIRequest.Patch {
        let value: JSONValue
        do throws(JSONParseFailure) {
            value = try JSONValue(parsing: text)
        } catch {
            throw CommandFailure(.usage, "--patch is no JSON: \(error)")
        }
        switch self {
        case .json:
            guard value.array != nil else {
                throw CommandFailure(.usage, "a JSON patch is a list of operations")
            }
            return .json(value)
        case .merge:
            guard value.object != nil else { throw CommandFailure(.usage, "a merge patch is an object") }
            return .merge(value)
        }
    }
}

/// `syncctl app patch NAME`
struct AppPatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patch", abstract: "Patches an Application.",
        discussion: """
            Examples:
            syncctl app patch shop --type merge --patch '{"spec":{"source":{"targetRevision":"v2"}}}'
            syncctl app patch shop --patch '[{"op":"replace","path":"/spec/project","value":"web"}]'
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @Option(help: "The patch.")
    var patch: String

    @Option(help: "json or merge.")
    var type: PatchForm = .json

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        let patch = try type.patch(patch)
        try await options.withApplications { access in
            let before = try await access.get(name)
            let after = try await access.store.patch(
                patch, name.name, in: access.namespace(of: name), isDryRun: true)
            try await access.check(after, insteadOf: before)
            try await access.store.patch(patch, name.name, in: access.namespace(of: name))
        }
    }
}

/// `syncctl app edit NAME`
struct AppEditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "edit", abstract: "Opens an Application's spec in an editor.",
        discussion: """
            The editor is what EDITOR or VISUAL names, else vi. An empty file, or one that is not changed, changes \
            nothing.

            Example: EDITOR=nano syncctl app edit shop
            """)

    @Argument(help: "The Application: NAME or NAMESPACE/NAME.")
    var name: AppName

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withApplications { access in
            let before = try await access.get(name)["spec"] ?? [:]
            try await Editor().edit(before) { after in
                guard let after, after != before else {
                    return Console.print("Edit cancelled, no changes made")
                }
                try await access.changeSpec(of: name) { (spec) throws(RequestRefusal) in
                    // What others have changed meanwhile must not go unseen.
                    guard JSONValue.object(spec) == before else {
                        throw .badValue("the spec was changed by somebody else meanwhile: edit it again")
                    }
                    return after.object ?? JSONObject()
                }
            }
        }
    }
}
