import FoundationEssentials
import SystemPackage

/// Where a served cluster leaves word of itself.
struct ClusterPlace {
    /// Of this user alone.
    var directory: FilePath

    /// `$XDG_STATE_HOME/syncctl`, or `~/.local/state/syncctl`.
    init(environment: [String: String]) throws {
        // The standard wants a relative path to be ignored.
        if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") {
            directory = FilePath(state).appending("syncctl")
        } else if let home = environment["HOME"], !home.isEmpty {
            directory = FilePath(home).appending(".local/state/syncctl")
        } else {
            throw CommandFailure(
                .usage, "neither XDG_STATE_HOME nor HOME is set: there is no place for the server's state")
        }
    }

    static func current() throws -> ClusterPlace {
        try ClusterPlace(environment: ProcessInfo.processInfo.environment)
    }

    /// Tells of the server that runs; locked as long as it does.
    var state: FilePath { directory.appending("cluster.json") }
    var kubeconfig: FilePath { directory.appending("cluster.kubeconfig") }

    func make() throws {
        do {
            try FileManager.default.createDirectory(
                atPath: directory.string, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(.usage, "the directory \(directory) cannot be made: \(error)")
        }
    }
}
