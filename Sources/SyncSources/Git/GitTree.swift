import KubeYAML
public import SyncEngine
import SystemPackage

/// A commit of a repository: its files can be read, without a work tree, straight from our copy.
///
/// While this is there, the copy is not removed.
public struct GitTree: Sendable {
    /// The whole id.
    public let commit: String
    /// The repository, as it is shown.
    let name: String
    let copy: GitCopy
    let program: GitProgram
    var limits: SourceLimits
    /// Nobody removes the copy as long as somebody holds this.
    let use: FileLock

    /// Reads the files in a folder and all folders in it.
    ///
    /// - Parameter path: The folder.
    /// - Returns: In byte order of the paths, relative to the folder. A link to a file counts as a file.
    /// - Throws: ``SourceFailure`` if there is no such folder, if a link leads nowhere or out of the repository, or if
    ///   there is more than the limits allow.
    public func files(under path: SourcePath) async throws(SourceFailure) -> [SourceFile] {
        try await folder(at: path).files
    }

    /// Reads files in a folder and all folders in it.
    ///
    /// - Parameters:
    ///   - path: The folder.
    ///   - isWanted: Says by a file's path, relative to the folder, whether it is read at all.
    /// - Returns: The files, and what was left out.
    /// - Throws: ``SourceFailure``, as of ``files(under:)``, about nothing but what is wanted.
    public func folder(
        at path: SourcePath, where isWanted: @Sendable (String) -> Bool = { _ in true }
    ) async throws(SourceFailure) -> SourceFolder {
        let listing = try await self.listing(of: path)
        var chosen: [(path: String, entry: TreeListing.Entry)] = []
        var skipped: [SkippedFile] = []
        var links: TreeLinks?
        for entry in listing.entries {
            let isGood = !entry.path.unicodeScalars.contains("\u{FFFD}")
            switch entry.kind {
            case .submodule: skipped.append(SkippedFile(path: entry.path, reason: .submodule))
            case .file:
                guard isWanted(entry.path) else { continue }
                guard isGood else { throw SourceFailure(entry.path, .badName) }
                chosen.append((entry.path, entry))
            case .link:
                guard isGood else { continue }
                if links == nil { links = try await allLinks() }
                let place = path.text.isEmpty ? entry.path : "\(path.text)/\(entry.path)"
                switch try Self.target(of: place, in: links, isWanted: isWanted(entry.path)) {
                case .file(let file): chosen.append((entry.path, file))
                case .folder: skipped.append(SkippedFile(path: entry.path, reason: .linkedFolder))
                case nil: continue
                }
            }
        }
        return SourceFolder(files: try await contents(of: chosen), skipped: skipped)
    }

    /// `nil` for a link that nobody wants, and that does not lead to a folder.
    private static func target(of place: String, in links: TreeLinks?, isWanted: Bool) throws(SourceFailure)
        -> TreeLinks.Target?
    {
        guard let links else { return nil }
        do {
            let target = try links.target(of: place)
            if case .file = target, !isWanted { return nil }
            return target
        } catch {
            guard isWanted else { return nil }
            throw error
        }
    }

    /// The id of a folder or file, which changes if and only if something in it does; `nil` if there is none.
    ///
    /// Links in it count as what is written in them, not as what they lead to.
    public func treeID(of path: SourcePath) async throws(SourceFailure) -> String? {
        try await treeIDs(of: [path])[path]
    }

    /// The ids of many folders or files; without those that are not there.
    public func treeIDs(of paths: [SourcePath]) async throws(SourceFailure) -> [SourcePath: String] {
        let names = paths.map { "\(commit):\($0.text)" }
        let output = try await batch("--batch-check=%(objectname)", names, bytes: names.count * 8192 + 4096)
        let lines = output.split(separator: UInt8(ascii: "\n"))
        guard lines.count == names.count else { throw broken("it answers for other paths") }
        var ids: [SourcePath: String] = [:]
        for (path, line) in zip(paths, lines) {
            let id = String(decoding: line, as: UTF8.self)
            if CommitID.isWhole(id) { ids[path] = id }
        }
        return ids
    }
}

extension GitTree {
    /// Lists a folder.
    func listing(of path: SourcePath) async throws(SourceFailure) -> TreeListing {
        let root = path.text.isEmpty ? "\(commit)^{tree}" : "\(commit):\(path.text)"
        let call = GitProgram.Call(
            what: "reading", arguments: ["ls-tree", "-r", "-z", "-l", "--full-tree", root],
            time: limits.git.readTime, outputBytes: limits.files * 1024)
        let result = try await program.read(call, in: copy.git, of: name)
        guard result.isSuccess else { throw try await missing(path, result) }
        return try TreeListing(
            result.standardOutput, of: path.text.isEmpty ? name : path.text, limits: limits)
    }

    /// Why a folder cannot be listed.
    private func missing(_ path: SourcePath, _ result: ProcessResult) async throws(SourceFailure)
        -> SourceFailure
    {
        guard path != .top, try await treeID(of: .top) != nil else {
            return broken(GitComplaint(text: result.standardError, secrets: []).text)
        }
        return SourceFailure(path.text, try await treeID(of: path) == nil ? .noSuchPath : .notAFolder)
    }

    /// The copy does not hold what it should: it is made anew when it is asked for again.
    func broken(_ problem: String) -> SourceFailure {
        copy.markBroken()
        return SourceFailure(name, .cache(problem.split(whereSeparator: \.isNewline).joined(separator: "; ")))
    }

    /// All links of the commit.
    func allLinks() async throws(SourceFailure) -> TreeLinks {
        let listing = try await self.listing(of: .top)
        return TreeLinks(listing, targets: try await targets(in: listing))
    }

    /// What is written in each link of the commit, by its path.
    func links() async throws(SourceFailure) -> [String: String] {
        try await targets(in: try await listing(of: .top))
    }

    /// What is written in the links of a listing, by path.
    func targets(in listing: TreeListing) async throws(SourceFailure) -> [String: String] {
        var links: [(path: String, entry: TreeListing.Entry)] = []
        for entry in listing.entries where entry.kind == .link {
            guard (1...4096).contains(entry.bytes) else { throw SourceFailure(entry.path, .danglingLink) }
            links.append((entry.path, entry))
        }
        var targets: [String: String] = [:]
        for file in try await contents(of: links) {
            targets[file.path] = String(decoding: file.content, as: UTF8.self)
        }
        return targets
    }

    /// Reads entries; sizes are checked before anything is read.
    func contents(of entries: [(path: String, entry: TreeListing.Entry)]) async throws(SourceFailure)
        -> [SourceFile]
    {
        guard !entries.isEmpty else { return [] }
        var total = 0
        for (path, entry) in entries {
            guard entry.bytes <= limits.manifest.bytes else {
                throw SourceFailure(path, .tooLarge(what: "the file", limit: limits.manifest.bytes))
            }
            total += entry.bytes
            guard total <= limits.totalBytes else {
                throw SourceFailure(name, .tooLarge(what: "all that is to be read", limit: limits.totalBytes))
            }
        }
        let output = try await batch(
            "--batch", entries.map(\.entry.id), bytes: total + entries.count * 128 + 4096)
        var reader = BatchReader(output)
        var files: [SourceFile] = []
        for (path, entry) in entries {
            guard let content = reader.next(entry.id) else { throw broken("the file \(path) cannot be read") }
            files.append(
                SourceFile(
                    path: path, content: content, isExecutable: entry.kind == .file(isExecutable: true)))
        }
        return files
    }

    private func batch(_ option: String, _ names: [String], bytes: Int) async throws(SourceFailure) -> [UInt8]
    {
        let call = GitProgram.Call(
            what: "reading", arguments: ["cat-file", option],
            standardInput: Array(names.map { $0 + "\n" }.joined().utf8), time: limits.git.readTime,
            outputBytes: bytes)
        let result = try await program.read(call, in: copy.git, of: name)
        guard result.isSuccess else {
            throw broken(GitComplaint(text: result.standardError, secrets: []).text)
        }
        return result.standardOutput
    }
}

/// Reads what `git cat-file --batch` prints: `<id> <type> <size>`, the content, a line's end.
struct BatchReader {
    private var rest: ArraySlice<UInt8>

    init(_ output: [UInt8]) {
        rest = output[...]
    }

    /// The content of the next object; `nil` if it is another, or not there.
    mutating func next(_ id: String) -> [UInt8]? {
        guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        let head = String(decoding: rest[..<end], as: UTF8.self).split(separator: " ")
        guard head.count == 3, head[0] == id, head[1] == "blob", let bytes = Int(head[2]), bytes >= 0 else {
            return nil
        }
        let start = rest.index(after: end)
        guard rest.endIndex - start > bytes else { return nil }
        defer { rest = rest[(start + bytes + 1)...] }
        return Array(rest[start..<start + bytes])
    }
}
