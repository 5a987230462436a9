import Logging
public import SyncSources

/// Keeps our copies of repositories within their bounds.
public struct RepositoryUpkeep<C: Clock>: Sendable where C.Duration == Duration {
    private let repositories: GitRepositories
    private let clock: C

    private static var pause: Duration { .seconds(600) }

    public init(_ repositories: GitRepositories, clock: C = ContinuousClock()) {
        self.repositories = repositories
        self.clock = clock
    }

    /// At once, and then every ten minutes, until cancelled.
    public func run() async {
        repeat {
            do {
                try await repositories.trim()
            } catch {
                Logger.current.warning(
                    "copies of repositories could not be trimmed", metadata: ["error": "\(error)"])
            }
            // Only a cancel ends the sleep early, and then the loop.
            try? await clock.sleep(for: Self.pause)
        } while !Task.isCancelled
    }
}
