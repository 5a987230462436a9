import SyncEngine

/// Where the links of a commit lead, found on its listing alone: no file system is asked.
struct TreeLinks: Sendable {
    /// What a link leads to.
    enum Target: Hashable, Sendable {
        case file(TreeListing.Entry)
        case folder(String)
    }

    private var files: [String: TreeListing.Entry] = [:]
    private var folders: Set<String> = [""]
    private let links: SourceLinks

    /// Prepares.
    ///
    /// - Parameters:
    ///   - listing: Of the whole commit.
    ///   - targets: What is written in each of its links, by path.
    init(_ listing: TreeListing, targets: [String: String]) {
        links = SourceLinks(targets)
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
        let way = try links.follow(path) { here, isEnd throws(SourceFailure) in
            guard folders.contains(here) || isEnd && files[here] != nil else {
                throw SourceFailure(path, .danglingLink)
            }
        }
        return files[way.end].map(Target.file) ?? .folder(way.end)
    }
}
