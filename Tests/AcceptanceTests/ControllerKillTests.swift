import Foundation
import KubeClient
import KubeCore
import KubeRuntime
import Subprocess
import TestSupport
import Testing

/// I1: the program as a controller, killed with a write, or frozen with it while another one takes over.
@Suite("A controller process that ends with a write", .onEachRecordingServer, .timeLimit(.minutes(15)))
struct ControllerKillTests {
    /// A sync of the hooks example writes about 22 times: each of them with `SYNCCTL_TEST_EVERY_KILL=yes`.
    static let places: [Int] =
        ProcessInfo.processInfo.environment["SYNCCTL_TEST_EVERY_KILL"] == "yes"
        ? Array(1...22) : [5, 11, 19, 21]

    @Test("I1 killed: another process comes to the end, and every hook runs once", arguments: places)
    func killed(after count: Int) async throws {
        try await OwnStage.with { stage in
            try await stage.commitExample("hooks")
            try await stage.make()
            try await stage.askForSync()
            let proxy = try stage.proxy(afterWrites: count)
            try await stage.controller(["--no-leader-election"], through: proxy) { process in
                proxy.arm { process.signal(.kill) }
                try await stage.untilStruck(proxy)
                await process.ended()
            }
            try await stage.besideController { try await stage.checkEnd() }
        }
    }

    @Test("I1 a frozen leader wakes up when another has taken over: it writes no more", arguments: places)
    func frozen(after count: Int) async throws {
        try await OwnStage.with { stage in
            try await stage.commitExample("hooks")
            try await stage.make()
            let proxy = try stage.proxy(afterWrites: count)
            try await stage.controller([], through: proxy) { process in
                proxy.arm { process.signal(.suspend) }
                // It leads before the other one starts.
                try await stage.wait { $0["status", "sync", "status"] == "OutOfSync" }
                try await stage.besideController {
                    try await stage.askForSync()
                    try await stage.untilStruck(proxy)
                    try await stage.checkEnd()
                    let writes = proxy.writes
                    process.signal(.resume)
                    // It ends by itself, as a process that has lost its lease.
                    await process.ended()
                    #expect(proxy.writes == writes)
                }
            }
        }
    }
}

extension OwnStage {
    fileprivate func commitExample(_ name: String) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../manifests/examples/\(name)").standardized
        var files: [String: String] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            files[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
        }
        _ = try await commit(files, tag: "v1")
    }

    fileprivate func proxy(afterWrites count: Int) throws -> KillingProxy {
        // What passes counts as the program's own in the record of writes.
        KillingProxy(
            try CurlTransport(cluster.connection, userAgent: "syncctl-behind-a-proxy"), afterWrites: count)
    }

    /// Runs a controller whose requests pass through a proxy beside a test.
    fileprivate func controller(
        _ options: [String], through proxy: KillingProxy,
        _ body: @Sendable (RunningProgram) async throws -> Void
    ) async throws {
        try await HTTPListener.serve(proxy, onPort: 0, token: "proxy") { listener in
            let file = place.appending(path: "proxy.kubeconfig")
            try Data(Kubeconfig.text(server: listener.address, token: "proxy").utf8).write(to: file)
            try await Program.process(
                [
                    "controller", "--metrics-port", "0", "--destination-namespace", destination,
                    "--kubeconfig", file.path(), "-n", home, "--allow-local-repositories",
                ] + options,
                environment: ["XDG_CACHE_HOME": place.appending(path: "cache-proxy").path()], body)
        }
    }

    /// Returns once the proxy has struck, or everything has come to its end before it could.
    fileprivate func untilStruck(_ proxy: KillingProxy) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await proxy.struck() }
            group.addTask {
                try await wait(until: Self.isAtRest)
                proxy.strike()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    @Sendable private static func isAtRest(_ application: KubeObject) -> Bool {
        application["operation"] == nil && application["status", "operationState", "phase"] == "Succeeded"
            && application["status", "sync", "status"] == "Synced"
            && application["status", "health", "status"] == "Healthy"
    }

    /// Whatever has happened, the end is the same.
    fileprivate func checkEnd() async throws {
        let end = try await wait(until: Self.isAtRest)
        let deeds = try await record()
        for hook in ["before", "after"] {
            #expect(deeds.filter { $0 == "create jobs/\(hook)" }.count == 1, "\(deeds)")
            #expect(
                try await cluster.client.get(.jobs, namespace: destination, name: hook).map(\.isBeingDeleted)
                    != false)
        }
        for object in ["services/web", "deployments/web"] {
            #expect(deeds.filter { $0 == "create \(object)" }.count == 1, "\(deeds)")
        }
        #expect(end["status", "history"]?.array?.count == 1)
        #expect(end["status", "conditions"]?.array?.isEmpty != false)
    }
}
