public import KubeYAML
public import SyncEngine

/// A source cannot be rendered. Nothing of it may be used.
public struct RenderFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        case noSuchDirectory
        case noSuchFile
        /// Neither a folder nor a file with text: a device, a pipe, a file on the way to it.
        case notADirectory
        /// The files are what another program makes manifests from: which.
        case notRendered(String)
        /// The source asks for what is not done: what, and why not.
        case refused(String)
        /// A program that is not on this machine: which, and what to do.
        case toolMissing(String)
        /// A program that did not do it: which, and in its own words why.
        case toolFailed(program: String, problem: String, isTransient: Bool)
        /// A file of ours: what the system said.
        case unwritable(String)
        /// A pipe, device or socket where a manifest should be. It was not opened.
        case notAFile
        /// A link to what is not in the source.
        case leadsOutside
        case danglingLink
        /// Files have names in UTF-8.
        case badName
        /// What the system said.
        case unreadable(String)
        /// Both in bytes; `bytes` is `nil` where only reading on would tell.
        case tooLarge(bytes: Int64?, limit: Int)
        /// All manifests together; in bytes.
        case totalTooLarge(limit: Int)
        case tooManyFiles(limit: Int)
        case tooManyFolders(limit: Int)
        /// A pattern to include or exclude that cannot be read.
        case badPattern(String)
        case badYAML(YAMLFailure)
        /// An object that no API server would take: what is wrong with which member.
        case badManifest(ManifestOrigin, field: String, problem: String)
        /// The user's own rules that cannot be read: where in the file, and why.
        case badRules(String)
        /// Of a file that is to hold one object.
        case notOneObject(documents: Int)
    }

    /// Relative to the source; the source itself as the caller named it.
    public var path: String
    public var reason: Reason

    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}

extension RenderFailure: CustomStringConvertible {
    /// The sentence for people. Addresses that the source's files hold are shown without what may be secret (I8).
    public var message: String { sentence.withoutPassword }

    private var sentence: String {
        switch reason {
        case .noSuchDirectory: "\(path): no such directory"
        case .noSuchFile: "\(path): no such file"
        case .notADirectory:
            "\(path): neither a directory nor a file; to read what another program prints, say -"
        case .notRendered(let tool):
            "\(path): \(tool) are no manifests; name its folder as the source, without options for directories, or leave "
                + "it out by a pattern"
        case .refused(let problem): "\(path): \(problem)"
        case .toolMissing(let problem): "\(path) cannot be rendered: \(problem)"
        case .toolFailed(let program, let problem, _): "\(path) cannot be rendered: \(program): \(problem)"
        case .unwritable(let problem): "\(path): cannot be written: \(problem)"
        case .notAFile: "\(path): not a regular file; folders, pipes, sockets and devices are not read"
        case .leadsOutside: "\(path): a link that leads out of the source"
        case .danglingLink: "\(path): a link that leads nowhere"
        case .badName: "\(path): the name is not UTF-8"
        case .unreadable(let problem): "\(path): cannot be read: \(problem)"
        case .tooLarge(let bytes?, let limit):
            "manifest \(path) is \(ByteCount(bytes)), the limit is \(ByteCount(Int64(limit)))"
        case .tooLarge(nil, let limit):
            "manifest \(path) is larger than the limit of \(ByteCount(Int64(limit)))"
        case .totalTooLarge(let limit):
            "\(path): all manifests together are larger than the limit of \(ByteCount(Int64(limit)))"
        case .tooManyFiles(let limit): "\(path): more than \(limit) files"
        case .tooManyFolders(let limit): "\(path): more than \(limit) folders inside one another"
        case .badPattern(let problem): "pattern \"\(path)\": \(problem)"
        case .badYAML(let failure): "\(path): \(failure.message)"
        case .badManifest(let origin, _, let problem): "\(origin): \(problem)"
        case .badRules(let problem): "rules in \(path): \(problem)"
        case .notOneObject(let count): "\(path): must hold one object; it has \(count) documents"
        }
    }

    public var description: String { message }

    /// Whether trying again, with nothing changed, might succeed.
    public var isTransient: Bool {
        if case .toolFailed(_, _, let isTransient) = reason { isTransient } else { false }
    }
}

/// A number of bytes for people: `64 MiB`, `1.5 KiB`, `17 bytes`.
struct ByteCount: CustomStringConvertible {
    var bytes: Int64

    init(_ bytes: Int64) {
        self.bytes = bytes
    }

    var description: String {
        let units: [(String, Int64)] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
        guard let (unit, size) = units.first(where: { bytes >= $0.1 }) else { return "\(bytes) bytes" }
        let tenths = bytes % size * 10 / size
        return tenths == 0 ? "\(bytes / size) \(unit)" : "\(bytes / size).\(tenths) \(unit)"
    }
}
