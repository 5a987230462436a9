import ArgumentParser
import FoundationEssentials
import KubeCore
import SyncEngine
import SyncSources
import SystemPackage

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

    @Option(help: "File with the private key for ssh.", completion: .file())
    var sshKey: String?

    @Option(help: "File with the keys of ssh servers; else ~/.ssh/known_hosts.", completion: .file())
    var knownHosts: String?

    @Option(help: "User for https, beside --git-token-file.")
    var gitUser: String?

    @Option(help: "File with the token or password for https.", completion: .file())
    var gitTokenFile: String?

    @Option(
        name: [.customShort("N"), .long],
        help: ArgumentHelp(
            "Namespace of the Application, and of Secrets with credentials of repositories.",
            discussion: """
                Of an Application whose name says none, else the context's; of the Secrets, else argocd. They are used \
                if they can be read.
                """))
    var appNamespace: String?

    @Flag(
        help:
            "Read sources of an Application that are folders of this machine (file://) or not encrypted (http://), too."
    )
    var allowLocalRepositories = false

    func validate() throws {
        if path != nil, helmChart != nil {
            throw ValidationError("--path and --helm-chart cannot be combined")
        }
    }

    /// The options that were said, but ``repo``.
    var given: [String] {
        [
            ("--path", path), ("--helm-chart", helmChart), ("--ssh-key", sshKey),
            ("--known-hosts", knownHosts),
            ("--git-user", gitUser), ("--git-token-file", gitTokenFile),
        ].filter { $0.1 != nil }.map(\.0)
    }

    /// Whether somebody else must tell who we are to the server.
    var needsSecrets: Bool {
        guard let repo, !repo.hasPrefix("file://") else { return false }
        return sshKey == nil && gitTokenFile == nil
    }

    /// The source, without the options of its tool.
    func source(at revision: String?) -> ApplicationSource {
        var source = ApplicationSource(
            repositoryURL: repo ?? "", path: helmChart == nil ? path ?? "." : "",
            targetRevision: revision ?? "")
        source.chart = helmChart ?? ""
        return source
    }

    /// What makes the manifests.
    ///
    /// - Parameters:
    ///   - settings: With which programs.
    ///   - secrets: Of the cluster, with credentials.
    ///   - application: Whose sources are read; `nil`: what the command line says. Who wrote an Application is not who
    ///     runs this process: folders of this machine are read for it only where that was allowed.
    /// - Returns: A service for one rendering.
    /// - Throws: ``CommandFailure`` for a file that cannot be read.
    func service(
        _ settings: RenderSettings, secrets: [KubeObject], for application: Application? = nil
    ) throws -> ManifestService {
        let urls = application?.spec.sources.all.map(\.repositoryURL) ?? [repo].compactMap { $0 }
        let credentials = try credentials(secrets, for: urls)
        var git = GitRepositories.Settings(cache: FilePath(Self.cache))
        if application == nil || allowLocalRepositories { git.transports = [.https, .http, .ssh, .file] }
        let trust = try trust()
        git.trust = { trust }
        git.credential = { url, project in credentials.credential(for: url, project: project) }
        let repositories = GitRepositories(git)
        return ManifestService(settings: settings) { repository in
            credentials.chartCredentials(for: repository)
        } resolve: { request throws(SourcesFailure) in
            try await repositories.checkout(request)
        }
    }

    private func credentials(
        _ secrets: [KubeObject], for urls: [String]
    ) throws -> RepositoryCredentials {
        guard !urls.isEmpty, sshKey != nil || gitTokenFile != nil else {
            let credentials = RepositoryCredentials(secrets: secrets)
            credentials.problems.forEach { Console.error("warning: \($0)") }
            return credentials
        }
        let (password, key) = (try gitTokenFile.map(text)?.trimmed ?? "", try sshKey.map(text) ?? "")
        return RepositoryCredentials(
            urls.map { url in
                var own = RepositoryCredential(url: url)
                own.username = gitUser ?? ""
                own.password = password
                own.sshPrivateKey = key
                return own
            })
    }

    private func trust() throws -> RepositoryTrust {
        if let knownHosts { return RepositoryTrust(knownHosts: try text(knownHosts)) }
        let file = "\(ProcessInfo.processInfo.environment["HOME", default: "/root"])/.ssh/known_hosts"
        guard FileManager.default.fileExists(atPath: file) else { return RepositoryTrust() }
        return RepositoryTrust(knownHosts: try text(file))
    }

    private func text(_ path: String) throws -> String {
        do throws(RenderFailure) {
            return try TextFile(path, limit: 1 << 20).text()
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }

    private static var cache: String {
        let environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME", default: "/tmp"])/.cache"
        return "\(cache)/syncctl/git"
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = Substring(self)
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
