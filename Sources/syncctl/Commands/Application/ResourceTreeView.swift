import KubeClient
import KubeCore
import SyncController
import SyncEngine

/// An Application's objects with what their controllers have made of them (C31).
struct ResourceTreeView {
    var isDetailed: Bool

    /// The kinds that controllers make: what hangs below the objects of an Application.
    private static let madeKinds = [("apps/v1", "ReplicaSet"), ("batch/v1", "Job"), ("v1", "Pod")]

    func show(_ rows: [ResourceRow], _ access: ApplicationAccess) async throws {
        let roots = try await live(rows, access)
        let made = try await made(in: Set(rows.map(\.key.namespace)), access)
        var lines: [[String]] = []
        for row in rows {
            let branch = ResourceBranch(row, live: roots[row.key], now: WallClock.now())
            lines += branch.lines(below: made, isDetailed: isDetailed)
        }
        TextTable(header: ResourceBranch.header(isDetailed: isDetailed), rows: lines).show()
    }

    private func live(
        _ rows: [ResourceRow], _ access: ApplicationAccess
    ) async throws -> [ObjectKey: KubeObject] {
        let live = LiveObjects(access.connection.cluster)
        var found: [ObjectKey: KubeObject] = [:]
        for key in Set(rows.map(\.key)) { found[key] = try await live.find(key) }
        return found
    }

    private func made(in namespaces: Set<String>, _ access: ApplicationAccess) async throws -> [KubeObject] {
        var objects: [KubeObject] = []
        for (version, kind) in Self.madeKinds {
            let store = try await KindStore(
                GroupVersionKind(apiVersion: version, kind: kind), in: access.connection.cluster)
            for namespace in namespaces where !namespace.isEmpty {
                objects += try await store.list(in: namespace).filter(\.hasOwner)
            }
        }
        return objects
    }
}
