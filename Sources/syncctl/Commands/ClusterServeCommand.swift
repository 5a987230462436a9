import ArgumentParser
import FoundationEssentials
import Glibc
import KubeRuntime
import KubeServer
import SyncEngine
import SystemPackage

/// `syncctl cluster serve`
struct ClusterServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Serves the embedded API server on 127.0.0.1 until it is stopped.",
        discussion: """
            Writes a kubeconfig with a new token, which every request has to bring, and prints the line that lets \
            kubectl and syncctl use it. Objects are kept in memory and gone when the server ends, or in a \
            directory (--data), where a write that was answered stays even if the server is killed. No Pod \
            really runs: Pods become ready, and Jobs succeed, after a short simulated time; the annotation \
            syncctl.dev/simulate: succeed|fail|hang[=DURATION] on a Pod template chooses otherwise.

            With --run-jobs process, the containers of Jobs (and of single Pods that are not always restarted) run as \
            processes of this machine, with your rights and without any isolation: no image is pulled, so each \
            needs a command. `kubectl logs` shows what they write.

            Ends with SIGINT (Ctrl-C), SIGTERM or `syncctl cluster stop`.

            Example: syncctl cluster serve --port 8080 --data ./cluster
            """)

    @Option(help: "Port on 127.0.0.1; 0 means any that is free.")
    var port: UInt16 = 0

    @Option(
        help: "Directory in which objects are kept, made if it is not there; Secrets are in it as they are.",
        completion: .directory)
    var data: String?

    @Option(
        help:
            "Where the kubeconfig is written; else cluster.kubeconfig in the user's state directory ($XDG_STATE_HOME/syncctl or ~/.local/state/syncctl).",
        completion: .file())
    var kubeconfig: String?

    @Option(help: "What becomes of Jobs: simulate, or process to run their commands on this machine.")
    var runJobs = EmbeddedServer.RunJobs.simulate

    func run() async throws {
        let place = try ClusterPlace.current()
        try place.make()
        let path = kubeconfig.map { FilePath($0) } ?? place.kubeconfig
        let absolute = FilePath(FileManager.default.currentDirectoryPath).pushing(path)
        guard let claim = try ClusterStateFile.claim(place.state) else { throw Self.refusal(place) }
        defer { claim.remove() }
        try ServedKubeconfig.checkPlace(absolute)
        OpenFiles.raiseLimit()
        do {
            try await serve(
                ServedKubeconfig(path: absolute, address: "", token: ServedKubeconfig.makeToken()), claim,
                EmbeddedServer(
                    keepingIn: keptIn, runningJobs: runJobs, in: place.directory.appending("jobs")))
        } catch let failure as ListenFailure {
            throw CommandFailure(.usage, "\(failure)")
        }
    }

    /// The absolute path of the directory for objects.
    private var keptIn: String? {
        data.map { FilePath(FileManager.default.currentDirectoryPath).pushing(FilePath($0)).string }
    }

    private func serve(
        _ kubeconfig: ServedKubeconfig, _ claim: ClusterStateFile, _ embedded: EmbeddedServer
    ) async throws {
        var state = ClusterState(
            processID: getpid(), startedAt: WallClock.now().rfc3339, kubeconfig: kubeconfig.path.string,
            data: keptIn)
        try claim.write(state)
        let signals = StopSignals()
        try await HTTPListener.serve(embedded.server, onPort: Int(port), token: kubeconfig.token) {
            listener in
            var kubeconfig = kubeconfig
            kubeconfig.address = listener.addressWithToken
            state.address = listener.address
            try kubeconfig.write()
            defer { kubeconfig.remove() }
            try claim.write(state)
            announce(state)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await embedded.run() }
                group.addTask { await signals.first() }
                defer { group.cancelAll() }
                try await group.next()
                Console.error("stopping")
            }
        }
    }

    private func announce(_ state: ClusterState) {
        Console.error(
            """
            serving the Kubernetes API on \(state.address) (process \(state.processID)); stop with Ctrl-C or \
            `syncctl cluster stop`
            objects are kept in \(state.data ?? "memory, and gone when this ends")
            \(fateOfJobs)
            to use it, run this line in a shell:
            """)
        Console.print("export KUBECONFIG=\(ShellWord.quoted(state.kubeconfig))")
    }

    private var fateOfJobs: String {
        switch runJobs {
        case .simulate:
            "Jobs are simulated: no container runs; they succeed after a short time, or as the annotation "
                + "syncctl.dev/simulate on their Pod template says"
        case .process:
            "containers of Jobs run as local processes with your rights, without isolation"
        }
    }

    private static func refusal(_ place: ClusterPlace) -> CommandFailure {
        // Who it is, is told if it can be; that there is one, is certain.
        let found = try? ClusterStateFile.look(place.state)
        let who =
            if case .running(let state) = found { ": \(state.address), process \(state.processID)" } else {
                ""
            }
        return CommandFailure(
            .usage,
            "a server runs already\(who); end it with `syncctl cluster stop`, or set XDG_STATE_HOME to another "
                + "directory to run a second one")
    }
}
