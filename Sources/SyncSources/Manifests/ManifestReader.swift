import KubeCore
import KubeYAML
import SyncEngine

/// Makes objects of the text of one file.
struct ManifestReader {
    /// For origins and messages.
    var file: String
    var limits: YAMLLimits

    /// The objects of a file that was found in a folder; `nil` if it is some other YAML that merely lies there.
    ///
    /// One document with `apiVersion` or `kind` makes it a manifest, and then all of it has to be one.
    func objectsIfManifest(in content: [UInt8]) throws(RenderFailure) -> [DesiredObject]? {
        let documents = try documents(in: content)
        let isManifest = documents.contains { $0.value["apiVersion"] != nil || $0.value["kind"] != nil }
        return isManifest || documents.isEmpty ? try objects(documents) : nil
    }

    /// The objects of a file that was named, so that it has to be a manifest.
    func objects(in content: [UInt8]) throws(RenderFailure) -> [DesiredObject] {
        try objects(documents(in: content))
    }

    private func documents(in content: [UInt8]) throws(RenderFailure) -> [YAMLDocument] {
        do {
            return try YAMLStream.documents(in: content, limits: limits)
        } catch {
            throw RenderFailure(path: file, reason: .badYAML(error))
        }
    }

    private func objects(_ documents: [YAMLDocument]) throws(RenderFailure) -> [DesiredObject] {
        var objects: [DesiredObject] = []
        for document in documents {
            let origin = ManifestOrigin(file: file, document: document.document, line: document.line)
            do {
                for object in try ManifestList.objects(in: document.value) {
                    objects.append(DesiredObject(object: object, origin: origin))
                }
            } catch {
                throw RenderFailure(
                    path: file, reason: .badManifest(origin, field: error.field, problem: error.problem))
            }
        }
        return objects
    }
}
