/// Where the links of a commit lead, found on its listing alone: no file system is asked.
struct TreeLinks: Sendable {
    /// What a link leads to.
    enum Target: Hashable, Sendable {
        case file(TreeListing.Entry)
        case folder(String)
    }

    /// As the kernel bounds it.
    private static let mostHops = 40

    private var files: [String: TreeListing.Entry] = [:]
    private var folders: Set<String> = [""]
    private let targets: [String: String]

    /// Prepares.
    ///
    /// - Parameters:
    ///   - listing: Of the whole commit.
    ///   - targets: What is written in each of its links, by path.
    init(_ listing: TreeListing, targets: [String: String]) {
        self.targets = targets
        for entry in listing.entries {
            var folder = entry.path[...]
            while let slash = folder.lastIndex(of: "/") {
                folder = folder[..<slash]
                guard folders.insert(String(folder)).inserted else { break }
            }
            switch entry.kind {
            case .file: files[entry.path] = entry
            // There is nothing in it.
            case .submodule: folders.insert(entry.path)
            case .link: continue
            }
        }
    }

    /// Follows a path from the repository's top to its end, through all links on the way.
    func target(of path: String) throws(SourceFailure) -> Target {
        var ahead = path.split(separator: "/").map(String.init)
        var behind: [String] = []
        var hops = 0
        while let part = ahead.first {
            ahead.removeFirst()
            if part == "." { continue }
            if part == ".." {
                guard !behind.isEmpty else { throw SourceFailure(path, .leadsOutside) }
                behind.removeLast()
                continue
            }
            let here = (behind + [part]).joined(separator: "/")
            if let target = targets[here] {
                hops += 1
                guard hops <= Self.mostHops else { throw SourceFailure(path, .circularLink) }
                guard !target.hasPrefix("/") else { throw SourceFailure(path, .leadsOutside) }
                ahead = target.split(separator: "/").map(String.init) + ahead
                guard ahead.count <= 4096 else { throw SourceFailure(path, .circularLink) }
            } else if let file = files[here] {
                guard ahead.isEmpty else { throw SourceFailure(path, .danglingLink) }
                return .file(file)
            } else {
                guard folders.contains(here) else { throw SourceFailure(path, .danglingLink) }
                behind.append(part)
            }
        }
        return .folder(behind.joined(separator: "/"))
    }
}
