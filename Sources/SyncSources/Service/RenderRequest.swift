public import SyncEngine

/// What an Application wants rendered.
public struct RenderRequest: Sendable {
    public var sources: [ApplicationSource]
    /// Instead of the sources' own target revisions; an element that is empty, or missing, stands for that.
    public var revisions: [String] = []
    public var identity: RenderIdentity
    /// `argocd.argoproj.io/manifest-generate-paths`, as it is written.
    public var generatePaths = ""
    /// How old the knowledge of what a revision stands for may be.
    public var age = Duration.zero
    /// Whether a server that gave no answer a moment ago need not be asked again.
    public var believesOutage = false
    /// Whether what was rendered before must not be used.
    public var rendersAnew = false
    /// Where the sources stand, for messages: in `spec.source` or `spec.sources`. Empty: in no object.
    public var field = "spec"

    public init(sources: [ApplicationSource], identity: RenderIdentity) {
        self.sources = sources
        self.identity = identity
    }

    /// What a source is called.
    func field(of index: Int) -> String {
        let place = field.isEmpty ? "" : "\(field)."
        return sources.count == 1 ? "\(place)source" : "\(place)sources[\(index)]"
    }

    /// The revision that is wanted of a source.
    func revision(of index: Int) -> String {
        let given = revisions.indices.contains(index) ? revisions[index] : ""
        return given.isEmpty ? sources[index].targetRevision : given
    }
}

/// What an Application's sources want in the cluster.
public struct RenderedApplication: Sendable {
    /// Of all sources, in their order.
    public var objects: [DesiredObject] = []
    /// Of each source: the commit, or a chart's version.
    public var revisions: [String] = []
    /// Of each source; of one that only lends its files, the directory that it is.
    public var types: [SourceType] = []
    /// What looked like manifests and was left out.
    public var skipped: [SkippedFile] = []

    public init() {}

    /// For people.
    public var warnings: [String] { skipped.map(\.description) }
}

extension RenderRequest {
    /// The files and folders that alone decide whether a source is rendered anew; empty: nobody said so.
    ///
    /// Paths are of the source's folder, or with a slash before them of the repository; patterns count as the folder
    /// that they begin with.
    func inputs(of source: ApplicationSource) -> Set<RenderInput> {
        guard let base = SourcePath(source.path) else { return [] }
        var inputs: Set<RenderInput> = []
        for text in generatePaths.split(separator: ";") {
            let text = text.drop { $0 == " " }
            let steps = text.split(separator: "/").prefix { !$0.contains { "*?[".contains($0) } }
            let fixed = steps.joined(separator: "/")
            let path = text.hasPrefix("/") ? SourcePath(fixed) : SourcePath(fixed, in: base)
            // What cannot be a path does not restrict anything.
            guard !text.isEmpty, let path else { return [] }
            inputs.insert(RenderInput(path: path))
        }
        return inputs
    }
}
