/// Which files of a folder are wanted.
struct PathSelection {
    private let include: [Glob]
    private let exclude: [Glob]

    init(include: [String], exclude: [String]) throws(RenderFailure) {
        self.include = try include.map { text throws(RenderFailure) in try Glob(text) }
        self.exclude = try exclude.map { text throws(RenderFailure) in try Glob(text) }
    }

    /// Whether a path relative to the folder is wanted: exclusion wins.
    func contains(_ path: String) -> Bool {
        if exclude.contains(where: { $0.matches(path) }) { return false }
        return include.isEmpty || include.contains { $0.matches(path) }
    }
}
