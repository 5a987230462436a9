import Foundation
package import KubeClient
package import KubeCore
import KubeRuntime
import KubeYAML

/// The definitions of Application and AppProject, as they are installed.
package enum Definitions {
    /// Installs them, and waits until the server serves them.
    package static func install(_ client: APIClient) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../manifests/crds").standardized
        for file in ["application.yaml", "appproject.yaml"] {
            let bytes = try Array(Data(contentsOf: folder.appending(path: file)))
            for document in try YAMLStream.documents(in: bytes) {
                guard let json = document.value.object else { continue }
                try await client.apply(KubeObject(json), as: .definitions)
            }
        }
        // A definition is served a moment after it was made: from the first list on.
        for resource in [APIResource.applicationObjects, .projectObjects] {
            let watcher = Watcher(WatchTarget(resource, namespace: "default"), client: client)
            for await change in watcher {
                if case .replaced = change { break }
            }
        }
    }
}

extension APIResource {
    /// Applications, for targets that know nothing of SyncController.
    package static let applicationObjects = argo("Application", "applications")
    package static let projectObjects = argo("AppProject", "appprojects")
    package static let definitions = APIResource(
        kind: GroupVersionKind(
            group: "apiextensions.k8s.io", version: "v1", kind: "CustomResourceDefinition"),
        plural: "customresourcedefinitions", isNamespaced: false, verbs: [])

    private static func argo(_ kind: String, _ plural: String) -> APIResource {
        APIResource(
            kind: GroupVersionKind(group: "argoproj.io", version: "v1alpha1", kind: kind), plural: plural,
            isNamespaced: true, verbs: [])
    }
}
