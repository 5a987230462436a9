import ArgumentParser

@main
struct Syncctl: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "syncctl",
        abstract: "Syncs Kubernetes manifests: hooks, waves, health and prune.",
        discussion: """
            Understands the annotations of Argo CD: argocd.argoproj.io/hook, hook-delete-policy, sync-wave and \
            sync-options.

            Exit codes: 0 done; 1 the operation failed; 2 usage or unreadable input, nothing was sent; 3 the API \
            server cannot be reached or refuses us; 4 timed out; 5 stopped by a guard; 20 an \
            Application in the cluster is not there, may not be changed so, or did not come to be as it was waited for.
            """,
        version: Version.text,
        subcommands: [
            AppCommand.self, ProjectCommand.self, RepoCommand.self, RenderCommand.self, ClusterCommand.self,
            ControllerCommand.self,
            InstallCommand.self,
            VersionCommand.self,
            CompletionCommand.self,
        ])

    /// Ends with the exit codes of the product where the argument parser has its own.
    static func main() async {
        Console.outliveReaders()
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Console.error("error: \(failure.message)")
            ExitStatus.exit(failure.status)
        } catch {
            let code = exitCode(for: error)
            let text = fullMessage(for: error)
            if code == .success {
                Console.print(text)
                ExitStatus.exit(.done)
            }
            if !text.isEmpty { Console.error(text) }
            if let rule = AppName.rule(for: text) { Console.error(rule) }
            ExitStatus.exit(.usage)
        }
    }
}

/// What this program calls itself.
enum Version {
    static let text = "0.1.0"
}
