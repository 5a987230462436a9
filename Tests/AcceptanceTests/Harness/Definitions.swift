import Foundation
import KubeClient
import KubeCore
import KubeYAML
import TestSupport
import Testing

/// The definitions of Application and AppProject, as they are installed.
enum Definitions {
    /// Installs them, and waits until the server serves them.
    static func install(_ client: APIClient) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../manifests/crds").standardized
        for file in ["application.yaml", "appproject.yaml"] {
            let bytes = try Array(Data(contentsOf: folder.appending(path: file)))
            let document = try #require(try YAMLStream.documents(in: bytes).first)
            try await client.apply(KubeObject(try #require(document.value.object)), as: .definitions)
        }
        for resource in [APIResource.applications, .projects] { try await awaitServed(resource, client) }
    }

    private static func isServed(_ resource: APIResource, _ client: APIClient) async throws -> Bool {
        do {
            _ = try await client.list(resource, namespace: "default")
            return true
        } catch {
            guard error.isNotFound else { throw error }
            return false
        }
    }

    private static func awaitServed(_ resource: APIResource, _ client: APIClient) async throws {
        for _ in 0..<300 {
            if try await isServed(resource, client) { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("the server does not serve \(resource.plural)")
    }
}

extension APIResource {
    static let applications = argo("Application", "applications")
    static let projects = argo("AppProject", "appprojects")
    static let definitions = APIResource(
        kind: GroupVersionKind(
            group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition"),
        plural: "customresourcedefinitions", isNamespaced: false, verbs: [])

    private static func argo(_ kind: String, _ plural: String) -> APIResource {
        APIResource(
            kind: GroupVersionKind(group: "argoproj.io", version: "v1alpha1", kind: kind), plural: plural,
            isNamespaced: true, verbs: [])
    }
}
