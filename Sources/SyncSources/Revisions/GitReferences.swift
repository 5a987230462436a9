/// The branches and tags of a repository, as its server lists them.
struct GitReferences: Hashable, Sendable {
    /// What a revision is.
    enum Resolution: Hashable, Sendable {
        /// A commit, and the name that led to it; `nil` where a commit was asked for.
        case commit(String, reference: String?)
        /// Perhaps the beginning of a commit's id; what is not listed has to be looked up in a copy.
        case short(String)
        case unknown
    }

    /// The commits, by whole name; those of tags that are objects of their own are what the tags point to.
    private(set) var commits: [String: String] = [:]

    /// Reads what `git ls-remote` prints; lines that are none are passed over.
    init(_ listing: [UInt8]) {
        for line in listing.split(separator: UInt8(ascii: "\n")) {
            let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
            guard parts.count == 2 else { continue }
            let id = String(decoding: parts[0], as: UTF8.self)
            let name = String(decoding: parts[1], as: UTF8.self)
            guard CommitID.isWhole(id) else { continue }
            if name.hasSuffix("^{}") {
                commits[String(name.dropLast(3))] = id
            } else if commits[name] == nil {
                commits[name] = id
            }
        }
    }

    /// Finds what a revision is: whole names go before short ones, branches before tags, names before commits.
    func resolve(_ revision: GitRevision) -> Resolution {
        switch revision {
        case .head: commits["HEAD"].map { .commit($0, reference: "HEAD") } ?? .unknown
        case .commit(let id): .commit(id, reference: nil)
        case .name(let name): resolve(name)
        case .range(let range, let text):
            if let tag = range.newest(of: tags) { resolve("refs/tags/\(tag)") } else { resolve(text) }
        }
    }

    private var tags: [String] {
        let prefix = "refs/tags/"
        return commits.keys.filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
    }

    private func resolve(_ name: String) -> Resolution {
        for reference in [name, "refs/heads/\(name)", "refs/tags/\(name)", "refs/\(name)"] {
            if let commit = commits[reference] { return .commit(commit, reference: reference) }
        }
        guard CommitID.isShort(name) else { return .unknown }
        let start = name.lowercased()
        let found = Set(commits.values.filter { $0.hasPrefix(start) })
        if found.count == 1, let commit = found.first { return .commit(commit, reference: nil) }
        return .short(start)
    }
}
