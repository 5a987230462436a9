import Foundation
import KubeClient
import KubeCore
import Testing

@Suite("a real API server", .enabled(if: LiveCluster.isThere, LiveCluster.reason), .serialized)
struct LiveTests {
    @Test("I11 what is written can be read, listed, watched and deleted")
    func roundTrip() async throws {
        let client = try LiveCluster.client()
        try await LiveCluster.inNamespace(client) { namespace in
            let map = LiveCluster.configMap("one", namespace: namespace, [("a", "1")])
            let first = try await client.apply(map, as: LiveCluster.configMaps)
            #expect(first.created)
            let second = try await client.apply(map, as: LiveCluster.configMaps)
            #expect(!second.created)
            let list = try await client.list(LiveCluster.configMaps, namespace: namespace)
            #expect(
                list.items.contains { $0.name == "one" && $0.kind == "ConfigMap" && $0.apiVersion == "v1" })
            var options = APIRequest.ListOptions()
            options.resourceVersion = list.resourceVersion
            options.allowsBookmarks = true
            options.timeoutSeconds = 60
            let watch = try await client.watch(
                APIRequest(.watch(options), LiveCluster.configMaps, namespace: namespace))
            #expect(try await client.delete(LiveCluster.configMaps, namespace: namespace, name: "one"))
            for try await event in watch {
                guard case .deleted(let object) = event, object.name == "one" else { continue }
                #expect(object["data", "a"] == "1")
                break
            }
            #expect(try await client.get(LiveCluster.configMaps, namespace: namespace, name: "one") == nil)
        }
    }

    @Test("I11 discovery finds the kinds and says what is known of an unknown one")
    func discovery() async throws {
        let catalog = try await Discovery(LiveCluster.client()).catalog()
        #expect(catalog.gaps.isEmpty)
        let deployment = try catalog.resource(GroupKind(group: "apps", kind: "Deployment"))
        #expect(deployment.plural == "deployments")
        #expect(deployment.kind.version == "v1")
        #expect(throws: UnknownKind.self) {
            try catalog.resource(GroupVersionKind(group: "apps", version: "v7", kind: "Deployment"))
        }
        #expect(catalog.listable.contains { $0.plural == "configmaps" })
    }
}
