import KubeCore
import SyncEngine
import SystemPackage

/// Makes the manifests of Applications: many of them, of few repositories, again and again.
///
/// A result is used again as long as nothing that it depends on has changed, whatever else is new in its repository;
/// who asks for the same at the same time shares the work; few programs run at a time.
public actor ManifestService {
    /// What was done, since the start.
    public struct Statistics: Hashable, Sendable {
        /// Questions for what a revision stands for.
        public var resolutions = 0
        /// Results that were made.
        public var renders = 0
        /// Results that were used again.
        public var reused = 0
        /// Applications that were answered.
        public var answers = 0
        /// What is kept.
        public var entries = 0
        public var bytes = 0
    }

    /// How a commit is come by.
    public typealias Resolve = @Sendable (CheckoutRequest) async throws(SourcesFailure) -> SourceCheckout

    let settings: RenderSettings
    private let resolve: Resolve
    let slots: RunSlots
    private let runs = SharedRuns<Run, RenderCache.Entry>()
    private let looks = SharedRuns<String, SourceLinks>()
    let charts: ChartShelf
    private var cache: RenderCache
    private var counts = Statistics()
    private var found: RenderPrograms?
    private var ids: [String: TreeIDs] = [:]
    private var searched: ContinuousClock.Instant?

    /// What is shared: the same result of the same commits.
    private struct Run: Hashable {
        var key: RenderCache.Key
        var commits: [String: String]
    }

    /// The ids of one commit, as far as they were asked for.
    private struct TreeIDs {
        var repository: String
        var links: SourceLinks
        var known: [SourcePath: String?] = [:]
        var time: ContinuousClock.Instant
    }

    private static let mostCommits = 64
    /// More are not asked for again: some of them belong to Applications that are gone.
    private static let mostPaths = 50_000

    /// A service that has rendered nothing yet.
    ///
    /// - Parameters:
    ///   - settings: With which programs, and what it may cost.
    ///   - cacheBytes: What results that are kept may take of memory.
    ///   - chartCredentials: Who we are for a Helm repository.
    ///   - resolve: How a commit is come by.
    public init(
        settings: RenderSettings, cacheBytes: Int = 256 << 20,
        chartCredentials: @escaping @Sendable (_ repository: String) async -> ChartCredentials? = { _ in nil
        },
        resolve: @escaping Resolve
    ) {
        self.settings = settings
        self.resolve = resolve
        slots = RunSlots(settings.programs)
        cache = RenderCache(limit: cacheBytes)
        charts = ChartShelf(ChartRepositories(settings: settings, credentials: chartCredentials))
    }

    public var statistics: Statistics {
        var counts = counts
        counts.entries = cache.count
        counts.bytes = cache.bytes
        return counts
    }

    /// Renders all sources of an Application.
    ///
    /// - Parameter request: Which, for whom, and how fresh.
    /// - Returns: The objects of all sources together.
    /// - Throws: ``SourcesFailure`` if one of them cannot be rendered; there is no partial answer.
    public func render(_ request: RenderRequest) async throws(SourcesFailure) -> RenderedApplication {
        for (index, source) in request.sources.enumerated() {
            if let problem = source.problem(at: request.field(of: index)) {
                throw SourcesFailure("\(problem)")
            }
        }
        let checkouts = try await checkouts(of: request)
        var references: [String: Reference] = [:]
        for (source, checkout) in zip(request.sources, checkouts) {
            guard let checkout, !source.ref.isEmpty else { continue }
            references[source.ref] = Reference(repository: source.repositoryURL, checkout: checkout)
        }
        var rendered = RenderedApplication()
        for (index, source) in request.sources.enumerated() {
            let job = Job(
                request: request, index: index, source: source, checkout: checkouts[index],
                references: references)
            do throws(SourcesFailure) {
                try await add(job, to: &rendered)
            } catch {
                throw request.sources.count == 1 ? error : error.of(request.field(of: index))
            }
        }
        counts.answers += 1
        return rendered
    }

    /// Another source, of which files may be used.
    struct Reference {
        var repository: String
        var checkout: SourceCheckout
    }

    /// One source that is to be rendered.
    struct Job {
        var request: RenderRequest
        var index: Int
        var source: ApplicationSource
        /// `nil` for a chart of a Helm repository.
        var checkout: SourceCheckout?
        var references: [String: Reference]

        /// What it is called where there are several.
        var place: String? { request.sources.count > 1 ? request.field(of: index) : nil }
    }

    private func checkouts(of request: RenderRequest) async throws(SourcesFailure) -> [SourceCheckout?] {
        var checkouts: [SourceCheckout?] = []
        for (index, source) in request.sources.enumerated() {
            guard source.chart.isEmpty else {
                checkouts.append(nil)
                continue
            }
            counts.resolutions += 1
            var wanted = CheckoutRequest(
                repository: source.repositoryURL, revision: request.revision(of: index),
                project: request.identity.project, age: request.age)
            wanted.believesOutage = request.believesOutage
            do throws(SourcesFailure) {
                checkouts.append(try await resolve(wanted))
            } catch {
                throw request.sources.count == 1 ? error : error.of(request.field(of: index))
            }
        }
        return checkouts
    }

    private func add(_ job: Job, to rendered: inout RenderedApplication) async throws(SourcesFailure) {
        guard job.source.isRendered else {
            rendered.revisions.append(job.checkout?.commit ?? "")
            rendered.types.append(.directory)
            return
        }
        guard let checkout = job.checkout else { return try await addChart(job, to: &rendered) }
        let type = try await type(of: job.source, in: checkout)
        let key = key(job, type, await programs().version(for: type))
        let folder = try await result(of: job, at: checkout.commit, key) { commits throws(SourcesFailure) in
            try await self.made(job, checkout, commits, given: key.given)
        }
        rendered.add(folder, revision: checkout.commit, from: job.place)
    }

    /// A result that was kept and still holds, or a new one.
    ///
    /// - Parameters:
    ///   - job: What is rendered.
    ///   - commit: Of the source itself, or a chart's version.
    ///   - key: What it depends on besides.
    ///   - make: Renders it anew.
    /// - Returns: The result.
    /// - Throws: ``SourcesFailure``.
    func result(
        of job: Job, at commit: String, _ key: RenderCache.Key,
        _ make: (_ commits: [String: String]) async throws(SourcesFailure) -> RenderCache.Entry
    ) async throws(SourcesFailure) -> RenderedFolder {
        var commits = job.references.mapValues(\.checkout.commit)
        commits[""] = commit
        if !job.request.rendersAnew, let entry = cache.entry(key), try await holds(entry, job, commits) {
            counts.reused += 1
            cache.confirm(key, commits)
            return try Self.folder(entry.outcome)
        }
        var isNew = false
        let (entry, isOwn) = try await runs.value(for: Run(key: key, commits: commits)) {
            () throws(SourcesFailure) in
            // Somebody may have come to an end with it since it was looked for.
            if !job.request.rendersAnew, let entry = cache.entry(key), entry.commits == commits {
                return entry
            }
            isNew = true
            let entry = try await make(commits)
            keep(entry, for: key)
            return entry
        }
        if isOwn, isNew { counts.renders += 1 } else { counts.reused += 1 }
        return try Self.folder(entry.outcome)
    }

    private func keep(_ entry: RenderCache.Entry, for key: RenderCache.Key) {
        if case .failure(let failure) = entry.outcome, failure.isTransient { return }
        cache.keep(entry, for: key)
    }

    /// The programs of this machine. One that was not there is looked for again, but not each time.
    func programs() async -> RenderPrograms {
        let now = ContinuousClock.now
        if let found, let searched {
            let isComplete = found.helm != nil && found.kustomize != nil
            if isComplete || now - searched < .seconds(60) { return found }
        }
        searched = now
        let settings = settings
        let programs = try? await WorkFolder.with(in: FilePath(settings.workFolder)) {
            work throws(RenderFailure) in
            await RenderPrograms.found(in: settings.environment, work)
        }
        // Without a folder to work in nothing will be rendered; that will be said then.
        found = programs ?? RenderPrograms()
        return programs ?? RenderPrograms()
    }

    /// The ids of files and folders in a commit, and of what they lead to; `nil` for what is not there.
    ///
    /// What other results of the repository depend on is asked for along with the first, so that a commit costs one
    /// question, however many Applications there are.
    func ids(
        of paths: [SourcePath], in checkout: SourceCheckout, _ repository: String
    ) async throws(SourcesFailure) -> [SourcePath: String?] {
        let isNew = ids[checkout.commit] == nil
        let links = try await links(in: checkout)
        let reaches = paths.map { links.reach(of: $0) }
        let wanted = Set(reaches.flatMap { $0?.all ?? [] })
        let unknown = wanted.filter { ids[checkout.commit]?.known[$0] == nil }
        if !unknown.isEmpty {
            let asked = Array(unknown.union(isNew ? knownPaths(of: repository) : []))
            let answer = try await checkout.treeIDs(asked)
            keep(asked, answer, links, of: checkout.commit, repository)
        }
        let known = ids[checkout.commit]?.known ?? [:]
        var found: [SourcePath: String?] = [:]
        for (path, reach) in zip(paths, reaches) {
            guard let reach else {
                found[path] = checkout.commit
                continue
            }
            found[path] = .some(reach.id(by: known))
        }
        return found
    }

    /// The links of a commit, which are looked at once.
    private func links(in checkout: SourceCheckout) async throws(SourcesFailure) -> SourceLinks {
        if let known = ids[checkout.commit]?.links { return known }
        return try await looks.value(for: checkout.commit) { () throws(SourcesFailure) in
            SourceLinks(try await checkout.links())
        }.value
    }

    /// What was asked for of the commit of a repository that was looked at last.
    private func knownPaths(of repository: String) -> Set<SourcePath> {
        let last = ids.values.filter { $0.repository == repository }.max { $0.time < $1.time }
        guard let last, last.known.count <= Self.mostPaths else { return [] }
        return Set(last.known.keys)
    }

    private func keep(
        _ paths: [SourcePath], _ answer: [SourcePath: String], _ links: SourceLinks, of commit: String,
        _ repository: String
    ) {
        if ids[commit] == nil, ids.count >= Self.mostCommits {
            if let oldest = ids.min(by: { $0.value.time < $1.value.time }) { ids[oldest.key] = nil }
        }
        for path in paths {
            ids[commit, default: TreeIDs(repository: repository, links: links, time: .now)].known[path] =
                .some(answer[path])
        }
    }

    private static func folder(
        _ outcome: Result<RenderedFolder, RenderFailure>
    ) throws(SourcesFailure) -> RenderedFolder {
        do throws(RenderFailure) {
            return try outcome.get()
        } catch {
            throw SourcesFailure(error.message, isTransient: error.isTransient)
        }
    }
}
