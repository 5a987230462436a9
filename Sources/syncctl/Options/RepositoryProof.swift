import ArgumentParser
import FoundationEssentials
import KubeCore
import SyncSources
import SystemPackage

/// Who we are to the servers of repositories, and where that is found.
struct RepositoryProof: ParsableArguments {
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

    /// Whether it is said here who we are.
    var isGiven: Bool { sshKey != nil || gitTokenFile != nil }

    /// The options for servers that were said.
    var given: [String] {
        [
            ("--ssh-key", sshKey), ("--known-hosts", knownHosts), ("--git-user", gitUser),
            ("--git-token-file", gitTokenFile),
        ].filter { $0.1 != nil }.map(\.0)
    }

    /// What makes the manifests.
    ///
    /// - Parameters:
    ///   - settings: With which programs.
    ///   - secrets: Of the cluster, with credentials.
    ///   - urls: Of the repositories that are read.
    ///   - transports: How they may be reached; where they are not said, as it befits what an Application names: who
    ///     wrote it is not who runs this process.
    /// - Returns: A service for one rendering.
    /// - Throws: ``CommandFailure`` for a file that cannot be read.
    func service(
        _ settings: RenderSettings, secrets: [KubeObject], for urls: [String],
        from transports: Set<GitTransport>? = nil
    ) throws -> ManifestService {
        let credentials = try credentials(secrets, for: urls)
        var git = GitRepositories.Settings(cache: FilePath(Self.cache))
        if allowLocalRepositories { git.transports = Set(GitTransport.allCases) }
        if let transports { git.transports = transports }
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
        guard !urls.isEmpty, isGiven else {
            let credentials = RepositoryCredentials(secrets: secrets)
            credentials.problems.forEach { Console.error("warning: \($0)") }
            return credentials
        }
        let (password, key) = (try gitTokenFile.map(token) ?? "", try sshKey.map(text) ?? "")
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

    private func token(_ path: String) throws -> String {
        let token = try text(path).trimmed
        guard !token.isEmpty, !token.contains(where: \.isNewline) else {
            throw CommandFailure(
                .usage, "--git-token-file \(path): must hold one line, the token or password")
        }
        return token
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
