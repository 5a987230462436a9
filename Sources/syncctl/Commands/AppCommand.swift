import ArgumentParser

/// `syncctl app …`: what is done with one application.
struct AppCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app", abstract: "Syncs and deletes applications.",
        subcommands: [AppSyncCommand.self, AppDeleteCommand.self])
}
