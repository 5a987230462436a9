import ArgumentParser
import SyncEngine
import SyncSources

/// Where the manifests are, and where they go.
struct SourceOptions: ParsableArguments {
    @Option(
        name: [.long, .customShort("f")],
        help:
            "Directory with manifests, a kustomization or a chart; one file of manifests; or - for standard input.",
        completion: .directory)
    var local: String?

    @Option(
        help: "Folder that nothing in --local may lead out of; else the git checkout around it, or itself.",
        completion: .directory)
    var localRepoRoot: String?

    @Option(help: "Namespace for objects that name none; else the context's.")
    var destNamespace: String?

    @Option(help: "Revision to record; else one is made from the manifests' content.")
    var revision: String?

    @Flag(
        help:
            "Accept that there are no manifests; with --prune everything of the application is then removed.")
    var allowEmpty = false

    @OptionGroup var tools: ToolArguments

    func validate() throws {
        if let local, local.isEmpty { throw ValidationError("--local is empty; - stands for standard input") }
        guard let destNamespace else { return }
        let isName = destNamespace.utf8.allSatisfy {
            (97...122).contains($0) || (48...57).contains($0) || $0 == 45
        }
        guard isName, (1...63).contains(destNamespace.utf8.count) else {
            throw ValidationError(
                "'\(destNamespace)' cannot be a namespace: lower-case letters, digits and -, at most 63")
        }
    }

    /// Makes the manifests.
    ///
    /// - Parameter name: The application's.
    /// - Returns: The objects and their revision.
    /// - Throws: ``CommandFailure`` that says what is wrong with which file.
    func render(for name: AppName) async throws -> RenderedSource {
        guard let local else {
            throw CommandFailure(.usage, "--core needs --local DIR: the directory with the manifests")
        }
        let rendered = try await renderLocal(local, for: name)
        rendered.skipped.forEach { Console.error("warning: \($0)") }
        guard allowEmpty || !rendered.objects.isEmpty else {
            throw CommandFailure(
                .usage,
                "there are no manifests \(local == "-" ? "on standard input" : "in \(local) (.yaml, .yml, .json)"); if that is meant, say --allow-empty"
            )
        }
        return rendered
    }

    private func renderLocal(_ local: String, for name: AppName) async throws -> RenderedSource {
        var source = ApplicationSource()
        try tools.fill(&source)
        let identity = RenderIdentity(application: name.name, namespace: destNamespace ?? "")
        do throws(RenderFailure) {
            return try await LocalRendering(settings: tools.settings).render(
                local, top: localRepoRoot, source: source, identity: identity)
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }
}
