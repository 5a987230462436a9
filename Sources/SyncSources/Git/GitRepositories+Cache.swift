import FoundationEssentials
import Glibc
import SystemPackage

extension GitRepositories {
    /// The folder with the copies, there and for us alone; leftovers of processes that died are removed.
    func makeReady() throws(SourceFailure) {
        guard !isReady else { return }
        let calls = settings.cache.appending("calls")
        do {
            try FileManager.default.createDirectory(
                atPath: calls.string, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        } catch {
            throw SourceFailure(settings.cache.string, .cache("cannot be made: \(error)"))
        }
        guard unsafe chmod(settings.cache.string, 0o700) == 0 else {
            throw SourceFailure(settings.cache.string, .cache("is not ours: \(Errno(rawValue: errno))"))
        }
        // A call is long over by then, and may have left a credential.
        let copy = GitCopy(folder: settings.cache)
        for name in copy.names(in: calls) {
            let old = calls.appending(name)
            if let seconds = copy.lastUse(old), seconds < time(nil) - 7200 { copy.remove(old) }
        }
        isReady = true
    }

    /// Makes the folder of a copy, and keeps others from removing it.
    func lock(_ copy: GitCopy) async throws(SourceFailure) -> FileLock {
        try await wait(for: copy) {
            for folder in [copy.folder, copy.checkOuts] where !copy.exists(folder) {
                guard unsafe mkdir(folder.string, 0o700) == 0 || errno == EEXIST else {
                    throw Errno(rawValue: errno)
                }
            }
            return try copy.use(.shared)
        }
    }

    /// Waits until no other process changes the copy.
    func change(_ copy: GitCopy) async throws(SourceFailure) -> FileLock {
        try await wait(for: copy) { try copy.change() }
    }

    private func wait(for copy: GitCopy, _ take: () throws -> FileLock?) async throws(SourceFailure)
        -> FileLock
    {
        let time = settings.limits.git.fetchTime
        let end = clock.now + time
        while clock.now < end {
            do {
                if let lock = try take() { return lock }
            } catch {
                throw SourceFailure(copy.folder.string, .cache("cannot be locked: \(error)"))
            }
            do {
                try await clock.sleep(for: .milliseconds(50))
            } catch {
                throw SourceFailure(copy.folder.string, .cancelled)
            }
        }
        throw SourceFailure(copy.folder.string, .timedOut(what: "waiting for another process", time))
    }

    /// Removes copies that nobody has used for long, and while all are too large those that were used least recently; none
    /// that is in use, also by another process.
    ///
    /// - Returns: How many bytes are left.
    @discardableResult
    public func trim() throws(SourceFailure) -> Int {
        try makeReady()
        let root = GitCopy(folder: settings.cache)
        var copies = root.names(in: settings.cache).filter { $0 != "calls" }.map { name in
            let copy = GitCopy(folder: settings.cache.appending(name))
            return CachedCopy(
                copy: copy, bytes: FolderSize.bytes(in: copy.folder),
                seconds: copy.lastUse(copy.folder.appending("use.lock")) ?? 0)
        }
        copies.sort { $0.seconds < $1.seconds }
        var total = copies.reduce(0) { $0 + $1.bytes }
        let oldest = time(nil) - Int(settings.limits.git.cacheTime.components.seconds)
        for cached in copies where cached.seconds < oldest || total > settings.limits.git.cacheBytes {
            if remove(cached.copy) { total -= cached.bytes }
        }
        return total
    }

    /// Removes a copy, if nobody has it.
    private func remove(_ copy: GitCopy) -> Bool {
        do {
            guard let change = try copy.change(), let use = try copy.use(.alone) else { return false }
            // Moved first, so that nobody finds half of it.
            let gone = settings.cache.appending("calls/gone-\(UInt64.random(in: .min ... .max))")
            guard unsafe rename(copy.folder.string, gone.string) == 0 else { return false }
            copy.remove(gone)
            withExtendedLifetime((change, use)) {}
            return true
        } catch {
            // A copy that cannot be locked is not ours to remove.
            return false
        }
    }
}

/// A copy, with what decides whether it stays.
private struct CachedCopy {
    var copy: GitCopy
    var bytes: Int
    /// When it was used last, since 1970.
    var seconds: Int
}

/// How much a folder holds.
enum FolderSize {
    /// The bytes of its files and those of the folders in it; links are not followed.
    static func bytes(in folder: FilePath) -> Int {
        var total = 0
        var folders = [folder]
        while let folder = folders.popLast() {
            for name in GitCopy(folder: folder).names(in: folder) {
                let path = folder.appending(name)
                // What is removed at this moment counts for nothing.
                guard let status = try? Stat(path, followTargetSymlink: false) else { continue }
                if status.type == .directory { folders.append(path) } else { total += Int(status.size) }
            }
        }
        return total
    }
}
