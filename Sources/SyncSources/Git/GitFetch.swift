import SystemPackage

/// Brings commits of a repository into our copy. For whoever may change the copy.
struct GitFetch: Sendable {
    let remote: GitProgram.Remote
    let copy: GitCopy
    let program: GitProgram

    /// As many packs as reading stays quick with.
    private static let mostPacks = 20
    /// Commits whose files are kept when packs are joined.
    private static let keptCommits = 50

    private var limits: GitLimits { program.limits }

    /// Asks the server for its branches and tags.
    func references() async throws(SourceFailure) -> GitReferences {
        let call = GitProgram.Call(
            what: "the list of branches and tags",
            arguments: ["ls-remote", "--quiet", "--", remote.url.text],
            time: limits.listTime, outputBytes: limits.referenceBytes)
        return GitReferences(try await program.reach(call, in: nil, remote).standardOutput)
    }

    /// Brings one commit: its files, not what was before it.
    ///
    /// - Parameters:
    ///   - commit: The whole id.
    ///   - reference: The server's name for it, if one led to it.
    /// - Throws: ``SourceFailure`` if it cannot be had, or is too large.
    func bring(_ commit: String, reference: String?) async throws(SourceFailure) {
        try await prepare()
        do {
            try await fetch(["--depth=1", "--no-tags"], ["+\(commit):refs/syncctl/\(commit)"])
        } catch {
            // An old server gives only what it has a name for; another knows nothing of depths.
            guard Self.mayBeOld(error) else { throw error }
            try await bringAll(and: reference)
            try await keep(commit)
        }
        guard try await find("\(commit)") == commit else {
            throw SourceFailure(commit, .noSuchRevision)
        }
        try await joinPacks()
    }

    /// Finds the commit that begins so.
    ///
    /// - Parameter digits: Its first ones, seven at least.
    /// - Returns: The whole id; `nil` if the repository has no such commit, or several.
    /// - Throws: ``SourceFailure`` if the server does not give it.
    func bring(short digits: String) async throws(SourceFailure) -> String? {
        try await prepare()
        if let commit = try await find(digits) {
            try await keep(commit)
            return commit
        }
        try await bringAll(and: nil)
        guard let commit = try await find(digits) else { return nil }
        try await keep(commit)
        return commit
    }

    private func prepare() async throws(SourceFailure) {
        try await copy.prepare { folder throws(SourceFailure) in
            let call = GitProgram.Call(
                what: "making a copy",
                arguments: ["init", "--quiet", "--bare", "--template=", folder.string],
                time: limits.readTime)
            let result = try await program.read(call, in: nil, of: remote.url.text)
            guard result.isSuccess else {
                throw SourceFailure(
                    remote.url.text, GitComplaint(text: result.standardError, secrets: []).reason)
            }
        }
    }

    private static func mayBeOld(_ failure: SourceFailure) -> Bool {
        switch failure.reason {
        case .git, .unreachable: true
        default: false
        }
    }

    /// Everything that branches and tags lead to, with all that was before.
    private func bringAll(and reference: String?) async throws(SourceFailure) {
        var names = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"]
        if let reference, !reference.hasPrefix("refs/heads/"), !reference.hasPrefix("refs/tags/") {
            names.append("+\(reference):refs/other/\(reference)")
        }
        let isShallow = copy.exists(copy.git.appending("shallow"))
        try await fetch(["--prune"] + (isShallow ? ["--unshallow"] : []), names)
    }

    private func fetch(_ options: [String], _ names: [String]) async throws(SourceFailure) {
        let fixed = [
            "fetch", "--quiet", "--force", "--no-recurse-submodules", "--no-auto-maintenance",
            "--no-write-fetch-head", "--no-show-forced-updates",
        ]
        let call = GitProgram.Call(
            what: "the fetch", arguments: fixed + options + ["--", remote.url.text] + names,
            time: limits.fetchTime, fileBytes: limits.fetchBytes)
        do {
            _ = try await program.reach(call, in: copy.git, remote)
        } catch {
            let isTooLarge = copy.hasPack(of: limits.fetchBytes)
            // Now, and not only before the next fetch: there may be none for long.
            copy.removeLeftovers()
            guard isTooLarge else { throw error }
            throw SourceFailure(
                remote.url.text, .tooLarge(what: "what the fetch brings", limit: limits.fetchBytes))
        }
    }

    /// The commit that a name leads to; `nil` if there is none.
    private func find(_ name: String) async throws(SourceFailure) -> String? {
        let call = GitProgram.Call(
            what: "reading",
            arguments: ["rev-parse", "--verify", "--quiet", "--end-of-options", "\(name)^{commit}"],
            time: limits.readTime)
        let result = try await program.read(call, in: copy.git, of: remote.url.text)
        guard result.isSuccess else { return nil }
        let text = String(decoding: result.standardOutput, as: UTF8.self)
            .split(separator: "\n").first { CommitID.isWhole($0) }
        return text.map(String.init)
    }

    /// Names a commit, so that it stays.
    private func keep(_ commit: String) async throws(SourceFailure) {
        let call = GitProgram.Call(
            what: "reading", arguments: ["update-ref", "refs/syncctl/\(commit)", commit],
            time: limits.readTime)
        let result = try await program.read(call, in: copy.git, of: remote.url.text)
        guard result.isSuccess else { throw SourceFailure(commit, .noSuchRevision) }
    }

    /// Joins many packs into one; without commits that nobody has used for an hour.
    private func joinPacks() async throws(SourceFailure) {
        guard copy.packCount > Self.mostPacks else { return }
        for commit in copy.unusedCommits(besides: Self.keptCommits) { copy.remove(copy.reference(commit)) }
        let call = GitProgram.Call(
            what: "joining packs", arguments: ["repack", "-a", "-d", "-q", "-n"], time: limits.fetchTime,
            fileBytes: 2 * limits.fetchBytes)
        // If it fails, there are more packs, and reading is slower.
        _ = try await program.read(call, in: copy.git, of: remote.url.text)
        let prune = GitProgram.Call(
            what: "pruning", arguments: ["prune", "--expire=now"], time: limits.fetchTime)
        _ = try await program.read(prune, in: copy.git, of: remote.url.text)
    }
}
