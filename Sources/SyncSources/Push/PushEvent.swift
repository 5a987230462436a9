import KubeCore
public import SyncEngine

/// That somebody has pushed to a repository, as the host of the repository tells it.
public struct PushEvent: Hashable, Sendable {
    /// All addresses that the repository has, as they were sent.
    public var repositories: [String]
    /// The branches and tags that were changed, whole: `refs/heads/main`.
    public var references: Set<String>
    /// What was changed; `nil` where the host does not say all of it.
    public var files: Set<String>?

    /// A request's header fields, by their names in lower case.
    public typealias Fields = (String) -> String?

    /// Bytes of a request's body that are read.
    public static let bodyLimit = 4 << 20

    /// Reads a request, once it has proven that it comes from who knows the secret.
    ///
    /// - Parameters:
    ///   - body: As it was sent.
    ///   - field: The value of a header field, by its name in lower case.
    ///   - secret: What was agreed upon with a host; `nil` where nothing was: its requests are refused.
    /// - Returns: `nil` for an event that is no push.
    /// - Throws: ``WebhookFailure``. The body is not looked at before the proof holds.
    public static func read(
        _ body: [UInt8], field: Fields, secret: (GitHost) -> String?
    ) throws(WebhookFailure) -> PushEvent? {
        guard body.count <= bodyLimit else { throw .tooLarge(limit: bodyLimit) }
        guard let host = GitHost(field: field) else { throw .unknownSender }
        guard let secret = secret(host), !secret.isEmpty else { throw .noSecret(host) }
        guard isProven(host, body, field, secret) else { throw .unproven(host) }
        guard isPush(host, field) else { return nil }
        let payload: JSONValue
        guard field("content-type")?.lowercased().contains("form-urlencoded") != true else {
            throw .unreadable("it is form-encoded: choose application/json as the webhook's content type")
        }
        do {
            payload = try JSONValue(parsing: body, limits: JSONLimits(bytes: bodyLimit))
        } catch {
            throw .unreadable("\(error)")
        }
        if let reference = payload["ref"], reference.string == nil, host != .bitbucket {
            throw .unreadable("ref must be the name of a branch or tag")
        }
        let event = event(host, payload)
        guard !event.repositories.isEmpty else { throw .unreadable("names no repository") }
        return event
    }

    private static func isProven(_ host: GitHost, _ body: [UInt8], _ field: Fields, _ secret: String) -> Bool
    {
        let key = Array(secret.utf8)
        func isCode(_ sent: String?) -> Bool {
            guard let sent else { return false }
            return MessageCode.areEqual(
                Array(MessageCode.make(of: body, key: key).hexadecimal.utf8), Array(sent.lowercased().utf8))
        }
        func isPrefixedCode(_ sent: String?) -> Bool {
            guard let sent, sent.hasPrefix("sha256=") else { return false }
            return isCode(String(sent.dropFirst("sha256=".count)))
        }
        switch host {
        case .github: return isPrefixedCode(field("x-hub-signature-256"))
        case .bitbucket: return isPrefixedCode(field("x-hub-signature"))
        case .gitea: return isCode(field("x-gitea-signature"))
        case .gitlab:
            // Compared by their codes, which are of the same length whatever was sent.
            return MessageCode.areEqual(
                MessageCode.make(of: Array((field("x-gitlab-token") ?? "").utf8), key: key),
                MessageCode.make(of: key, key: key))
        }
    }

    private static func isPush(_ host: GitHost, _ field: Fields) -> Bool {
        switch host {
        case .github: field("x-github-event") == "push"
        case .gitea: field("x-gitea-event") == "push"
        case .gitlab: ["Push Hook", "Tag Push Hook"].contains(field("x-gitlab-event"))
        case .bitbucket: ["repo:push", "repo:refs_changed"].contains(field("x-event-key"))
        }
    }

    private static func event(_ host: GitHost, _ payload: JSONValue) -> PushEvent {
        switch host {
        case .github, .gitea:
            PushEvent(
                repositories: texts(payload["repository"], ["clone_url", "ssh_url", "html_url"]),
                references: references([payload["ref"]?.string]), files: files(payload))
        case .gitlab:
            PushEvent(
                repositories: texts(payload["project"], ["git_http_url", "git_ssh_url", "web_url"]),
                references: references([payload["ref"]?.string]), files: files(payload))
        case .bitbucket: bitbucket(payload)
        }
    }

    private static func texts(_ value: JSONValue?, _ members: [String]) -> [String] {
        members.compactMap { value?[$0]?.string }.filter { !$0.isEmpty }
    }

    private static func references(_ names: [String?]) -> Set<String> {
        Set(names.compactMap(\.self).filter { !$0.isEmpty })
    }

    /// `nil` if commits are left out: the hosts send no more than some.
    private static func files(_ payload: JSONValue) -> Set<String>? {
        guard let commits = payload["commits"]?.array, !commits.isEmpty, commits.count < 20 else {
            return nil
        }
        if let total = payload["total_commits_count"]?.int ?? payload["total_commits"]?.int,
            total != Int64(commits.count)
        {
            return nil
        }
        // After a forced push, what was there before has changed, too.
        guard payload["forced"]?.bool != true else { return nil }
        var files: Set<String> = []
        for commit in commits {
            for member in ["added", "modified", "removed"] {
                files.formUnion(commit[member]?.array?.compactMap(\.string) ?? [])
            }
        }
        return files
    }

    /// That of the cloud and that of a data centre differ; neither names files.
    private static func bitbucket(_ payload: JSONValue) -> PushEvent {
        let repository = payload["repository"]
        var addresses = [repository?["links"]?["html"]?["href"]?.string].compactMap(\.self)
        for link in repository?["links"]?["clone"]?.array ?? [] {
            if let address = link["href"]?.string { addresses.append(address) }
        }
        // Without an address that can be read, there is no host to make others of.
        if let name = repository?["full_name"]?.string, let html = addresses.first,
            let url = try? RepositoryURL(html, allowed: [.https, .http])
        {
            addresses += ["https://\(url.host)/\(name)", "git@\(url.host):\(name)"]
        }
        let cloud = (payload["push"]?["changes"]?.array ?? []).map { change -> String? in
            let reference = change["new"]?["name"]?.string == nil ? change["old"] : change["new"]
            let kind = reference?["type"]?.string == "tag" ? "tags" : "heads"
            return reference?["name"]?.string.map { "refs/\(kind)/\($0)" }
        }
        let own = (payload["changes"]?.array ?? []).map { $0["ref"]?["id"]?.string }
        return PushEvent(repositories: addresses, references: references(cloud + own), files: nil)
    }

    /// Whether any source of an application is concerned.
    ///
    /// - Parameter application: As it is in the cluster.
    /// - Returns: Whether it has to be looked at.
    public func concerns(_ application: Application) -> Bool {
        application.spec.sources.all.contains {
            concerns(repository: $0.repositoryURL, revision: $0.targetRevision)
        }
    }

    /// Whether a source is concerned: its repository, by whatever way it is reached, and its revision.
    ///
    /// - Parameters:
    ///   - repository: As in `spec.source.repoURL`.
    ///   - revision: As in `spec.source.targetRevision`. What is no branch and no tag may always be concerned.
    /// - Returns: Whether it has to be looked at.
    public func concerns(repository: String, revision: String) -> Bool {
        guard let place = Self.place(repository), repositories.contains(where: { Self.place($0) == place })
        else {
            return false
        }
        // A revision that cannot be read is for whoever reads the source to refuse.
        guard !references.isEmpty, let wanted = try? GitRevision(revision) else { return true }
        switch wanted {
        case .head: return references.contains { $0.hasPrefix("refs/heads/") }
        case .commit: return false
        case .range: return references.contains { $0.hasPrefix("refs/tags/") }
        case .name(let name):
            return references.contains {
                [name, "refs/heads/\(name)", "refs/tags/\(name)", "refs/\(name)"].contains($0)
            }
                || CommitID.isShort(name)
        }
    }

    /// The host and the path, in lower case, as the hosts compare them.
    private static func place(_ address: String) -> String? {
        // An address that cannot be read is no application's.
        guard let url = try? RepositoryURL(address, allowed: Set(GitTransport.allCases)) else { return nil }
        return "\(url.host)/\(url.pathParts.joined(separator: "/").lowercased())"
    }
}
