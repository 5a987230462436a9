public import SyncEngine
public import SystemPackage

/// A commit of a repository, as much of it as rendering needs.
public struct SourceCheckout: Sendable {
    /// The whole id.
    public var commit: String
    /// The ids of files and folders by their paths, without those that are not there; an id changes if and only if
    /// something in there does. A link counts as what is written in it.
    public var treeIDs: @Sendable (_ paths: [SourcePath]) async throws(SourcesFailure) -> [SourcePath: String]
    /// What is written in each link, by its path.
    public var links: @Sendable () async throws(SourcesFailure) -> [String: String]
    /// All files in a folder that nobody changes.
    public var checkOut: @Sendable () async throws(SourcesFailure) -> FilePath

    public init(
        commit: String,
        treeIDs:
            @escaping @Sendable (_ paths: [SourcePath]) async throws(SourcesFailure) -> [SourcePath: String],
        links: @escaping @Sendable () async throws(SourcesFailure) -> [String: String],
        checkOut: @escaping @Sendable () async throws(SourcesFailure) -> FilePath
    ) {
        self.commit = commit
        self.treeIDs = treeIDs
        self.links = links
        self.checkOut = checkOut
    }
}

/// Which commit is wanted.
public struct CheckoutRequest: Hashable, Sendable {
    /// As in `repoURL`.
    public var repository: String
    /// As in `targetRevision`.
    public var revision: String
    /// Of the Application, for credentials that belong to one.
    public var project: String
    /// How old the knowledge of what a branch or tag stands for may be.
    public var age: Duration
    /// Whether a server that gave no answer a moment ago need not be asked again.
    public var believesOutage = false

    public init(repository: String, revision: String, project: String = "", age: Duration = .zero) {
        self.repository = repository
        self.revision = revision
        self.project = project
        self.age = age
    }
}

/// Why an Application's sources give no manifests.
public struct SourcesFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// For people; without anything secret.
    public var message: String
    /// Whether trying again, with nothing changed, might succeed.
    public var isTransient: Bool

    public init(_ message: String, isTransient: Bool = false) {
        self.message = message.withoutPassword
        self.isTransient = isTransient
    }

    public var description: String { message }

    /// The same failure, with the place of the source before it.
    func of(_ field: String) -> SourcesFailure {
        SourcesFailure("\(field): \(message)", isTransient: isTransient)
    }
}
