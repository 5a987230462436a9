public import KubeCore

/// Overrides of a source that are taken away again: `app unset`.
public struct SourceReset: Hashable, Sendable {
    public struct Helm: Hashable, Sendable {
        public var parameters: [String] = []
        public var valueFiles: [String] = []
        public var values = false
        public var ignoreMissingValueFiles = false

        public init() {}
    }

    public struct Kustomize: Hashable, Sendable {
        public var namePrefix = false
        public var nameSuffix = false
        public var images: [String] = []
        public var replicas: [String] = []

        public init() {}
    }

    public var helm = Helm()
    public var kustomize = Kustomize()
    public var ref = false

    public init() {}

    public var isEmpty: Bool { self == SourceReset() }

    /// The spec without the overrides.
    ///
    /// - Parameters:
    ///   - spec: As it is.
    ///   - choice: Which of several sources is meant.
    /// - Returns: The new spec; what was not overridden is no failure.
    /// - Throws: ``RequestRefusal``.
    public func applied(
        to spec: JSONObject, _ choice: SpecEdit.SourceChoice
    ) throws(RequestRefusal) -> JSONObject {
        var spec = spec
        try spec.changeSource(choice) { old in
            var source = old
            if ref { source.ref = "" }
            source.helm = source.helm.map(helm.applied)
            source.kustomize = source.kustomize.map(kustomize.applied)
            return source
        }
        return spec
    }
}

extension SourceReset.Helm {
    fileprivate func applied(to options: HelmOptions) -> HelmOptions {
        var options = options
        options.parameters.removeAll { parameters.contains($0.name) }
        options.fileParameters.removeAll { parameters.contains($0.name) }
        options.valueFiles.removeAll(where: valueFiles.contains)
        if values {
            options.values = ""
            options.valuesObject = nil
        }
        if ignoreMissingValueFiles { options.ignoreMissingValueFiles = false }
        return options
    }
}

extension SourceReset.Kustomize {
    fileprivate func applied(to options: KustomizeOptions) -> KustomizeOptions {
        var options = options
        if namePrefix { options.namePrefix = "" }
        if nameSuffix { options.nameSuffix = "" }
        let names = images.map { SourceEdit.Kustomize.imageName($0) }
        options.images.removeAll { names.contains(SourceEdit.Kustomize.imageName($0)) }
        options.replicas.removeAll { replicas.contains($0.name) }
        return options
    }
}
