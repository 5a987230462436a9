import ArgumentParser

/// `syncctl cluster …`: an API server of one's own.
struct ClusterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cluster", abstract: "Serves a Kubernetes API without a cluster.",
        subcommands: [ClusterServeCommand.self, ClusterStatusCommand.self, ClusterStopCommand.self])
}
