import KubeCore
import SyncEngine

/// Objects that came with the operation itself, as JSON texts (S121).
struct LocalManifests: Sendable {
    var texts: [String]

    /// Reads all of them; there is no partial answer.
    ///
    /// - Parameter revisions: What whoever sent them calls them.
    /// - Returns: The objects in their order.
    /// - Throws: ``ManifestFailure`` that names the first text which is no object.
    func rendered(_ revisions: [String]) throws(ManifestFailure) -> ApplicationManifests {
        var objects: [DesiredObject] = []
        for (index, text) in texts.enumerated() {
            let origin = ManifestOrigin(file: "operation.sync.manifests", document: index + 1, line: 1)
            objects.append(DesiredObject(object: try Self.object(text, origin), origin: origin))
        }
        return ApplicationManifests(
            objects: objects, revisions: revisions.isEmpty ? ["local"] : revisions, sourceTypes: ["Directory"]
        )
    }

    private static func object(
        _ text: String, _ origin: ManifestOrigin
    ) throws(ManifestFailure) -> KubeObject {
        let value: JSONValue
        do {
            value = try JSONValue(parsing: text)
        } catch {
            throw ManifestFailure("\(origin): \(error)")
        }
        guard let json = value.object else { throw ManifestFailure("\(origin): not an object") }
        let object = KubeObject(json)
        guard !object.apiVersion.isEmpty, !object.kind.isEmpty else {
            throw ManifestFailure("\(origin): an object needs apiVersion and kind")
        }
        return object
    }
}
