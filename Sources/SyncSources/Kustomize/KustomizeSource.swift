import KubeCore
import SyncEngine
import SystemPackage

/// A folder with a kustomization, which kustomize makes manifests of.
struct KustomizeSource: Sendable {
    var folder: SourceRoot
    var path: SourcePath
    var options: KustomizeOptions?
    var variables: BuildEnvironment
    var settings: RenderSettings

    /// Looks through the kustomization, has it built, and reads what comes out.
    ///
    /// - Parameters:
    ///   - program: What builds it; `nil` if there is none.
    ///   - work: Where it may write.
    /// - Returns: The objects, and the folders that they depend on.
    /// - Throws: ``RenderFailure``.
    func render(
        with program: RenderProgram?, in work: WorkFolder
    ) async throws(RenderFailure) -> RenderedFolder {
        var scan = KustomizationScan(folder, allowsRemote: settings.allowsRemoteBases)
        try scan.scan(path)
        guard let program else {
            throw RenderFailure(path: path.description, reason: .toolMissing(KustomizeProgram.missing))
        }
        var inputs = scan.inputs
        let target = try overlay(&scan, &inputs, program, work)
        var fields = scan.fields
        for field in overlayFields { fields[field] = "spec.source.kustomize" }
        if let problem = KustomizeProgram.problem(of: program, with: fields) {
            throw RenderFailure(path: path.description, reason: .toolMissing(problem))
        }
        var sandbox = ProgramSandbox(
            work, own: settings.environment, limits: settings.toolLimits,
            reachesNetwork: settings.allowsRemoteBases)
        sandbox.hidden.append(folder.root.string + "/")
        let output = try await program.run([target.string], on: path.description, in: sandbox)
        let reader = ManifestReader(file: "\(path) (kustomize)", limits: settings.limits.manifest)
        return RenderedFolder(
            objects: try reader.objects(in: output), inputs: Set(inputs.map { RenderInput(path: $0) }),
            type: .kustomize)
    }

    /// The folder that is to be built: the source's own, or an overlay.
    private func overlay(
        _ scan: inout KustomizationScan, _ inputs: inout Set<SourcePath>, _ program: RenderProgram,
        _ work: WorkFolder
    ) throws(RenderFailure) -> FilePath {
        guard let base = try folder.place(path) else {
            throw RenderFailure(path: path.description, reason: .noSuchDirectory)
        }
        guard let options else { return base.location }
        let place = try work.folder("overlay")
        var overlay = KustomizeOverlay(
            options: options.expanded(variables), base: scan.top,
            basePath: relative(base.location, from: place))
        overlay.isForOldProgram = KustomizeProgram.isOld(program)
        overlay.componentPaths = try components(options, &scan, place)
        for patch in options.patches where !patch.path.isEmpty {
            overlay.patchFiles[patch.path] = try text(of: patch.path)
        }
        inputs = scan.inputs
        let json: JSONValue
        do throws(FieldFailure) {
            json = try overlay.json()
        } catch {
            throw RenderFailure(path: path.description, reason: .refused("\(error)"))
        }
        _ = try work.write(json.serialized(), to: "overlay/kustomization.yaml")
        return place
    }

    private func components(
        _ options: KustomizeOptions, _ scan: inout KustomizationScan, _ place: FilePath
    ) throws(RenderFailure) -> [String] {
        var paths: [String] = []
        for (index, text) in options.components.paths.enumerated() {
            let field = "kustomize.components[\(index)]"
            guard !RemoteReference.matches(text), let path = SourcePath(text, in: path) else {
                throw RenderFailure(path: field, reason: .refused("\"\(text)\" leads out of the source"))
            }
            guard let component = try folder.place(path), component.kind == .folder else {
                if options.components.mayBeMissing { continue }
                throw RenderFailure(path: field, reason: .refused("\(path) is not there"))
            }
            try scan.scanComponent(component.path)
            paths.append(relative(component.location, from: place))
        }
        return paths
    }

    private func text(of patch: String) throws(RenderFailure) -> String {
        guard let path = SourcePath(patch, in: path),
            let content = try folder.read(path, limit: KustomizationFile.limit)
        else {
            throw RenderFailure(path: "kustomize.patches", reason: .refused("\"\(patch)\" is not there"))
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// Fields that the overlay will have.
    private var overlayFields: [String] {
        guard let options else { return [] }
        var fields: [String] = []
        if !options.replicas.isEmpty { fields.append("replicas") }
        if !options.patches.isEmpty { fields.append("patches") }
        if !options.components.paths.isEmpty { fields.append("components") }
        if options.labels.areOutsideSelectors { fields.append("labels") }
        return fields
    }

    /// kustomize takes no absolute paths. Both are without links.
    private func relative(_ target: FilePath, from place: FilePath) -> String {
        let origin = CanonicalPath.of(place) ?? place
        var steps = ArraySlice(origin.components.map(\.string))
        var rest = ArraySlice(target.components.map(\.string))
        while let step = steps.first, step == rest.first {
            steps.removeFirst()
            rest.removeFirst()
        }
        return (Array(repeating: "..", count: steps.count) + rest).joined(separator: "/")
    }
}

extension KustomizeOptions {
    fileprivate func expanded(_ variables: BuildEnvironment) -> KustomizeOptions {
        guard annotations.areSubstituted else { return self }
        var options = self
        options.annotations.texts = annotations.texts.mapValues(variables.expanded)
        return options
    }
}
