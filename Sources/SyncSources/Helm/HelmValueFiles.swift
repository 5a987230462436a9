import KubeCore
import KubeYAML
import SyncEngine

/// The values that a chart is rendered with, from all that an Application names, in Helm's order.
struct HelmValueFiles {
    /// The source with the chart.
    var folder: SourceRoot
    /// The chart's folder.
    var chart: SourcePath
    /// Other sources of the Application, by their `ref`.
    var references: [String: SourceRoot]
    var variables: BuildEnvironment
    var limits: YAMLLimits

    /// A file of values, and where it lies.
    private struct Place {
        var input: RenderInput
        var folder: SourceRoot

        /// As somebody wrote it, with where it was looked for.
        func name(_ text: String) -> String {
            let isPlain = text == input.path.description
            return isPlain ? text : "\(text) (\(input.path) of the repository)"
        }
    }

    /// Reads and unites the values.
    ///
    /// - Parameter options: What the Application says.
    /// - Returns: The values, and the files that they were read from or would have been.
    /// - Throws: ``RenderFailure`` that names the file or the field.
    func values(
        _ options: HelmOptions
    ) throws(RenderFailure) -> (values: JSONObject, inputs: Set<RenderInput>) {
        var values = HelmValues()
        var inputs: Set<RenderInput> = []
        for (index, text) in options.valueFiles.enumerated() {
            let place = try place(text, field: "helm.valueFiles[\(index)]")
            inputs.insert(place.input)
            guard let content = try place.folder.read(place.input.path, limit: limits.bytes) else {
                if options.ignoreMissingValueFiles { continue }
                throw RenderFailure(
                    path: place.name(text), reason: .refused("there is no such value file"))
            }
            values.merge(try mapping(content, name: place.input.path.description))
        }
        if let object = options.valuesObject {
            values.merge(object)
        } else if !options.values.isEmpty {
            values.merge(try mapping(Array(options.values.utf8), name: "helm.values"))
        }
        do throws(FieldFailure) {
            for isText in [false, true] {
                for parameter in options.parameters where parameter.forceString == isText {
                    try values.set(parameter.name, to: variables.expanded(parameter.value), isText: isText)
                }
            }
        } catch {
            throw RenderFailure(path: "helm.parameters", reason: .refused("\(error)"))
        }
        for (index, parameter) in options.fileParameters.enumerated() {
            try set(parameter, field: "helm.fileParameters[\(index)].path", in: &values, &inputs)
        }
        return (values.root, inputs)
    }

    private func set(
        _ parameter: HelmFileParameter, field: String, in values: inout HelmValues,
        _ inputs: inout Set<RenderInput>
    ) throws(RenderFailure) {
        let place = try place(parameter.path, field: field)
        inputs.insert(place.input)
        guard let content = try place.folder.read(place.input.path, limit: limits.bytes) else {
            throw RenderFailure(path: place.name(parameter.path), reason: .refused("there is no such file"))
        }
        do throws(FieldFailure) {
            try values.set(parameter.name, to: .string(String(decoding: content, as: UTF8.self)))
        } catch {
            throw RenderFailure(path: "helm.fileParameters", reason: .refused("\(error)"))
        }
    }

    /// `$ref/path` is of another source, `/path` from the source's top, anything else from the chart.
    private func place(_ text: String, field: String) throws(RenderFailure) -> Place {
        let (folder, ref, path) = try origin(text, field: field)
        guard !text.isEmpty, !text.contains("://") else {
            throw RenderFailure(
                path: field, reason: .refused("\"\(text)\" is not a file of a source; addresses are not read")
            )
        }
        guard let path else {
            throw RenderFailure(path: field, reason: .refused("\"\(text)\" leads out of the source"))
        }
        return Place(input: RenderInput(ref: ref, path: path), folder: folder)
    }

    private func origin(
        _ text: String, field: String
    ) throws(RenderFailure) -> (folder: SourceRoot, ref: String, path: SourcePath?) {
        let first = text.prefix { $0 != "/" }
        if first.hasPrefix("$") {
            let ref = String(first.dropFirst())
            if let folder = references[ref] {
                return (folder, ref, SourcePath(String(text.dropFirst(first.count + 1))))
            }
            guard variables.variables[ref] != nil || ref.hasPrefix("{") else {
                throw RenderFailure(path: field, reason: .refused("no source has the ref \"\(ref)\""))
            }
        }
        let text = variables.expanded(text)
        guard !text.hasPrefix("/") else { return (folder, "", SourcePath(String(text.dropFirst()))) }
        return (folder, "", SourcePath(text, in: chart))
    }

    private func mapping(_ content: [UInt8], name: String) throws(RenderFailure) -> JSONObject {
        let documents: [YAMLDocument]
        do throws(YAMLFailure) {
            documents = try YAMLStream.documents(in: content, limits: limits)
        } catch {
            throw RenderFailure(path: name, reason: .badYAML(error))
        }
        guard let document = documents.first, !document.value.isNull else { return JSONObject() }
        guard documents.count == 1, let values = document.value.object else {
            throw RenderFailure(path: name, reason: .refused("must be one mapping of values"))
        }
        return values
    }
}
