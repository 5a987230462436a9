import Foundation
import SyncController
import SyncSources
import SystemPackage
import TestSupport
import Testing

/// The room that copies of repositories take.
@Suite("upkeep of repositories", .timeLimit(.minutes(1)))
struct RepositoryUpkeepTests {
    @Test("I6 copies that are old go at the start and every ten minutes, also after a failure")
    func trimming() async throws {
        let cache = FileManager.default.temporaryDirectory.appending(path: "upkeep-\(UUID())").path
        defer { try? FileManager.default.removeItem(atPath: cache) }
        let clock = ManualClock()
        let upkeep = RepositoryUpkeep(
            GitRepositories(GitRepositories.Settings(cache: FilePath(cache))), clock: clock)

        // A file where the folder should be: nothing can be trimmed.
        #expect(FileManager.default.createFile(atPath: cache, contents: nil))
        await withTaskGroup { group in
            group.addTask { await upkeep.run() }
            await clock.sleeper(for: .seconds(600))
            group.cancelAll()
        }
        try FileManager.default.removeItem(atPath: cache)

        try await withThrowingTaskGroup { group in
            let first = try Self.copy(in: cache)
            group.addTask { await upkeep.run() }
            await clock.sleeper(for: .seconds(600))
            #expect(!FileManager.default.fileExists(atPath: first))
            let second = try Self.copy(in: cache)
            clock.advance(by: .seconds(600))
            await clock.sleeper(for: .seconds(600))
            #expect(!FileManager.default.fileExists(atPath: second))
            group.cancelAll()
        }
    }

    /// A copy that nobody has used for years.
    private static func copy(in cache: String) throws -> String {
        let copy = "\(cache)/copy"
        try FileManager.default.createDirectory(atPath: copy, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: "\(copy)/use.lock"))
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000_000_000)], ofItemAtPath: "\(copy)/use.lock")
        return copy
    }
}
