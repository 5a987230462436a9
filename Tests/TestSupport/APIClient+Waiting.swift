package import KubeClient
package import KubeCore

extension APIClient {
    /// Watches until an object is as wanted. Who waits has a time limit of their own.
    ///
    /// - Returns: The object as it was then.
    @discardableResult
    package func wait(
        for name: String, _ resource: APIResource, in namespace: String, until isSo: (KubeObject) -> Bool
    ) async throws -> KubeObject {
        let watch = APIRequest(.watch(APIRequest.ListOptions()), resource, namespace: namespace)
        // A server ends a watch after some time; what is there already, a new one shows first.
        while true {
            for try await event in try await self.watch(watch) {
                if let object = event.object, object.name == name, isSo(object) { return object }
            }
        }
    }
}
