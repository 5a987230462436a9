/// What a commit holds, as `git ls-tree -r -z -l` lists it. Nothing of it has been read yet.
struct TreeListing: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case file(isExecutable: Bool)
        case link
        /// Another repository at this place.
        case submodule
    }

    struct Entry: Hashable, Sendable {
        var kind: Kind
        var id: String
        var bytes: Int
        /// Relative to what is listed.
        var path: String
    }

    /// In byte order of the paths, as git keeps them.
    private(set) var entries: [Entry] = []

    /// Reads a listing.
    ///
    /// - Parameters:
    ///   - output: What git printed.
    ///   - subject: For messages: the repository or the folder.
    ///   - limits: Bounds on entries and depth.
    /// - Throws: ``SourceFailure`` for too many entries, and for names with which one could leave the folder.
    init(_ output: [UInt8], of subject: String, limits: SourceLimits) throws(SourceFailure) {
        for record in output.split(separator: 0) {
            guard entries.count < limits.files else {
                throw SourceFailure(subject, .tooManyFiles(limit: limits.files))
            }
            guard let entry = Self.entry(record) else {
                throw SourceFailure(subject, .git("it lists what cannot be understood"))
            }
            try Self.check(entry.path, limits)
            entries.append(entry)
        }
    }

    /// `<mode> <type> <id> <size>\t<path>`, the size right-aligned.
    private static func entry(_ record: ArraySlice<UInt8>) -> Entry? {
        guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { return nil }
        let fields = record[..<tab].split(separator: UInt8(ascii: " ")).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard fields.count == 4, CommitID.isWhole(fields[2]) else { return nil }
        let kind: Kind
        switch (fields[0], fields[1]) {
        case ("120000", "blob"): kind = .link
        case ("160000", _): kind = .submodule
        case (let mode, "blob"): kind = .file(isExecutable: mode == "100755")
        default: return nil
        }
        let bytes = kind == .submodule ? 0 : Int(fields[3])
        guard let bytes, bytes >= 0 else { return nil }
        // What is not UTF-8 becomes U+FFFD, and is refused where it would be read.
        let path = String(decoding: record[record.index(after: tab)...], as: UTF8.self)
        return Entry(kind: kind, id: fields[2], bytes: bytes, path: path)
    }

    private static func check(_ path: String, _ limits: SourceLimits) throws(SourceFailure) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= limits.depth + 1 else {
            throw SourceFailure(
                String(path.prefix(100)), .badPath("more than \(limits.depth) folders inside one another"))
        }
        let isBad = parts.contains { $0.isEmpty || $0 == "." || $0 == ".." || $0.lowercased() == ".git" }
        guard !isBad else { throw SourceFailure(path, .badName) }
    }
}
