import FoundationEssentials
import Glibc
public import SystemPackage

/// The repositories that we read, each with one copy of our own in a folder.
///
/// A repository is asked for one thing at a time; whoever waits for the same answer gets it, too. Other processes may use
/// the same folder.
public actor GitRepositories {
    /// How repositories are reached, and what they may cost.
    public struct Settings: Sendable {
        /// Where the copies are; made if it is missing, for us alone.
        public var cache: FilePath
        public var limits = SourceLimits()
        public var transports = GitTransport.safe
        /// Whom we believe now.
        public var trust: @Sendable () async -> RepositoryTrust = { RepositoryTrust() }
        /// The credentials as they are now, for a repository and a project.
        public var credential: @Sendable (RepositoryURL, String) async -> RepositoryCredential? = { _, _ in
            nil
        }
        /// How long it is believed that a server gives no answer: at least that, and as long as it took to fail.
        public var failureAge = Duration.seconds(5)
        /// Our own environment: of it, git gets where programs are, and proxies.
        public var environment: [String: String] = ProcessInfo.processInfo.environment

        public init(cache: FilePath) {
            self.cache = cache
        }
    }

    /// What is known of a repository since this process runs.
    private struct Known {
        let turnstile = Turnstile()
        var listing: Listing?
        /// `nil` once the server has answered.
        var outage: Outage?
    }

    /// The branches and tags, when they were asked for, and as whom.
    private struct Listing {
        var references: GitReferences
        var time: ContinuousClock.Instant
        var credential: RepositoryCredential?
    }

    /// That a server gave no answer when it was asked last, and how long that is believed: a server that is away must
    /// not hold up whoever has other things to do.
    private struct Outage {
        var failure: SourceFailure
        var begun: ContinuousClock.Instant
        var end: ContinuousClock.Instant
        var credential: RepositoryCredential?
    }

    /// How new the list of branches and tags has to be.
    private struct Freshness {
        var asked: ContinuousClock.Instant
        var age: Duration
        var believesOutage: Bool
    }

    let settings: Settings
    let clock = ContinuousClock()
    private var known: [String: Known] = [:]
    var isReady = false

    public init(_ settings: Settings) {
        self.settings = settings
    }

    /// The files of a repository at a revision.
    ///
    /// Asks the server for its branches and tags, unless the revision is a whole commit id that is there; fetches only a
    /// commit that is not.
    ///
    /// - Parameters:
    ///   - url: As in `spec.source.repoURL`.
    ///   - revision: As in `spec.source.targetRevision`; empty for the server's default.
    ///   - project: Of the application, for credentials that belong to one.
    ///   - age: How old a list of branches and tags may be that need not be asked for again.
    ///   - believesOutage: Whether a server that gave no answer a moment ago need not be asked again.
    /// - Returns: The commit that it is now.
    /// - Throws: ``SourceFailure``.
    public func tree(
        of url: String, at revision: String, project: String = "", listedWithin age: Duration = .zero,
        believesOutage: Bool = false
    ) async throws(SourceFailure) -> GitTree {
        let freshness = Freshness(asked: clock.now, age: age, believesOutage: believesOutage)
        let wanted = try GitRevision(revision)
        let url = try RepositoryURL(url, allowed: settings.transports)
        try makeReady()
        let turnstile = known[url.identity, default: Known()].turnstile
        known[url.identity] = known[url.identity] ?? Known()
        if wanted.isListed {
            // Whoever can do without does not stand in the line of those who wait for the server.
            try rethrow(url, await settings.credential(url, project), freshness)
        }
        return try await turnstile.pass { () throws(SourceFailure) in
            try await self.read(url, wanted, revision, project, freshness)
        }
    }

    private func read(
        _ url: RepositoryURL, _ wanted: GitRevision, _ text: String, _ project: String,
        _ freshness: Freshness
    ) async throws(SourceFailure) -> GitTree {
        guard !Task.isCancelled else { throw SourceFailure(url.text, .cancelled) }
        let credential = await settings.credential(url, project)
        let trust = await settings.trust()
        let remote = GitProgram.Remote(url: url, credential: credential, trust: trust)
        let copy = GitCopy(folder: settings.cache.appending(GitCopy.name(of: url)))
        let use = try await lock(copy)
        let fetch = GitFetch(remote: remote, copy: copy, program: program)
        let commit = try await commit(wanted, text, fetch, freshness)
        copy.touch(commit)
        return GitTree(
            commit: commit, name: url.text, copy: copy, program: program, limits: settings.limits, use: use)
    }

    private var program: GitProgram {
        GitProgram(
            folder: settings.cache.appending("calls"), environment: settings.environment,
            limits: settings.limits.git)
    }

    /// Finds the commit, and sees to it that it is there.
    private func commit(
        _ wanted: GitRevision, _ text: String, _ fetch: GitFetch, _ freshness: Freshness
    ) async throws(SourceFailure) -> String {
        if case .commit(let commit) = wanted {
            try await bring(commit, nil, fetch)
            return commit
        }
        let references = try await references(fetch, freshness)
        guard !references.commits.isEmpty else {
            throw SourceFailure(fetch.remote.url.text, .emptyRepository)
        }
        switch references.resolve(wanted) {
        case .commit(let commit, let reference):
            try await bring(commit, reference, fetch)
            return commit
        case .short(let digits):
            let lock = try await change(fetch.copy)
            defer { withExtendedLifetime(lock) {} }
            guard let commit = try await fetch.bring(short: digits) else {
                throw SourceFailure(text, .noSuchRevision)
            }
            return commit
        case .unknown:
            if case .range = wanted { throw SourceFailure(text, .noFittingVersion) }
            throw SourceFailure(text.isEmpty ? "HEAD" : text, .noSuchRevision)
        }
    }

    private func references(_ fetch: GitFetch, _ freshness: Freshness) async throws(SourceFailure)
        -> GitReferences
    {
        let (url, credential) = (fetch.remote.url, fetch.remote.credential)
        if let listing = known[url.identity]?.listing, listing.time >= freshness.asked - freshness.age,
            listing.credential == credential
        {
            return listing.references
        }
        try rethrow(url, credential, freshness)
        let start = clock.now
        // Meanwhile, what was said last is still what is known.
        known[url.identity]?.outage?.end = start + settings.limits.git.listTime
        do {
            let references = try await fetch.references()
            known[url.identity]?.outage = nil
            known[url.identity]?.listing = Listing(
                references: references, time: start, credential: credential)
            return references
        } catch {
            let end = clock.now
            if error.reason == .cancelled {
                known[url.identity]?.outage?.end = end
            } else {
                known[url.identity]?.outage = Outage(
                    failure: error, begun: start,
                    end: end + max(settings.failureAge, start.duration(to: end)),
                    credential: credential)
            }
            throw error
        }
    }

    /// - Throws: The failure with which the server was asked last, where that is new enough.
    private func rethrow(
        _ url: RepositoryURL, _ credential: RepositoryCredential?, _ freshness: Freshness
    ) throws(SourceFailure) {
        guard let outage = known[url.identity]?.outage, outage.credential == credential,
            outage.end > clock.now, freshness.believesOutage || outage.begun >= freshness.asked
        else { return }
        throw outage.failure
    }

    private func bring(_ commit: String, _ reference: String?, _ fetch: GitFetch) async throws(SourceFailure)
    {
        guard !fetch.copy.has(commit) else { return }
        let lock = try await change(fetch.copy)
        defer { withExtendedLifetime(lock) {} }
        // Another process may have brought it while we waited.
        guard !fetch.copy.has(commit) else { return }
        try await fetch.bring(commit, reference: reference)
    }
}
