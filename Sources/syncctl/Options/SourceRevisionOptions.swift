import ArgumentParser
import SyncEngine

/// Revisions for some of an Application's sources, where there are several.
struct SourceRevisionOptions: ParsableArguments {
    @Option(
        help:
            "Revision of one of several sources, see --source-positions and --source-names. Repeatable.")
    var revisions: [String] = []

    @Option(help: "Which source each of --revisions is for, from 1. Repeatable.")
    var sourcePositions: [Int] = []

    @Option(help: "Which source each of --revisions is for, by its name. Repeatable.")
    var sourceNames: [String] = []

    func validate() throws {
        guard sourcePositions.isEmpty || sourceNames.isEmpty else {
            throw ValidationError("give either --source-positions or --source-names")
        }
        guard revisions.count == sourcePositions.count + sourceNames.count else {
            throw ValidationError(
                "each of --revisions needs one of --source-positions or --source-names, and the other way round"
            )
        }
        guard sourcePositions.allSatisfy({ $0 > 0 }) else {
            throw ValidationError("--source-positions count from 1")
        }
        guard Set(sourcePositions).count == sourcePositions.count,
            Set(sourceNames).count == sourceNames.count
        else { throw ValidationError("--source-positions and --source-names name each source once") }
    }

    /// Refuses what only an Application of the cluster has.
    func checkForNoApplication() throws {
        guard revisions.isEmpty else {
            throw CommandFailure(
                .usage,
                "--revisions is for an Application with several sources: of what --repo and --local name, --revision is said"
            )
        }
    }

    /// Puts into a wish what was said.
    func fill(_ wish: inout SyncWish) {
        wish.revisions = Dictionary(zip(sourcePositions.map { $0 - 1 }, revisions)) { _, last in last }
        wish.revisionsByName = Dictionary(zip(sourceNames, revisions)) { _, last in last }
    }
}
