import KubeCore
import SyncEngine
import SystemPackage

extension ManifestService {
    /// Renders a source of a repository.
    ///
    /// - Parameters:
    ///   - job: The source.
    ///   - checkout: Its commit.
    ///   - commits: Of it and of the others.
    ///   - given: What alone decides whether the result holds; empty: what was read.
    /// - Returns: What is to be kept, also of a source that cannot be rendered.
    /// - Throws: ``SourcesFailure`` of the repository.
    func made(
        _ job: Job, _ checkout: SourceCheckout, _ commits: [String: String], given: Set<RenderInput>
    ) async throws(SourcesFailure) -> RenderCache.Entry {
        let root = try await checkout.checkOut()
        var references: [String: FilePath] = [:]
        for (ref, reference) in job.references { references[ref] = try await reference.checkout.checkOut() }
        let outcome = await outcome(of: job, in: root, references, revision: checkout.commit)
        var inputs: [RenderInput: String?] = [:]
        if case .success(let folder) = outcome {
            inputs = try await ids(of: given.isEmpty ? folder.inputs : given, job)
        }
        return RenderCache.Entry(
            outcome: outcome, commits: commits, inputs: inputs,
            bytes: outcome.memoryBytes + inputs.count * 128)
    }

    private func outcome(
        of job: Job, in root: FilePath, _ references: [String: FilePath], revision: String
    ) async -> Result<RenderedFolder, RenderFailure> {
        let settings = settings
        let repositories = charts.repositories
        let found = await programs()
        do throws(RenderFailure) {
            var roots: [String: SourceRoot] = [:]
            for (ref, path) in references { roots[ref] = try SourceRoot(path) }
            let rendering = FolderRendering(
                source: job.source, folder: try SourceRoot(root), identity: job.request.identity,
                revision: revision,
                references: roots, settings: settings, repositories: repositories)
            let folder = try await slots.with { () throws(RenderFailure) in
                try await WorkFolder.with(in: FilePath(settings.workFolder)) { work throws(RenderFailure) in
                    try await rendering.render(with: found, in: work)
                }
            }
            return .success(folder)
        } catch {
            return .failure(error)
        }
    }

    /// The ids of what a result depends on; of a chart's own files there are none.
    func ids(
        of inputs: some Collection<RenderInput>, _ job: Job
    ) async throws(SourcesFailure) -> [RenderInput: String?] {
        var ids: [RenderInput: String?] = [:]
        for (ref, inputs) in Dictionary(grouping: inputs, by: \.ref) {
            let repository = ref.isEmpty ? job.source.repositoryURL : job.references[ref]?.repository ?? ""
            guard let origin = ref.isEmpty ? job.checkout : job.references[ref]?.checkout else { continue }
            let known = try await self.ids(of: inputs.map(\.path), in: origin, repository)
            for input in inputs { ids[input] = .some(known[input.path] ?? nil) }
        }
        return ids
    }

    /// Whether a result that was kept is that of other commits, too.
    func holds(
        _ entry: RenderCache.Entry, _ job: Job, _ commits: [String: String]
    ) async throws(SourcesFailure) -> Bool {
        if entry.commits == commits { return true }
        guard case .success = entry.outcome, !entry.inputs.isEmpty else { return false }
        if job.checkout == nil, entry.commits[""] != commits[""] { return false }
        return try await ids(of: entry.inputs.keys, job) == entry.inputs
    }

    /// What makes manifests of a source.
    func type(
        of source: ApplicationSource, in checkout: SourceCheckout
    ) async throws(SourcesFailure) -> SourceType {
        if let type = source.explicitType { return type }
        guard let folder = SourcePath(source.path) else { return .directory }
        let marks = SourceType.marks.compactMap { mark in
            SourcePath(mark.name, in: folder).map { (path: $0, type: mark.type) }
        }
        // The folder's own id will be wanted, too.
        let known = try await ids(of: marks.map(\.path) + [folder], in: checkout, source.repositoryURL)
        return marks.first { known[$0.path] ?? nil != nil }?.type ?? .directory
    }

    /// What a result depends on besides the repositories' content.
    func key(_ job: Job, _ type: SourceType, _ tool: String) -> RenderCache.Key {
        var source = job.source
        source.targetRevision = ""
        source.name = ""
        source.ref = ""
        let text = source.json.text
        // What says something else at each revision is as good as another source at each.
        if BuildEnvironment.namesRevision(text) {
            source.targetRevision = "\(job.source.targetRevision) \(job.checkout?.commit ?? "")"
        }
        let isTold = type == .helm || source.kustomize?.annotations.areSubstituted == true
        return RenderCache.Key(
            source: source.json, identity: isTold ? job.request.identity : nil, tool: tool,
            references: type == .helm ? job.references.mapValues(\.repository) : [:],
            given: job.request.inputs(of: job.source))
    }
}

extension Result<RenderedFolder, RenderFailure> {
    /// About how much memory it takes.
    var memoryBytes: Int {
        guard case .success(let folder) = self else { return 1024 }
        return folder.objects.reduce(1024) { $0 + 128 + JSONValue.object($1.object.json).memoryBytes }
    }
}

extension RenderedApplication {
    /// Adds what one source wants; `place` is what it is called where there are several.
    mutating func add(_ folder: RenderedFolder, revision: String, from place: String?) {
        objects += folder.objects.map { desired in
            guard let place else { return desired }
            var desired = desired
            desired.origin.file = "\(place): \(desired.origin.file)"
            return desired
        }
        skipped += folder.skipped
        revisions.append(revision)
        types.append(folder.type)
    }
}

extension RenderPrograms {
    /// The tool of a type, as it counts for results.
    func version(for type: SourceType) -> String {
        switch type {
        case .directory: ""
        case .kustomize: kustomize.map { "\($0.path) \($0.version)" } ?? "none"
        case .helm: helm.map { "\($0.path) \($0.version)" } ?? "none"
        }
    }
}
