import ArgumentParser
import KubeCore
import SyncEngine
import SyncSources

/// A git or Helm repository as the source, and who we are to its server.
struct RepositoryArguments: ParsableArguments {
    @Option(help: "Repository: https://…, ssh://…, user@host:path, or file:///… on this machine.")
    var repo: String?

    @Option(help: "Folder in the repository; else its top.", completion: .directory)
    var path: String?

    @Option(
        help:
            "Chart in a Helm repository (--repo https://… or oci://…); --revision is its version or a range.")
    var helmChart: String?

    @OptionGroup var proof: RepositoryProof

    func validate() throws {
        if path != nil, helmChart != nil {
            throw ValidationError("--path and --helm-chart cannot be combined")
        }
    }

    /// The options that were said, but ``repo``.
    var given: [String] {
        [("--path", path), ("--helm-chart", helmChart)].filter { $0.1 != nil }.map(\.0) + proof.given
    }

    /// Whether somebody else must tell who we are to the server.
    var needsSecrets: Bool {
        guard let repo, !repo.hasPrefix("file://") else { return false }
        return !proof.isGiven
    }

    /// The source, without the options of its tool.
    func source(at revision: String?) -> ApplicationSource {
        var source = ApplicationSource(
            repositoryURL: repo ?? "", path: helmChart == nil ? path ?? "." : "",
            targetRevision: revision ?? "")
        source.chart = helmChart ?? ""
        return source
    }

    /// What makes the manifests of the source that the command line says.
    ///
    /// - Parameters:
    ///   - settings: With which programs.
    ///   - secrets: Of the cluster, with credentials.
    /// - Returns: A service for one rendering.
    /// - Throws: ``CommandFailure`` for a file that cannot be read.
    func service(_ settings: RenderSettings, secrets: [KubeObject]) throws -> ManifestService {
        try proof.service(
            settings, secrets: secrets, for: [repo].compactMap { $0 }, from: Set(GitTransport.allCases))
    }
}
