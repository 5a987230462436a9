import FoundationEssentials
import Glibc
import SystemPackage

/// Our copy of a repository: a folder with a bare repository, with checked out commits, and with locks.
struct GitCopy: Sendable {
    /// Named for the repository; see ``name(of:)``.
    let folder: FilePath

    /// The bare repository.
    var git: FilePath { folder.appending("git") }
    var checkOuts: FilePath { folder.appending("commits") }
    private var brokenMark: FilePath { folder.appending("broken") }

    /// Half of the SHA-256 of the repository's identity, in hexadecimal digits.
    static func name(of url: RepositoryURL) -> String {
        SHA256.hash(url.identity.utf8).prefix(16).hexadecimal
    }

    /// Held by whoever reads; whoever wants to remove the copy needs it alone.
    func use(_ kind: FileLock.Kind) throws -> FileLock? {
        try FileLock.take(folder.appending("use.lock"), kind)
    }

    /// Needed by whoever changes the bare repository.
    func change() throws -> FileLock? {
        try FileLock.take(folder.appending("change.lock"), .alone)
    }

    /// Whether a commit is there, whole: its reference is written when all of it is.
    func has(_ commit: String) -> Bool {
        exists(reference(commit)) && !exists(brokenMark)
    }

    /// The file that says so.
    func reference(_ commit: String) -> FilePath { git.appending("refs/syncctl/\(commit)") }

    /// What was read did not hold together: the copy is to be made anew.
    func markBroken() {
        do {
            try FileDescriptor.open(
                brokenMark, .writeOnly, options: [.create, .closeOnExec], permissions: .ownerReadWrite
            ).close()
        } catch {
            // Then it is found broken the next time.
        }
    }

    /// Makes the bare repository ready for a fetch: there, not broken, and without leftovers of a fetch that was killed.
    ///
    /// For whoever may change it.
    func prepare(_ make: (FilePath) async throws(SourceFailure) -> Void) async throws(SourceFailure) {
        if exists(brokenMark) {
            remove(git)
            remove(brokenMark)
        }
        if !exists(git.appending("HEAD")) || !exists(git.appending("objects")) {
            remove(git)
            let new = folder.appending("new")
            remove(new)
            try await make(new)
            guard unsafe rename(new.string, git.string) == 0 else {
                throw SourceFailure(git.string, .cache("cannot be made: \(Errno(rawValue: errno))"))
            }
        }
        removeLeftovers()
    }

    /// Removes what a fetch has left that did not come to its end. For whoever may change the copy.
    func removeLeftovers() {
        for name in ["shallow.lock", "packed-refs.lock", "config.lock", "HEAD.lock"] {
            remove(git.appending(name))
        }
        for name in names(in: packs) where name.hasPrefix("tmp_") { remove(packs.appending(name)) }
        for name in names(in: git.appending("refs/syncctl")) where name.hasSuffix(".lock") {
            remove(git.appending("refs/syncctl/\(name)"))
        }
    }

    private var packs: FilePath { git.appending("objects/pack") }

    /// Whether a fetch was ended because it brought too much: then its last pack has just reached the bound.
    func hasPack(of bytes: Int) -> Bool {
        names(in: packs).contains { name in
            guard name.hasPrefix("tmp_"), let status = try? Stat(packs.appending(name)) else { return false }
            return status.size >= bytes
        }
    }

    /// How many packs there are.
    var packCount: Int { names(in: packs).count { $0.hasSuffix(".pack") } }

    /// The commits that nobody has used for an hour, so that nobody reads them now.
    ///
    /// - Parameter count: How many stay anyway, of those that were used last.
    /// - Returns: Whole ids.
    func unusedCommits(besides count: Int) -> [String] {
        let found = names(in: git.appending("refs/syncctl")).compactMap { name in
            lastUse(reference(name)).map { (name: name, seconds: $0) }
        }
        return found.sorted { $0.seconds > $1.seconds }.dropFirst(count)
            .filter { $0.seconds < time(nil) - 3600 }.map(\.name)
    }

    /// When something was touched last, in seconds since 1970; `nil` if it is not there.
    func lastUse(_ path: FilePath) -> Int? {
        do {
            return try Stat(path).st_mtim.tv_sec
        } catch {
            return nil
        }
    }

    /// Notes that the copy, and a commit in it, was used now.
    func touch(_ commit: String) {
        // What cannot be noted is only removed sooner.
        for path in [reference(commit), folder.appending("use.lock"), checkOuts.appending(commit)] {
            _ = unsafe utimensat(AT_FDCWD, path.string, nil, 0)
        }
    }

    func names(in folder: FilePath) -> [String] {
        do {
            return try FolderEntries(folder).names(limit: 100_000)
        } catch {
            // A folder that is not there holds nothing.
            return []
        }
    }

    func exists(_ path: FilePath) -> Bool { unsafe access(path.string, F_OK) == 0 }

    func remove(_ path: FilePath) {
        // What is not there need not go, and what cannot go is in nobody's way.
        try? FileManager.default.removeItem(atPath: path.string)
    }
}
