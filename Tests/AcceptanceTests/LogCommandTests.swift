import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// What hooks write, where something really runs them: Jobs as processes of the embedded server.
@Suite("Logs of hooks", .timeLimit(.minutes(5)))
struct LogCommandTests {
    /// A hook that writes a line.
    private static func hook(_ name: String, says text: String) -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: \(name)
          annotations: {argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: BeforeHookCreation}
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers:
                - name: main
                  image: busybox
                  command: [sh, -c, "echo \(text)"]

        """
    }

    @Test(
        "C29 a sync shows what its hooks write, by this process and by a controller, and so does `app logs` later"
    )
    func logs() async throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "logs-\(UUID().uuidString)")
        let git = GitExample(folder: place.appending(path: "repository"))
        try FileManager.default.createDirectory(at: git.folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        try await git.begin()
        try Data(Self.hook("before", says: "hello-from-hook").utf8)
            .write(to: git.folder.appending(path: "job.yaml"))
        try Data(Manifest.configMap("a").utf8).write(to: git.folder.appending(path: "map.yaml"))
        _ = try await git.commit("v1")
        let environment = ["XDG_CACHE_HOME": place.appending(path: "cache").path()]
        try await ServedCluster.with(place, options: ["--run-jobs", "process"]) { cluster in
            try await Definitions.install(APIClient(transport: cluster.transport))
            let way = ["--kubeconfig", cluster.kubeconfig, "-n", "default"]
            let run = { @Sendable (arguments: [String]) async throws -> Ending in
                try await Program.run(arguments + way, environment: environment)
            }
            let made = try await run(
                ["app", "create", "shop", "--repo", "file://\(git.folder.path())", "--path", "."]
                    + ["--revision", "main", "--dest-name", "in-cluster", "--dest-namespace", "default"])
            #expect(made.exitCode == 0, "\(made)")
            let own = try await run(["app", "sync", "shop", "--core", "--logs", "--allow-local-repositories"])
            #expect(own.exitCode == 0, "\(own)")
            #expect(own.output.contains("Job/before: hello-from-hook\n"), "\(own)")
            let later = try await run(["app", "logs", "shop", "--hook", "before"])
            #expect(later.exitCode == 0 && later.output == "hello-from-hook\n", "\(later)")
            let json = try await run(
                ["app", "sync", "shop", "--core", "--logs", "--allow-local-repositories", "-o", "json"])
            #expect(try json.state["phase"] == "Succeeded", "\(json)")
            #expect(json.errors.contains("Job/before: hello-from-hook\n"), "\(json)")
            try await Program.beside(
                ["controller", "--metrics-port", "0", "--allow-local-repositories"] + way,
                environment: environment
            ) { _ in
                let asked = try await run(["app", "sync", "shop", "--logs", "--timeout", "2m"])
                #expect(asked.exitCode == 0, "\(asked)")
                #expect(asked.output.contains("Job/before: hello-from-hook\n"), "\(asked)")
            }
            let unknown = try await run(["app", "logs", "shop", "--hook", "befor"])
            #expect(unknown.exitCode == 20, "\(unknown)")
            #expect(
                unknown.errors
                    == "error: the last operation of application 'shop' has no hook 'befor'; did you mean before?\n"
            )
        }
    }
}
