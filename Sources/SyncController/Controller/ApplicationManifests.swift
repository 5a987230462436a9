public import SyncEngine

/// What an application's sources want in the cluster, at the revisions to which they were resolved.
public struct ApplicationManifests: Sendable {
    public var objects: [DesiredObject]
    /// Of each source, in their order.
    public var revisions: [String]
    /// Of each source: `Directory`, `Kustomize` or `Helm`.
    public var sourceTypes: [String]
    /// Worth telling, and no reason to stop.
    public var warnings: [String]

    public init(
        objects: [DesiredObject], revisions: [String], sourceTypes: [String] = [], warnings: [String] = []
    ) {
        self.objects = objects
        self.revisions = revisions
        self.sourceTypes = sourceTypes
        self.warnings = warnings
    }

    /// Of the first source: what stands in fields that know only one.
    public var revision: String { revisions.first ?? "" }
}

/// What is to be rendered.
public struct ManifestRequest: Sendable {
    /// For which application: some tools are told its name and namespace.
    public var application: Application
    public var sources: SourceSet
    /// Instead of the sources' own target revisions; an element that is empty, or missing, stands for that.
    public var revisions: [String] = []
    /// Whether what a revision names is to be looked up anew, whenever it was looked up last (S152).
    public var resolvesAnew = false
    /// Whether a server that gave no answer a moment ago need not be asked again: nobody waits for this.
    public var believesOutage = false
    /// Whether what was rendered before must not be used (S149, `hard`).
    public var rendersAnew = false

    public init(application: Application, sources: SourceSet) {
        self.application = application
        self.sources = sources
    }
}

/// Why there are no manifests.
public struct ManifestFailure: Error, Sendable {
    /// For people; without anything secret.
    public var message: String
    /// Whether trying again, with nothing changed, might succeed.
    public var isTransient: Bool

    public init(_ message: String, isTransient: Bool = false) {
        self.message = message
        self.isTransient = isTransient
    }
}

/// Who renders an application's sources.
public protocol ManifestRenderer: Sendable {
    /// Renders all sources of an application.
    ///
    /// - Parameter request: Which, and how fresh.
    /// - Returns: The objects of all sources together, in their order.
    /// - Throws: ``ManifestFailure`` if one of the sources can't be rendered; there is no partial answer.
    func manifests(for request: ManifestRequest) async throws(ManifestFailure) -> ApplicationManifests
}
