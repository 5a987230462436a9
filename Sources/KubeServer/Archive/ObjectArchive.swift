/// The port to a place that keeps objects: a server with one answers a write only after the place has it.
///
/// The server calls from one task at a time, and never while a call is running.
public protocol ObjectArchive: Sendable {
    /// Where it is, for messages.
    var path: String { get }

    /// Everything that was kept. Called once, before the first ``commit(_:)``.
    func load() throws(ArchiveFailure) -> ArchivedState

    /// Keeps all that one step of the server changed, or nothing of it.
    ///
    /// When it returns, the changes outlive this process.
    func commit(_ changes: ArchiveChanges) throws(ArchiveFailure)
}

/// Where an object stands: the collection, whatever the version, and the name in it.
public struct ArchivedPlace: Hashable, Sendable {
    /// Empty for the core group.
    public var group: String
    /// As in paths: `configmaps`.
    public var plural: String
    /// Empty for what is in no namespace.
    public var namespace: String
    public var name: String

    public init(group: String, plural: String, namespace: String, name: String) {
        self.group = group
        self.plural = plural
        self.namespace = namespace
        self.name = name
    }
}

/// One object as it is kept.
public struct ArchivedObject: Hashable, Sendable {
    public var place: ArchivedPlace
    /// The resource version.
    public var version: UInt64
    /// The object as JSON. Secrets are in it: for nobody's eyes.
    public var bytes: [UInt8]

    public init(place: ArchivedPlace, version: UInt64, bytes: [UInt8]) {
        self.place = place
        self.version = version
        self.bytes = bytes
    }
}

/// All that an archive holds.
public struct ArchivedState: Hashable, Sendable {
    /// The newest resource version that was given out; at least 1.
    public var version: UInt64
    /// In any order.
    public var objects: [ArchivedObject]

    /// - Parameters:
    ///   - version: That of a server which has done nothing yet, unless another is given.
    ///   - objects: In any order.
    public init(version: UInt64 = 1, objects: [ArchivedObject] = []) {
        self.version = version
        self.objects = objects
    }
}

/// What one step of the server changed: a request, or what was due.
public struct ArchiveChanges: Hashable, Sendable {
    /// The newest resource version after it.
    public var version: UInt64
    /// New and changed objects, no place twice.
    public var kept: [ArchivedObject]
    /// Where there is no object any more.
    public var removed: [ArchivedPlace]

    public init(version: UInt64, kept: [ArchivedObject], removed: [ArchivedPlace]) {
        self.version = version
        self.kept = kept
        self.removed = removed
    }
}
