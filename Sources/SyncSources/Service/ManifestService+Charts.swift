import KubeCore
import SyncEngine
import SystemPackage

extension ManifestService {
    /// Adds a chart of a Helm repository.
    func addChart(_ job: Job, to rendered: inout RenderedApplication) async throws(SourcesFailure) {
        let found = await programs()
        guard let program = found.helm else {
            throw SourcesFailure("\(job.source.chart) cannot be rendered: \(HelmProgram.missing)")
        }
        let request = ChartRequest(
            repository: job.source.repositoryURL, name: job.source.chart,
            version: job.request.revision(of: job.index))
        var references: [String: FilePath] = [:]
        for (ref, reference) in job.references { references[ref] = try await reference.checkout.checkOut() }
        let chart = try await fetched(request, job.request.age, program)
        let key = key(job, .helm, found.version(for: .helm))
        let folder = try await result(of: job, at: chart.version, key) { commits throws(SourcesFailure) in
            let outcome = await self.outcome(of: chart, job, references, found)
            var inputs: [RenderInput: String?] = [:]
            if case .success(let folder) = outcome {
                inputs = try await self.ids(of: folder.inputs.filter { !$0.ref.isEmpty }, job)
            }
            return RenderCache.Entry(
                outcome: outcome, commits: commits, inputs: inputs,
                bytes: outcome.memoryBytes + inputs.count * 128)
        }
        rendered.add(folder, revision: chart.version, from: job.place)
    }

    private func fetched(
        _ request: ChartRequest, _ age: Duration, _ program: RenderProgram
    ) async throws(SourcesFailure) -> FetchedChart {
        let (settings, charts) = (settings, charts)
        do throws(RenderFailure) {
            return try await slots.with { () throws(RenderFailure) in
                try await WorkFolder.with(in: FilePath(settings.workFolder)) { work throws(RenderFailure) in
                    try await charts.chart(request, age: age, with: program, in: work)
                }
            }
        } catch {
            throw SourcesFailure(error.message, isTransient: error.isTransient)
        }
    }

    private func outcome(
        of chart: FetchedChart, _ job: Job, _ references: [String: FilePath], _ found: RenderPrograms
    ) async -> Result<RenderedFolder, RenderFailure> {
        let (settings, charts) = (settings, charts)
        do throws(RenderFailure) {
            let folder = try await slots.with { () throws(RenderFailure) in
                try await WorkFolder.with(in: FilePath(settings.workFolder)) { work throws(RenderFailure) in
                    try await Self.rendered(chart, job, references, found, settings, charts, in: work)
                }
            }
            return .success(folder)
        } catch {
            return .failure(error)
        }
    }

    private static func rendered(
        _ chart: FetchedChart, _ job: Job, _ references: [String: FilePath], _ programs: RenderPrograms,
        _ settings: RenderSettings, _ charts: ChartShelf, in work: WorkFolder
    ) async throws(RenderFailure) -> RenderedFolder {
        let top = try ChartArchive(name: job.source.chart).unpack(chart.content, into: work, "unpacked")
        var source = job.source
        source.path = top
        source.helm = source.helm ?? HelmOptions()
        var roots: [String: SourceRoot] = [:]
        for (ref, path) in references { roots[ref] = try SourceRoot(path) }
        let rendering = FolderRendering(
            source: source, folder: try SourceRoot(work.path.appending("unpacked")),
            identity: job.request.identity,
            revision: chart.version, references: roots, settings: settings, repositories: charts.repositories)
        return try await rendering.render(with: programs, in: work)
    }
}
