import ArgumentParser

/// `syncctl app …`: what is done with one application.
struct AppCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "app", abstract: "Syncs, plans, compares, shows and changes applications.",
        subcommands: [
            AppSyncCommand.self, AppPlanCommand.self, AppDiffCommand.self, AppManifestsCommand.self,
            AppDeleteCommand.self,
            AppListCommand.self, AppGetCommand.self, AppCreateCommand.self, AppSetCommand.self,
            AppUnsetCommand.self, AppAddSourceCommand.self, AppRemoveSourceCommand.self,
            AppEditCommand.self, AppPatchCommand.self, AppWaitCommand.self, AppHistoryCommand.self,
            AppRollbackCommand.self, AppTerminateCommand.self, AppConfirmDeletionCommand.self,
            AppResourcesCommand.self, AppLogsCommand.self, AppGetResourceCommand.self,
            AppPatchResourceCommand.self, AppDeleteResourceCommand.self, AppActionsCommand.self,
        ])
}
