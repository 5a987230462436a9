import Foundation
import KubeClient
import KubeCore
import Testing

/// A real API server, for tests that want one; named by `SYNCCTL_TEST_KUBECONFIG`.
enum LiveCluster {
    static let path = ProcessInfo.processInfo.environment["SYNCCTL_TEST_KUBECONFIG"]
    static let isThere = path != nil
    static let reason: Comment = "SYNCCTL_TEST_KUBECONFIG names no kubeconfig"

    static func connection() throws -> ClusterConnection {
        try KubeConfig(path: path, environment: [:]).connection()
    }

    static func client(_ limits: TransportLimits = TransportLimits()) throws -> APIClient {
        APIClient(transport: try CurlTransport(connection(), limits: limits))
    }

    static let configMaps = APIResource(
        kind: GroupVersionKind(group: "", version: "v1", kind: "ConfigMap"), plural: "configmaps",
        isNamespaced: true, verbs: ["get", "list", "watch", "create", "patch", "update", "delete"])

    static let namespaces = APIResource(
        kind: GroupVersionKind(group: "", version: "v1", kind: "Namespace"), plural: "namespaces",
        isNamespaced: false, verbs: ["get", "list", "watch", "create", "patch", "update", "delete"])

    static func configMap(_ name: String, namespace: String, _ data: [(String, JSONValue)]) -> KubeObject {
        KubeObject([
            "apiVersion": "v1", "kind": "ConfigMap",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "data": .object(JSONObject(data)),
        ])
    }

    /// Runs a test in a namespace of its own, gone afterwards.
    static func inNamespace(_ client: APIClient, _ body: (String) async throws -> Void) async throws {
        let name = "client-\(UInt32.random(in: 0...UInt32.max))"
        try await client.create(
            KubeObject(["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]),
            as: namespaces)
        do {
            try await body(name)
        } catch {
            _ = try? await client.delete(namespaces, name: name)
            throw error
        }
        try await client.delete(namespaces, name: name)
    }
}
