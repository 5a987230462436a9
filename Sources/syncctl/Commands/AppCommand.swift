import ArgumentParser

/// `syncctl app …`: what is done with one application.
struct AppCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app", abstract: "Syncs, plans, compares and deletes applications.",
        subcommands: [
            AppSyncCommand.self, AppPlanCommand.self, AppDiffCommand.self, AppManifestsCommand.self,
            AppDeleteCommand.self,
        ])
}
