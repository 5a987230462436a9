import FoundationEssentials
import Glibc
import KubeYAML
import SyncEngine
public import SystemPackage

extension GitTree {
    /// Puts all files of the commit into a folder, once; whoever asks later gets the same folder.
    ///
    /// The files are as they are in the repository: no filter has changed them, no hook has run. Links are links, each of
    /// them seen to lead to something in the folder.
    ///
    /// - Returns: The folder. It is shared: nobody may write to it. It stays as long as this is there.
    /// - Throws: ``SourceFailure`` if a link leads out, or if there is more than the limits allow.
    public func checkOut() async throws(SourceFailure) -> FilePath {
        let place = copy.checkOuts.appending(commit)
        guard !copy.exists(place) else { return place }
        let listing = try await self.listing(of: .top)
        let bytes = listing.entries.reduce(0) { $0 + $1.bytes }
        guard bytes <= limits.git.checkOutBytes else {
            throw SourceFailure(
                name, .tooLarge(what: "what is to be checked out", limit: limits.git.checkOutBytes))
        }
        let targets = try await self.targets(in: listing)
        let links = TreeLinks(listing, targets: targets)
        for path in targets.keys.sorted() {
            do throws(SourceFailure) {
                _ = try links.target(of: path)
            } catch {
                // A link to nowhere harms nobody who does not follow it.
                guard error.reason == .danglingLink else {
                    // Another source than the one that has the link may have been asked for: say whose it is.
                    throw SourceFailure("\(error.subject) in \(name)", error.reason)
                }
            }
        }
        let new = copy.checkOuts.appending("new-\(UInt64.random(in: .min ... .max))")
        defer { copy.remove(new) }
        try await write(listing, targets, links, to: new)
        guard unsafe rename(new.string, place.string) == 0 || copy.exists(place) else {
            throw SourceFailure(name, .cache("cannot be checked out: \(Errno(rawValue: errno))"))
        }
        return place
    }

    private func write(
        _ listing: TreeListing, _ targets: [String: String], _ links: TreeLinks, to folder: FilePath
    ) async throws(SourceFailure) {
        try make(folder)
        var made: Set<String> = [""]
        var batch: [(path: String, entry: TreeListing.Entry)] = []
        var bytes = 0
        for entry in listing.entries {
            guard !entry.path.unicodeScalars.contains("\u{FFFD}") else {
                throw SourceFailure(entry.path, .badName)
            }
            let parent = entry.kind == .submodule ? entry.path : entry.path.parentPath
            try makeParents(parent, in: folder, &made)
            if entry.kind == .submodule { try mark(folder.appending(entry.path), entry.path) }
            guard case .file = entry.kind else { continue }
            batch.append((entry.path, entry))
            bytes += entry.bytes
            if bytes > 16 << 20 || batch.count >= 2000 {
                try await write(batch, to: folder)
                (batch, bytes) = ([], 0)
            }
        }
        try await write(batch, to: folder)
        // Last, when nothing is written any more that could go through one.
        for (path, target) in targets where (try? links.target(of: path)) != nil {
            guard unsafe symlink(target, folder.appending(path).string) == 0 else { throw failure(path) }
        }
    }

    private func makeParents(_ path: String, in folder: FilePath, _ made: inout Set<String>)
        throws(SourceFailure)
    {
        guard !made.contains(path) else { return }
        try makeParents(path.parentPath, in: folder, &made)
        try make(folder.appending(path))
        made.insert(path)
    }

    private func make(_ folder: FilePath) throws(SourceFailure) {
        guard unsafe mkdir(folder.string, 0o755) == 0 else {
            throw failure(folder.lastComponent?.string ?? "")
        }
    }

    private func write(_ batch: [(path: String, entry: TreeListing.Entry)], to folder: FilePath)
        async throws(SourceFailure)
    {
        var reader = self
        // All together were bounded before; one may be as large as all.
        reader.limits.manifest.bytes = limits.git.checkOutBytes
        reader.limits.totalBytes = limits.git.checkOutBytes
        for file in try await reader.contents(of: batch) {
            do {
                let opened = try FileDescriptor.open(
                    folder.appending(file.path), .writeOnly,
                    options: [.create, .exclusiveCreate, .noFollow, .closeOnExec],
                    permissions: file.isExecutable
                        ? [.ownerReadExecute, .groupReadExecute, .otherReadExecute]
                        : [.ownerRead, .groupRead, .otherRead])
                _ = try opened.closeAfter { try opened.writeAll(file.content) }
            } catch {
                throw SourceFailure(file.path, .cache("cannot be checked out: \(error)"))
            }
        }
    }

    /// Leaves word that a folder is empty because a submodule was not read.
    private func mark(_ folder: FilePath, _ path: String) throws(SourceFailure) {
        do {
            let file = try FileDescriptor.open(
                folder.appending(FolderWalk.submoduleMark), .writeOnly,
                options: [.create, .exclusiveCreate, .noFollow, .closeOnExec], permissions: [.ownerRead])
            try file.close()
        } catch {
            throw SourceFailure(path, .cache("cannot be checked out: \(error)"))
        }
    }

    private func failure(_ path: String) -> SourceFailure {
        SourceFailure(path, .cache("cannot be checked out: \(Errno(rawValue: errno))"))
    }
}

extension String {
    /// The folder that a path's last part is in; empty at the top.
    fileprivate var parentPath: String {
        guard let slash = lastIndex(of: "/") else { return "" }
        return String(self[..<slash])
    }
}
