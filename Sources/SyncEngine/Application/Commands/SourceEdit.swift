/// Changes to a source of an Application, as flags say them (section 3 of the command line).
public struct SourceEdit: Hashable, Sendable {
    /// What is said of where the manifests are.
    public struct Place: Hashable, Sendable {
        public var repositoryURL: String?
        public var path: String?
        public var revision: String?
        public var chart: String?
        public var ref: String?
        public var name: String?

        public init() {}
    }

    /// What is said of plain manifests.
    public struct Directory: Hashable, Sendable {
        public var recurse: Bool?
        public var include: String?
        public var exclude: String?

        public init() {}
    }

    /// What is said of a chart.
    public struct Helm: Hashable, Sendable {
        public var releaseName: String?
        public var valueFiles: [String] = []
        /// YAML.
        public var values: String?
        /// `name=value`
        public var parameters: [String] = []
        public var textParameters: [String] = []
        /// `name=path`
        public var fileParameters: [String] = []
        public var skipCRDs: Bool?

        public init() {}
    }

    /// What is laid over a kustomization.
    public struct Kustomize: Hashable, Sendable {
        public var namePrefix: String?
        public var nameSuffix: String?
        public var images: [String] = []
        /// `name=count`
        public var replicas: [String] = []
        /// `name=value`
        public var labels: [String] = []
        public var annotations: [String] = []

        public init() {}
    }

    public var place = Place()
    public var directory = Directory()
    public var helm = Helm()
    public var kustomize = Kustomize()

    public init() {}

    public var isEmpty: Bool { self == SourceEdit() }

    /// The source with the changes made.
    ///
    /// - Parameter source: As it is.
    /// - Returns: What is said anew replaces what was there of the same name; the rest stays.
    /// - Throws: ``RequestRefusal/badValue(_:)`` that names the flag.
    public func applied(to source: ApplicationSource) throws(RequestRefusal) -> ApplicationSource {
        var source = source
        place.apply(to: &source)
        directory.apply(to: &source)
        if helm != Helm() {
            var options = source.helm ?? HelmOptions()
            try helm.apply(to: &options)
            source.helm = options
        }
        if kustomize != Kustomize() {
            var options = source.kustomize ?? KustomizeOptions()
            try kustomize.apply(to: &options)
            source.kustomize = options
        }
        return source
    }
}

extension SourceEdit.Place {
    fileprivate func apply(to source: inout ApplicationSource) {
        source.repositoryURL = repositoryURL ?? source.repositoryURL
        source.path = path ?? source.path
        source.targetRevision = revision ?? source.targetRevision
        source.chart = chart ?? source.chart
        source.ref = ref ?? source.ref
        source.name = name ?? source.name
    }
}

extension SourceEdit.Directory {
    fileprivate func apply(to source: inout ApplicationSource) {
        guard self != SourceEdit.Directory() else { return }
        var options = source.directory ?? DirectoryOptions()
        options.recurse = recurse ?? options.recurse
        options.include = include ?? options.include
        options.exclude = exclude ?? options.exclude
        source.directory = options
    }
}

extension SourceEdit.Helm {
    fileprivate func apply(to options: inout HelmOptions) throws(RequestRefusal) {
        options.releaseName = releaseName ?? options.releaseName
        if !valueFiles.isEmpty { options.valueFiles = valueFiles }
        if let values {
            options.values = values
            options.valuesObject = nil
        }
        options.switches.skipCRDs = skipCRDs ?? options.switches.skipCRDs
        for text in parameters { try add(text, "--helm-set", isText: false, to: &options) }
        for text in textParameters { try add(text, "--helm-set-string", isText: true, to: &options) }
        for text in fileParameters {
            let (name, path) = try pair(text, "--helm-set-file")
            options.fileParameters.removeAll { $0.name == name }
            options.fileParameters.append(HelmFileParameter(name: name, path: path))
        }
    }

    private func add(
        _ text: String, _ flag: String, isText: Bool, to options: inout HelmOptions
    ) throws(RequestRefusal) {
        let (name, value) = try pair(text, flag)
        let parameter = HelmParameter(name: name, value: value, forceString: isText)
        if let index = options.parameters.firstIndex(where: { $0.name == name }) {
            options.parameters[index] = parameter
        } else {
            options.parameters.append(parameter)
        }
    }
}

extension SourceEdit.Kustomize {
    fileprivate func apply(to options: inout KustomizeOptions) throws(RequestRefusal) {
        options.namePrefix = namePrefix ?? options.namePrefix
        options.nameSuffix = nameSuffix ?? options.nameSuffix
        for image in images {
            options.images.removeAll { Self.imageName($0) == Self.imageName(image) }
            options.images.append(image)
        }
        for text in replicas {
            let (name, count) = try pair(text, "--kustomize-replica")
            guard let number = Int64(count), number >= 0 else {
                throw .badValue("--kustomize-replica \(text): '\(count)' is no number of replicas")
            }
            options.replicas.removeAll { $0.name == name }
            options.replicas.append(KustomizeReplicas(name: name, count: number))
        }
        for text in labels {
            let (name, value) = try pair(text, "--kustomize-common-label")
            options.labels.texts[name] = value
        }
        for text in annotations {
            let (name, value) = try pair(text, "--kustomize-common-annotation")
            options.annotations.texts[name] = value
        }
    }

    /// What an image is called before it is given another name, tag or digest.
    static func imageName(_ image: String) -> Substring {
        if let equals = image.firstIndex(of: "=") { return image[..<equals] }
        let name = image.prefix { $0 != "@" }
        guard let colon = name.lastIndex(of: ":"), !name[colon...].contains("/") else { return name }
        return name[..<colon]
    }
}

/// `name=value` of a flag.
///
/// - Throws: ``RequestRefusal/badValue(_:)`` where there is no name or no equals sign.
func pair(_ text: String, _ flag: String) throws(RequestRefusal) -> (name: String, value: String) {
    guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
        throw .badValue("\(flag) \(text): write NAME=VALUE")
    }
    return (String(text[..<equals]), String(text[text.index(after: equals)...]))
}
