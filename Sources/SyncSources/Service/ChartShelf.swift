import SyncEngine

/// Charts that were fetched from Helm repositories, for a while.
actor ChartShelf {
    let repositories: ChartRepositories
    private var charts: [ChartRequest: (chart: FetchedChart, time: ContinuousClock.Instant)] = [:]
    private let clock = ContinuousClock()
    private static let mostCharts = 64

    init(_ repositories: ChartRepositories) {
        self.repositories = repositories
    }

    /// A chart, not older than it may be.
    func chart(
        _ request: ChartRequest, age: Duration, with program: RenderProgram, in work: WorkFolder
    ) async throws(RenderFailure) -> FetchedChart {
        if let known = charts[request], clock.now - known.time <= age { return known.chart }
        let chart = try await repositories.fetch(request, with: program, in: work)
        if charts.count >= Self.mostCharts, let oldest = charts.min(by: { $0.value.time < $1.value.time }) {
            charts[oldest.key] = nil
        }
        charts[request] = (chart, clock.now)
        return chart
    }
}
