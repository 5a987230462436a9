import ArgumentParser
import SyncSources

/// Where the manifests are, and where they go.
struct SourceOptions: ParsableArguments {
    @Option(
        help: "Directory of manifests (.yaml, .yml, .json), one file, or - for standard input.",
        completion: .directory)
    var local: String?

    @Flag(help: "Read the directory's folders, too.")
    var directoryRecurse = false

    @Option(help: "Namespace for objects that name none; else the context's.")
    var destNamespace: String?

    @Option(help: "Revision to record; else one is made from the manifests' content.")
    var revision: String?

    @Flag(
        help:
            "Accept that there are no manifests; with --prune everything of the application is then removed.")
    var allowEmpty = false

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

    /// Reads the manifests.
    func render() throws -> RenderedSource {
        guard let local else {
            throw CommandFailure(.usage, "--core needs --local DIR: the directory with the manifests")
        }
        let rendered: RenderedSource
        do throws(RenderFailure) {
            var source = DirectorySource(local)
            source.recurses = directoryRecurse
            rendered = try source.render()
        } catch {
            throw CommandFailure(.usage, error.message)
        }
        rendered.skipped.forEach { Console.error("warning: \($0)") }
        guard allowEmpty || !rendered.objects.isEmpty else {
            throw CommandFailure(
                .usage,
                "there are no manifests \(local == "-" ? "on standard input" : "in \(local) (.yaml, .yml, .json)"); if that is meant, say --allow-empty"
            )
        }
        return rendered
    }
}
