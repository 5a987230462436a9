import ArgumentParser
import KubeCore
import KubeYAML
import SyncEngine
import SyncSources

/// `syncctl render DIR`
struct RenderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "render", abstract: "Prints the manifests of a source, as a sync would read them.",
        discussion: """
            The source is a directory, a kustomization (kustomization.yaml; built by kustomize or kubectl) or a Helm \
            chart (Chart.yaml; rendered by helm). No cluster is asked. Values of Secrets are printed, so that the output \
            can be applied.

            Examples:
            syncctl render deploy/overlays/prod --kustomize-image web=registry/web:v2
            syncctl render charts/web --values prod.yaml -o name
            syncctl render manifests/ | kubectl diff -f -
            syncctl render https://git.example.com/shop.git --path deploy --revision v1.2
            syncctl render https://charts.example.com --helm-chart web --revision '^1.2'
            """)

    @Argument(
        help: "Directory, one file, - for standard input, or the address of a repository.",
        completion: .directory)
    var source: String

    @Option(help: "Of a repository: branch, tag, commit or range of versions; of a chart its version.")
    var revision: String?

    @Option(help: "Name of the application: of the chart's release.")
    var name = AppName.standIn

    @Option(help: "Namespace that a chart is told.")
    var destNamespace = ""

    @Option(
        help: "Folder that nothing may lead out of; else the git checkout around, or the directory itself.",
        completion: .directory)
    var localRepoRoot: String?

    @OptionGroup(title: "Repositories") var repository: RepositoryArguments
    @OptionGroup var tools: ToolArguments

    @Option(name: .shortAndLong, help: "yaml, json, or name: kind and name of each object.")
    var output: ManifestFormat = .yaml

    func validate() throws {
        if source.isEmpty { throw ValidationError("the source is empty; - stands for standard input") }
        let given = repository.given + (revision == nil ? [] : ["--revision"])
        if repository.repo != nil {
            throw ValidationError(
                "--repo is for other commands: here the repository's address is the argument")
        }
        if !Self.isAddress(source), let option = given.first {
            throw ValidationError(
                "\(option) goes with the address of a repository, and '\(source)' is a place on this machine")
        }
        if Self.isAddress(source), localRepoRoot != nil {
            throw ValidationError(
                "--local-repo-root goes with a place on this machine, not with a repository")
        }
    }

    func run() async throws {
        let rendered = try await StopSignals.guarding { try await self.rendered() }
        rendered.skipped.forEach { Console.error("warning: \($0)") }
        if rendered.objects.isEmpty { Console.error("warning: there are no manifests in \(source)") }
        output.print(rendered.objects.map(\.object), showingSecrets: true)
    }

    private func rendered() async throws -> RenderedSource {
        var wanted = ApplicationSource()
        try tools.fill(&wanted)
        let identity = RenderIdentity(application: name.name, namespace: destNamespace)
        guard !Self.isAddress(source) else { return try await rendered(wanted, identity) }
        do throws(RenderFailure) {
            return try await LocalRendering(settings: tools.settings).render(
                source, top: localRepoRoot, source: wanted, identity: identity)
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }
}

extension RenderCommand {
    /// An address has a scheme, or a host before a colon; a path that looks so can be written with `./` before it.
    private static func isAddress(_ text: String) -> Bool {
        if text.contains("://") { return true }
        guard let colon = text.firstIndex(of: ":") else { return false }
        return text[..<colon].contains("@") && !text[..<colon].contains("/")
    }

    private func rendered(
        _ tool: ApplicationSource, _ identity: RenderIdentity
    ) async throws -> RenderedSource {
        var repository = repository
        repository.repo = source
        var wanted = repository.source(at: revision)
        (wanted.directory, wanted.kustomize, wanted.helm) = (tool.directory, tool.kustomize, tool.helm)
        let service = try repository.service(tools.settings, secrets: [])
        do throws(SourcesFailure) {
            let rendered = try await service.render(.said(wanted, for: identity))
            return RenderedSource(
                objects: rendered.objects, skipped: rendered.skipped, revision: rendered.revisions.first ?? ""
            )
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }
}

/// What `-o` of `render` and `app manifests` chooses.
enum ManifestFormat: String, ExpressibleByArgument, CaseIterable {
    case yaml
    case json
    case name

    /// Prints objects in their order.
    ///
    /// - Parameters:
    ///   - objects: What is printed.
    ///   - showsSecrets: Whether the values of Secrets are.
    func print(_ objects: [KubeObject], showingSecrets showsSecrets: Bool) {
        let shown = showsSecrets ? objects : objects.map(\.withoutSecrets)
        switch self {
        case .yaml:
            for object in shown {
                Console.print((["---"] + YAMLText(.object(object.json)).lines).joined(separator: "\n"))
            }
        case .json:
            let list: JSONValue = [
                "apiVersion": "v1", "kind": "List", "items": .array(shown.map { .object($0.json) }),
            ]
            Console.print(list.text(.pretty))
        case .name:
            for object in shown {
                let kind = object.groupVersionKind
                let group = kind.group.isEmpty ? "" : ".\(kind.group)"
                Console.print(
                    "\(kind.kind.lowercased())\(group)/\(object.name.isEmpty ? object.generateName : object.name)"
                )
            }
        }
    }
}
