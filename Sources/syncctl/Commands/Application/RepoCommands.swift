import ArgumentParser
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// `syncctl repo …`: repositories that need to be told who we are.
struct RepoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repo", abstract: "Makes repositories known, lists and forgets them.",
        discussion: """
            A repository is a Secret with the label argocd.argoproj.io/secret-type: repository in the Applications' \
            namespace. What it proves itself with is written and never shown.
            """,
        subcommands: [RepoAddCommand.self, RepoListCommand.self, RepoRemoveCommand.self])
}

extension ApplicationOptions {
    /// Works with the Secrets that make repositories known.
    fileprivate func withRepositories(
        _ body: (KindStore, _ namespace: String) async throws -> Void
    ) async throws {
        try await cluster.connected { connection in
            do {
                let secrets = try await KindStore(
                    GroupVersionKind(group: "", version: "v1", kind: "Secret"), in: connection.cluster)
                try await body(secrets, appNamespace ?? connection.namespace)
            } catch let failure as KindStoreFailure {
                // A server's sentence can quote a Secret that it was sent (I8).
                guard case .client(.refused(let refusal)) = failure, !refusal.isForbidden else {
                    throw CommandFailure(failure)
                }
                throw CommandFailure(
                    .unmet, "the API server refused the Secret: \(refusal.code) \(refusal.reason)")
            }
        }
    }
}

/// `syncctl repo add URL`
struct RepoAddCommand: AsyncParsableCommand {
    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case git
        case helm
    }

    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Makes a repository known, or changes what is known of it.",
        discussion: """
            Passwords and keys come from files or from standard input, never from the command line, where others could \
            read them.

            Examples:
            syncctl repo add https://git.example.com/shop.git --username ci --password-stdin < token
            syncctl repo add git@git.example.com:shop.git --ssh-private-key-path ~/.ssh/shop
            syncctl repo add https://charts.example.com --type helm --name charts
            """)

    @Argument(help: "The repository's address.")
    var url: String

    @Option(help: "git or helm.") var type: Kind = .git
    @Option(help: "What people call it.") var name: String?
    @Option(help: "Only for Applications of this project.") var project: String?
    @Option(help: "User to log in as.") var username: String?
    @Flag(help: "Read the password from standard input.") var passwordStdin = false
    @Option(help: "File with the password.", completion: .file()) var passwordFile: String?
    @Option(help: "File with the private key for ssh.", completion: .file()) var sshPrivateKeyPath: String?
    @Option(help: "File with the client certificate.", completion: .file()) var tlsClientCertPath: String?
    @Option(help: "File with the client certificate's key.", completion: .file())
    var tlsClientCertKeyPath: String?
    @Flag(help: "Do not check who the server is: anybody could pass for it.")
    var insecureSkipServerVerification =
        false
    @Flag(help: "A Helm repository in an OCI registry.") var enableOci = false
    @Flag(help: "Change a repository that is known already.") var upsert = false
    @OptionGroup var options: ApplicationOptions

    func validate() throws {
        guard !(passwordStdin && passwordFile != nil) else {
            throw ValidationError("give either --password-stdin or --password-file")
        }
        guard (tlsClientCertPath == nil) == (tlsClientCertKeyPath == nil) else {
            throw ValidationError("--tls-client-cert-path and --tls-client-cert-key-path belong together")
        }
    }

    func run() async throws {
        var entry = RepositoryEntry(url: url)
        entry.kind = type.rawValue
        entry.name = name ?? ""
        entry.project = project ?? ""
        entry.isInsecure = insecureSkipServerVerification
        entry.isOCI = enableOci
        let address = type == .git && !enableOci ? RepositoryURL.problem(of: url) : nil
        if let problem = entry.problem ?? address { throw CommandFailure(.usage, problem) }
        let (repository, proof) = (entry, try proof())
        try await options.withRepositories { secrets, namespace in
            let wanted = repository.secret(in: namespace, proof)
            if try await secrets.create(wanted) == nil {
                guard upsert else {
                    throw CommandFailure(
                        .unmet,
                        "repository '\(repository.shownURL)' is known already: say --upsert to change it")
                }
                try await secrets.update(wanted.name, in: namespace) { object in
                    object["data"] = wanted["data"]
                    object.setLabel(RepositoryEntry.typeLabel, RepositoryEntry.type)
                }
            }
            Console.print("Repository '\(repository.shownURL)' added")
        }
    }

    private func proof() throws -> RepositoryEntry.Proof {
        var proof = RepositoryEntry.Proof()
        proof.username = username ?? ""
        let password = try passwordStdin ? GivenFile.text("-") : passwordFile.map(GivenFile.text) ?? ""
        // A file written by an editor or `echo` ends with a line end that is no part of the password.
        proof.password = String(password.reversed().drop(while: \.isNewline).reversed())
        proof.sshPrivateKey = try sshPrivateKeyPath.map(GivenFile.text) ?? ""
        guard !passwordStdin || !proof.password.isEmpty else {
            throw CommandFailure(.usage, "--password-stdin: there is nothing on standard input")
        }
        proof.tlsCertificate = try tlsClientCertPath.map(GivenFile.text) ?? ""
        proof.tlsKey = try tlsClientCertKeyPath.map(GivenFile.text) ?? ""
        return proof
    }
}

/// `syncctl repo list`
struct RepoListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the repositories that are known.",
        discussion: "Example: syncctl repo list -o json")

    @Option(name: .shortAndLong, help: "wide, name, json or yaml.")
    var output: ListFormat = .wide

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withRepositories { secrets, namespace in
            let found = try await secrets.list(in: namespace, selector: .repositories).compactMap { secret in
                RepositoryEntry(secret).map { (entry: $0, secret: secret) }
            }
            output.show(
                found.map { $0.entry.json($0.secret) }, names: found.map(\.entry.shownURL),
                TextTable(header: RepositoryEntry.header, rows: found.map { $0.entry.cells($0.secret) }))
        }
    }
}

/// `syncctl repo rm URL`
struct RepoRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rm", abstract: "Forgets a repository.",
        discussion: "Example: syncctl repo rm https://git.example.com/shop.git")

    @Argument(help: "The repository's address.")
    var url: String

    @OptionGroup var options: ApplicationOptions

    func run() async throws {
        try await options.withRepositories { secrets, namespace in
            let known = try await secrets.list(in: namespace, selector: .repositories)
                .filter { RepositoryEntry($0)?.url == url }
            guard !known.isEmpty else {
                throw CommandFailure(
                    .unmet, "repository '\(RepositoryEntry(url: url).shownURL)' is not known")
            }
            for secret in known { try await secrets.delete(secret.name, in: namespace) }
            Console.print("Repository '\(RepositoryEntry(url: url).shownURL)' removed")
        }
    }
}

extension LabelSelector {
    /// The Secrets that make repositories known.
    fileprivate static let repositories = LabelSelector([
        Requirement(RepositoryEntry.typeLabel, .equals(RepositoryEntry.type))
    ])
}
