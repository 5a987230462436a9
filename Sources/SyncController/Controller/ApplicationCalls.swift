import KubeClient
public import KubeCore
import SyncEngine

extension APIResource {
    /// Applications. Named here and not looked up: without their definition there is nothing for a controller to do.
    public static let applications = APIResource(
        kind: Application.kind, plural: "applications", isNamespaced: true,
        verbs: ["get", "list", "watch", "create", "update", "patch", "delete"])

    /// Projects, which say what an Application may do.
    public static let appProjects = APIResource(
        kind: GroupVersionKind(group: "argoproj.io", version: "v1alpha1", kind: "AppProject"),
        plural: "appprojects", isNamespaced: true,
        verbs: ["get", "list", "watch", "create", "update", "patch", "delete"])
}

/// Requests for one Application. It has no status subresource: all its parts are written by patches.
struct ApplicationCalls: Sendable {
    var client: APIClient
    var key: ObjectKey

    /// The Application as it is now; `nil` if it is gone (S116).
    func read() async throws(ClientFailure) -> KubeObject? {
        try await client.get(.applications, namespace: key.namespace, name: key.name)
    }

    /// What came of a patch that is only to be applied to the Application as we know it.
    enum Answer: Sendable {
        case done(KubeObject)
        /// It is another by now: read it again.
        case overtaken
        case gone
    }

    func patch(_ patch: JSONPatch) async throws(ClientFailure) -> Answer {
        let isTested = patch.operations.contains {
            if case .test = $0 { true } else { false }
        }
        return try await send(.json(patch.json), isTested: isTested)
    }

    func patch(_ patch: MergePatch) async throws(ClientFailure) -> Answer {
        try await send(.merge(patch.json), isTested: false)
    }

    private func send(_ patch: APIRequest.Patch, isTested: Bool) async throws(ClientFailure) -> Answer {
        do throws(ClientFailure) {
            return .done(
                try await client.patch(patch, of: .applications, namespace: key.namespace, name: key.name)
                    .object)
        } catch {
            guard case .refused(let failure) = error else { throw error }
            if failure.isNotFound { return .gone }
            // A test within the patch that failed is an invalid patch to the server.
            if failure.isConflict || (failure.isInvalid && isTested) { return .overtaken }
            throw error
        }
    }
}
