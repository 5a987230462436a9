import SyncEngine

/// Which files of a folder are wanted.
struct PathSelection {
    private let include: [Glob]
    private let exclude: [Glob]

    init(include: [String], exclude: [String]) throws(RenderFailure) {
        self.include = try include.map(Self.glob)
        self.exclude = try exclude.map(Self.glob)
    }

    private static func glob(_ pattern: String) throws(RenderFailure) -> Glob {
        do throws(GlobFailure) {
            return try Glob(pattern)
        } catch {
            throw RenderFailure(path: error.pattern, reason: .badPattern(error.problem))
        }
    }

    /// Whether a path relative to the folder is wanted: exclusion wins.
    func contains(_ path: String) -> Bool {
        if exclude.contains(where: { $0.matches(path) }) { return false }
        return include.isEmpty || include.contains { $0.matches(path) }
    }
}
