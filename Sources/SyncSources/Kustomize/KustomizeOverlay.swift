import KubeCore
import SyncEngine

/// The kustomization that is laid over a source's own, so that nobody's files are changed.
struct KustomizeOverlay {
    var options: KustomizeOptions
    /// The source's own kustomization.
    var base: KustomizationFile
    /// From the overlay to the source's folder.
    var basePath: String
    /// From the overlay to the components.
    var componentPaths: [String] = []
    /// The content of patches that are files, by their paths.
    var patchFiles: [String: String] = [:]
    /// Whether folders have to stand under `bases`.
    var isForOldProgram = false

    /// The kustomization.
    ///
    /// - Returns: To be written as JSON, which is YAML, too.
    /// - Throws: ``FieldFailure`` for an option that cannot be meant.
    func json() throws(FieldFailure) -> JSONValue {
        var writer = JSONObject()
        writer["apiVersion"] = "kustomize.config.k8s.io/v1beta1"
        writer["kind"] = "Kustomization"
        writer[isForOldProgram ? "bases" : "resources"] = [.string(basePath)]
        write(options.namePrefix, "namePrefix", to: &writer)
        write(options.nameSuffix, "nameSuffix", to: &writer)
        write(options.namespace, "namespace", to: &writer)
        write(try images(), "images", to: &writer)
        write(options.replicas.map(\.json), "replicas", to: &writer)
        try writeLabels(to: &writer)
        try check(options.annotations.texts, "commonAnnotations", win: options.annotations.win)
        write(options.annotations.texts, "commonAnnotations", to: &writer)
        write(patches(), "patches", to: &writer)
        write(componentPaths.map { .string($0) }, "components", to: &writer)
        return .object(writer)
    }

    /// Images are also known by the names that the source's own kustomization gives them.
    private func images() throws(FieldFailure) -> [JSONValue] {
        var images: [KustomizeImage] = []
        for (index, text) in options.images.enumerated() {
            guard let image = KustomizeImage(text) else {
                throw FieldFailure(
                    field: "kustomize.images[\(index)]",
                    problem: "must be as name=image:tag, image:tag or image@digest")
            }
            images.append(image)
            for own in base.images where own.name == image.name && !own.newName.isEmpty {
                var renamed = image
                renamed.name = own.newName
                if renamed.name != image.name { images.append(renamed) }
            }
        }
        return images.map(\.json)
    }

    private func writeLabels(to writer: inout JSONObject) throws(FieldFailure) {
        let labels = options.labels
        try check(labels.texts, "commonLabels", win: labels.win)
        guard labels.areOutsideSelectors, !labels.texts.isEmpty else {
            return write(labels.texts, "commonLabels", to: &writer)
        }
        var entry = JSONObject()
        write(labels.texts, "pairs", to: &entry)
        entry["includeSelectors"] = false
        if labels.includeTemplates { entry["includeTemplates"] = true }
        writer["labels"] = [.object(entry)]
    }

    /// Without force, what the source's own kustomization says may not be overruled.
    private func check(_ texts: [String: String], _ field: String, win: Bool) throws(FieldFailure) {
        guard !win else { return }
        let taken = texts.keys.sorted().first { base.commonNames.contains("\(field.lowercased()).\($0)") }
        guard let taken else { return }
        throw FieldFailure(
            field: "kustomize.\(field).\(taken)",
            problem:
                "stands in the kustomization already; force\(field.prefix(1).uppercased())\(field.dropFirst()) "
                + "lets this one win")
    }

    private func patches() -> [JSONValue] {
        options.patches.map { patch in
            var patch = patch
            if let content = patchFiles[patch.path] {
                patch.patch = content
                patch.path = ""
            }
            return patch.json
        }
    }

    private func write(_ text: String, _ name: String, to writer: inout JSONObject) {
        if !text.isEmpty { writer[name] = .string(text) }
    }

    private func write(_ list: [JSONValue], _ name: String, to writer: inout JSONObject) {
        if !list.isEmpty { writer[name] = .array(list) }
    }

    private func write(_ texts: [String: String], _ name: String, to writer: inout JSONObject) {
        guard !texts.isEmpty else { return }
        let members = texts.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.string($0.value)) }
        writer[name] = .object(JSONObject(members))
    }
}
