import Foundation
import KubeServer
import Testing

@testable import KubeArchive

@Suite("a directory of objects")
struct DirectoryArchiveTests {
    private let kept = Kept()
    private var file: String { "\(kept.directory)/objects.db" }

    private func write(_ changes: ArchiveChanges...) throws {
        let archive = try DirectoryArchive(at: kept.directory)
        _ = try archive.load()
        for change in changes { try archive.commit(change) }
    }

    private func failure(_ body: () throws -> Void) -> ArchiveFailure.Reason? {
        do {
            try body()
        } catch {
            return (error as? ArchiveFailure)?.reason
        }
        return nil
    }

    @Test("what was committed is there when it is opened again, in its last state")
    func reopened() throws {
        let b = ArchivedObject.config("b", version: 4)
        try write(
            ArchiveChanges(
                version: 3, kept: [.config("a", version: 2), .config("b", version: 3)], removed: []),
            ArchiveChanges(version: 5, kept: [b], removed: [ArchivedObject.config("a", version: 2).place]))
        #expect(try DirectoryArchive(at: kept.directory).load() == ArchivedState(version: 5, objects: [b]))
    }

    @Test("a directory that somebody has is refused, and free again when it is let go")
    func locked() throws {
        let first = try DirectoryArchive(at: kept.directory)
        #expect(failure { _ = try DirectoryArchive(at: kept.directory) } == .inUse(by: getpid()))
        _ = try first.load()
        withExtendedLifetime(first) {}
    }

    @Test("the directory and its files are for their owner alone")
    func permissions() throws {
        try write(ArchiveChanges(version: 2, kept: [.config("a", version: 2)], removed: []))
        let archive = try DirectoryArchive(at: kept.directory)
        try archive.commit(ArchiveChanges(version: 3, kept: [.config("a", version: 3)], removed: []))
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        #expect(try mode(kept.directory) == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: kept.directory)
        #expect(Set(files) == ["objects.db", "objects.db-wal", "objects.lock"])
        for file in files { #expect(try mode("\(kept.directory)/\(file)") == 0o600, "\(file)") }
    }

    @Test("a directory into which others may write is refused")
    func writableByOthers() throws {
        try FileManager.default.createDirectory(atPath: kept.directory, withIntermediateDirectories: true)
        try FileManager.default.setAttributes([.posixPermissions: 0o770], ofItemAtPath: kept.directory)
        #expect(failure { _ = try DirectoryArchive(at: kept.directory) } == .writableByOthers(mode: 0o770))
    }

    @Test("a path that is no directory is refused")
    func noDirectory() throws {
        try Data("text".utf8).write(to: URL(fileURLWithPath: kept.directory))
        let failure = failure { _ = try DirectoryArchive(at: kept.directory) }
        guard case .refused = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: kept.directory)) == Data("text".utf8))
    }

    @Test("a file that is no database is refused and left as it is", arguments: [10, 600, 50_000])
    func foreign(_ size: Int) throws {
        try FileManager.default.createDirectory(
            atPath: kept.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let content = Data((0..<size).map { UInt8(truncatingIfNeeded: $0 * 7 + 1) })
        try content.write(to: URL(fileURLWithPath: file))
        #expect(failure { _ = try DirectoryArchive(at: kept.directory) } == .foreign("no database"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == content)
    }

    @Test("another program's database is refused and left as it is")
    func otherProgram() throws {
        try FileManager.default.createDirectory(
            atPath: kept.directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try Data().write(to: URL(fileURLWithPath: file))
        try Database(openingFileAt: file).execute("CREATE TABLE theirs (id); INSERT INTO theirs VALUES (1)")
        let content = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(
            failure { _ = try DirectoryArchive(at: kept.directory) }
                == .foreign("a database of another program"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == content)
    }

    @Test("a newer format is refused and left as it is")
    func newer() throws {
        try write(ArchiveChanges(version: 2, kept: [.config("a", version: 2)], removed: []))
        try Database(openingFileAt: file).execute("UPDATE archive SET format = 99")
        let content = try Data(contentsOf: URL(fileURLWithPath: file))
        #expect(
            failure { _ = try DirectoryArchive(at: kept.directory) }
                == .newerFormat(found: 99, known: ArchiveTables.format))
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == content)
    }

    /// What can happen to a file.
    enum Damage: CaseIterable {
        case overwritten
        case cutOff
        case noVersion
        case noObject
        case wrongName
    }

    @Test("a damaged file is reported and left as it is", arguments: Damage.allCases)
    func corrupt(_ damage: Damage) throws {
        let objects = (0..<200).map { ArchivedObject.config("c\($0)", version: 2, size: 500) }
        try write(ArchiveChanges(version: 2, kept: objects, removed: []))
        var content = try Data(contentsOf: URL(fileURLWithPath: file))
        switch damage {
        case .overwritten:
            content.replaceSubrange(20_000..<80_000, with: Data(repeating: 0xA5, count: 60_000))
            try content.write(to: URL(fileURLWithPath: file))
        case .cutOff:
            content.removeLast(50_000)
            try content.write(to: URL(fileURLWithPath: file))
        case .noVersion: try Database(openingFileAt: file).execute("UPDATE archive SET version = -1")
        case .noObject:
            try Database(openingFileAt: file).execute("UPDATE object SET content = X'7B' WHERE name = 'c7'")
        case .wrongName:
            try Database(openingFileAt: file).execute("UPDATE object SET name = 'x' WHERE name = 'c7'")
        }
        let before = try Data(contentsOf: URL(fileURLWithPath: file))
        let failure = failure { _ = try kept.server() }
        guard case .corrupt = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: file)) == before)
    }

    @Test("a commit for which there is no room fails as a whole, and the next smaller one does not")
    func full() throws {
        let archive = try DirectoryArchive(at: kept.directory, sizeLimit: 200_000)
        _ = try archive.load()
        let a = ArchivedObject.config("a", version: 2)
        try archive.commit(ArchiveChanges(version: 2, kept: [a], removed: []))
        let tooMuch = ArchiveChanges(
            version: 4, kept: [.config("b", version: 3), .config("c", version: 4, size: 400_000)],
            removed: [a.place])
        #expect(failure { try archive.commit(tooMuch) } == .full)
        #expect(try archive.load() == ArchivedState(version: 2, objects: [a]))
        let b = ArchivedObject.config("b", version: 3)
        try archive.commit(ArchiveChanges(version: 3, kept: [b], removed: [a.place]))
        #expect(try archive.load() == ArchivedState(version: 3, objects: [b]))
    }

    @Test(
        "every failure says which path and what to do",
        arguments: [
            ArchiveFailure.Reason.inUse(by: 7), .inUse(by: nil), .foreign("text"),
            .newerFormat(found: 2, known: 1),
            .corrupt("text"), .full, .writableByOthers(mode: 0o777), .refused("text"),
        ])
    func messages(_ reason: ArchiveFailure.Reason) {
        #expect("\(ArchiveFailure(path: "/data", reason: reason))".hasPrefix("/data "))
    }
}
