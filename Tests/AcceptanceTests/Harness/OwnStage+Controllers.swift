import Foundation
import KubeClient
import KubeCore
import KubeRuntime
import TestSupport
import Testing

/// Controllers as processes whose requests a test counts, and what becomes of the hooks example under them.
extension OwnStage {
    func commitExample(_ name: String) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../manifests/examples/\(name)").standardized
        var files: [String: String] = [:]
        for file in try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil) {
            files[file.lastPathComponent] = try String(contentsOf: file, encoding: .utf8)
        }
        _ = try await commit(files, tag: "v1")
    }

    /// A way to the server for one controller; what passes bears its name in the record of writes.
    func proxy(_ name: String = "syncctl-behind-a-proxy", afterWrites count: Int = .max) throws
        -> KillingProxy
    {
        try KillingProxy(name, cluster.connection, afterWrites: count)
    }

    /// Runs a controller whose requests pass through a proxy beside a test.
    func controller(
        _ options: [String], through proxy: KillingProxy,
        _ body: @Sendable (RunningProgram) async throws -> Void
    ) async throws {
        try await HTTPListener.serve(proxy, onPort: 0, token: "proxy") { listener in
            let file = place.appending(path: "\(proxy.name).kubeconfig")
            try Data(Kubeconfig.text(server: listener.address, token: "proxy").utf8).write(to: file)
            try await Program.process(
                [
                    "controller", "--metrics-port", "0", "--destination-namespace", destination,
                    "--kubeconfig", file.path(), "-n", home, "--allow-local-repositories",
                ] + options,
                environment: ["XDG_CACHE_HOME": place.appending(path: "cache-\(proxy.name)").path()], body)
        }
    }

    /// Returns once the proxy has struck, or everything has come to its end before it could.
    ///
    /// - Parameters:
    ///   - proxy: What strikes.
    ///   - end: Returns at the end; else when the Application is at rest.
    /// - Throws: What keeps from seeing the end.
    func untilStruck(
        _ proxy: KillingProxy, orAtEnd end: (@Sendable () async throws -> Void)? = nil
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await proxy.struck() }
            group.addTask {
                if let end { try await end() } else { try await wait(until: Self.isAtRest) }
                proxy.strike()
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    /// Watches the Leases of controllers until they are as wanted.
    ///
    /// - Returns: Who holds each then; nobody where it was let go of.
    @discardableResult
    func holders(until isSo: @Sendable ([String: String]) -> Bool) async throws -> [String: String] {
        let watch = APIRequest(.watch(APIRequest.ListOptions()), LeaseRecord.resource, namespace: home)
        // A server ends a watch after some time; what is there already, a new one shows first.
        while true {
            var holders: [String: String] = [:]
            for try await event in try await cluster.client.watch(watch) {
                guard let lease = event.object else { continue }
                holders[lease.name] = LeaseRecord(lease).holder
                if isSo(holders) { return holders }
            }
        }
    }

    /// Returns once somebody leads, but not this one.
    ///
    /// - Returns: Who it is.
    func leader(after former: String = "") async throws -> String {
        let holders = try await holders { holders in
            holders["syncctl-controller"].map { !$0.isEmpty && $0 != former } == true
        }
        return holders["syncctl-controller"] ?? ""
    }

    @Sendable static func isAtRest(_ application: KubeObject) -> Bool {
        application["operation"] == nil && application["status", "operationState", "phase"] == "Succeeded"
            && application["status", "sync", "status"] == "Synced"
            && application["status", "health", "status"] == "Healthy"
    }

    /// Whatever has happened, the end is the same: of the Application, or of another one.
    func checkEnd(of other: (name: String, destination: String)? = nil) async throws {
        let (name, destination) = other ?? (name, destination)
        let end = try await cluster.client.wait(for: name, .applications, in: home, until: Self.isAtRest)
        let deeds = try await cluster.record(of: destination)
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

    /// Who has written for the Application, each as often as its turn came.
    func turns() throws -> [String] { try cluster.turns(for: name, of: home, into: destination) }
}
