import KubeClient
import KubeCore

/// The requests about one object.
struct ObjectCall: Sendable {
    var client: APIClient
    var resource: APIResource
    var key: ObjectKey

    func read() async throws(ClientFailure) -> KubeObject? {
        do {
            return try await client.perform(request(.get)).object
        } catch .refused(let failure) where failure.isNotFound {
            return nil
        }
    }

    func apply(_ object: KubeObject, isDryRun: Bool = false) async throws(ClientFailure) -> (
        object: KubeObject, created: Bool
    ) {
        var request = request(.patch(.apply(object, force: true)), name: object.name)
        request.isDryRun = isDryRun
        return try await client.perform(request)
    }

    func patch(_ patch: APIRequest.Patch, isDryRun: Bool = false) async throws(ClientFailure) -> (
        object: KubeObject, created: Bool
    ) {
        var request = request(.patch(patch))
        request.isDryRun = isDryRun
        return try await client.perform(request)
    }

    func create(_ object: KubeObject, isDryRun: Bool = false) async throws(ClientFailure) -> KubeObject {
        var request = request(.create(object), name: "")
        request.isDryRun = isDryRun
        return try await client.perform(request).object
    }

    /// PUT on top of the version that was read.
    func update(
        _ object: KubeObject, over live: KubeObject, isDryRun: Bool = false
    ) async throws(ClientFailure) -> KubeObject {
        var object = object
        object["metadata", "resourceVersion"] = .string(live.resourceVersion)
        var request = request(.update(object))
        request.isDryRun = isDryRun
        return try await client.perform(request).object
    }

    /// What became of an object that was to go.
    enum Deletion: Sendable {
        /// It goes, but for the time being this is left of it.
        case leaving(KubeObject)
        case gone
        /// It was not there any more; another may bear the name.
        case absent(other: KubeObject?)
    }

    /// Asks for the deletion of the object of that UID.
    ///
    /// - Parameter options: How, and of which very object.
    /// - Returns: What is left of it; that it was gone already is no failure.
    /// - Throws: ``KubeClient/ClientFailure``.
    func delete(_ options: APIRequest.DeleteOptions) async throws(ClientFailure) -> Deletion {
        do {
            let answer = try await client.perform(request(.delete(options))).object
            return answer.kind == "Status" || answer.deletionTimestamp == nil ? .gone : .leaving(answer)
        } catch .refused(let failure) where failure.isNotFound {
            return .absent(other: nil)
        } catch .refused(let failure) where failure.isConflict {
            // Mostly another object of that name; but a server may have other reasons, so it is asked.
            let found = try await read()
            guard found?.uid != options.uid else { throw .refused(failure) }
            return .absent(other: found)
        }
    }

    func request(_ verb: APIRequest.Verb, name: String? = nil) -> APIRequest {
        APIRequest(
            verb, resource, namespace: resource.isNamespaced ? key.namespace : "", name: name ?? key.name)
    }
}
