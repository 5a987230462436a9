import SyncEngine

/// The links of a commit, and what a path stands for through them. Pure: no file system is asked.
struct SourceLinks: Hashable, Sendable {
    /// Where a path leads.
    struct Way: Hashable {
        /// Without links.
        var end: String
        /// The links that were followed.
        var links: [String] = []
    }

    /// What a path stands for.
    struct Reach: Hashable {
        /// Where it leads; `nil`: nowhere within the repository.
        var end: SourcePath?
        /// What it depends on: its end, the links on the way, and the same of each link that leads out of it.
        var all: Set<SourcePath> = []
    }

    /// As the kernel bounds it.
    private static let mostHops = 40
    /// What depends on more than this is not worth looking at one by one.
    static let mostPaths = 1000

    /// What is written in each link, by its path.
    private let targets: [String: String]
    /// The links, in byte order.
    private let places: [String]

    init(_ targets: [String: String]) {
        self.targets = targets
        places = targets.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Follows a path from the repository's top to its end, through all links on the way.
    ///
    /// - Parameters:
    ///   - path: From the repository's top.
    ///   - pass: Called with each place on the way that is no link, and whether it is the end.
    /// - Returns: The way.
    /// - Throws: ``SourceFailure`` if it leads out of the repository or in a circle, and what `pass` throws.
    func follow(
        _ path: String, pass: (_ here: String, _ isEnd: Bool) throws(SourceFailure) -> Void = { _, _ in }
    ) throws(SourceFailure) -> Way {
        // The next part comes last.
        var ahead = Array(path.split(separator: "/").reversed())
        var behind: [Substring] = []
        var way = Way(end: "")
        while let part = ahead.popLast() {
            if part == "." { continue }
            if part == ".." {
                guard behind.popLast() != nil else { throw SourceFailure(path, .leadsOutside) }
                continue
            }
            behind.append(part)
            let here = behind.joined(separator: "/")
            guard let target = targets[here] else {
                try pass(here, ahead.isEmpty)
                continue
            }
            way.links.append(here)
            guard way.links.count <= Self.mostHops else { throw SourceFailure(path, .circularLink) }
            guard !target.hasPrefix("/") else { throw SourceFailure(path, .leadsOutside) }
            behind.removeLast()
            ahead += target.split(separator: "/").reversed()
            guard ahead.count <= 4096 else { throw SourceFailure(path, .circularLink) }
        }
        way.end = behind.joined(separator: "/")
        return way
    }

    /// What a path stands for, which is all that has to stay the same for it to stay the same.
    ///
    /// - Parameter path: A file or folder, there or not.
    /// - Returns: `nil` if it depends on too much: then it is as good as the whole commit.
    func reach(of path: SourcePath) -> Reach? {
        guard !targets.isEmpty else { return Reach(end: path, all: [path]) }
        guard let way = followed(path.text), let end = SourcePath(way.end) else { return Reach() }
        var reach = Reach(end: end)
        var waiting = [way]
        while let way = waiting.popLast() {
            let ends = [way.end] + way.links
            let new = Set(ends.compactMap { SourcePath($0) }).subtracting(reach.all)
            reach.all.formUnion(new)
            guard reach.all.count <= Self.mostPaths else { return nil }
            guard let folder = SourcePath(way.end), new.contains(folder) else { continue }
            for link in links(in: folder) {
                guard let out = followed(link) else { continue }
                let isWithin = ([out.end] + out.links).allSatisfy { SourcePath($0)?.isInside(folder) == true }
                guard !isWithin else { continue }
                waiting.append(out)
                guard waiting.count <= Self.mostPaths else { return nil }
            }
        }
        return reach
    }

    /// `nil` for what leads nowhere, or out: nothing is read through it.
    private func followed(_ path: String) -> Way? {
        do throws(SourceFailure) {
            return try follow(path)
        } catch {
            return nil
        }
    }

    /// The links in a folder and in all folders in it.
    private func links(in folder: SourcePath) -> ArraySlice<String> {
        guard folder != .top else { return places[...] }
        let prefix = "\(folder.text)/".utf8
        var (low, high) = (places.startIndex, places.endIndex)
        while low < high {
            let middle = low + (high - low) / 2
            if places[middle].utf8.lexicographicallyPrecedes(prefix) {
                low = middle + 1
            } else {
                high = middle
            }
        }
        return places[low...].prefix { $0.utf8.starts(with: prefix) }
    }
}

extension SourceLinks.Reach {
    /// What changes if and only if something of it does; `nil` if it leads to nothing.
    ///
    /// - Parameter ids: Of all that it depends on; nothing, for what is not there.
    /// - Returns: The id of where it leads, or a hash of all where links are on the way.
    func id(by ids: [SourcePath: String?]) -> String? {
        guard let end, let id = ids[end] ?? nil else { return nil }
        guard all.count > 1 else { return id }
        let parts = all.sorted { $0.text < $1.text }.map { "\($0.text)=\((ids[$0] ?? nil) ?? "")" }
        return SHA256.hash(parts.joined(separator: "\n").utf8).hexadecimal
    }
}
