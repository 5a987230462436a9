import KubeCore
import SyncEngine
import TestSupport
import Testing

/// What is sent when little has changed, or nothing.
@Suite("Syncing again", .onEachServer, .timeLimit(.minutes(5)))
struct UnchangedTests {
    @Test("D3 of 1,000 objects of which 10 changed, 10 are written; of unchanged ones none")
    func thousand() async throws {
        try await Sandbox.with { sandbox in
            var objects = try (0..<1000).map { try Manifests.map("map-\($0)", wave: $0 % 3) }
            var first = sandbox.request(process: 0)
            first.validation = .none
            #expect(try await sandbox.sync(objects, first).operation.phase == .succeeded)

            let idle = Wire(sandbox.cluster.transport)
            let again = try await sandbox.sync(objects, sandbox.request(process: 1), through: idle)
            #expect(again.operation.phase == .succeeded)
            #expect(again.operation.syncResult.resources.count == 1000)
            #expect(idle.writes.map(\.description) == [])

            let changed = (0..<10).map { $0 * 99 }
            for index in changed {
                objects[index] = try Manifests.map("map-\(index)", wave: index % 3, value: "2")
            }
            let wire = Wire(sandbox.cluster.transport)
            let third = try await sandbox.sync(objects, sandbox.request(process: 2), through: wire)
            #expect(third.operation.phase == .succeeded)
            #expect(
                wire.writes.map(\.description).sorted()
                    == changed.map { "apply configmaps/map-\($0)" }.sorted())
        }
    }
}
