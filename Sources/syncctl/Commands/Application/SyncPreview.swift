import ArgumentParser
import SyncController
import SyncEngine

/// A look at what would change, before a sync (C16).
struct PreviewOptions: ParsableArguments {
    @Flag(help: "Show what would change first, and ask.")
    var previewChanges = false

    @Flag(
        name: [.customLong("assumeYes"), .customLong("assume-yes")],
        help: "With --preview-changes: do not ask.")
    var assumeYes = false

    func validate() throws {
        guard previewChanges || !assumeYes else {
            throw ValidationError("--assume-yes answers what --preview-changes asks: nothing else is asked")
        }
    }

    /// Shows the differences, and asks a person who is there.
    ///
    /// - Parameters:
    ///   - report: What would change.
    ///   - name: Of the application.
    /// - Returns: Whether the sync is wanted.
    /// - Throws: ``CommandFailure`` where nobody can be asked.
    func agrees(to report: DiffSession.Report, of name: AppName) async throws -> Bool {
        guard try await DiffOutput().show(report) else {
            Console.print("====== No Differences found ======")
            return false
        }
        guard !assumeYes else { return true }
        guard Console.isInteractive else {
            throw CommandFailure(
                .guarded, "the sync of '\(name)' needs a yes: say --assume-yes where nobody can be asked")
        }
        Console.printRaw("Sync application '\(name)' with the changes above? [y/n] ")
        let answer = readLine()?.lowercased() ?? ""
        guard answer == "y" || answer == "yes" else {
            Console.print("The sync of application '\(name)' was cancelled")
            return false
        }
        return true
    }
}
