import Foundation
import KubeCore
import SyncEngine
import SystemPackage
import Testing

@testable import SyncSources

@Suite("Repositories", .timeLimit(.minutes(5)))
struct GitRepositoriesTests {
    @Test("a branch, a tag, a range, HEAD and a commit, whole or its beginning")
    func revisions() async throws {
        let source = try await TestRepository()
        let first = try await source.commit(["a.yaml": "1"])
        try await source.git(["tag", "-a", "-m", "m", "v1.0.0", first])
        let second = try await source.commit(["a.yaml": "2"])
        try await source.git(["tag", "v1.1.0", second])
        let third = try await source.commit(["a.yaml": "3"], to: "other")
        let repositories = try TestCache().repositories
        for (revision, commit) in [
            ("", second), ("HEAD", second), ("main", second), ("other", third), ("v1.0.0", first),
            ("1.*", second), ("~1.0", first), (first, first), (String(second.prefix(8)), second),
        ] {
            let tree = try await repositories.tree(of: source.url, at: revision)
            #expect(tree.commit == commit, "\(revision)")
        }
        // What no branch ends in is found, too.
        let again = try TestCache()
        #expect(
            try await again.repositories.tree(of: source.url, at: String(first.prefix(9))).commit == first)
        #expect(try await again.repositories.tree(of: source.url, at: first).texts() == ["a.yaml": "1"])
        for missing in ["nowhere", "abcdef0", "^7", String(repeating: "a", count: 40)] {
            #expect(await again.failure(source.url, at: missing)?.reason != nil, "\(missing)")
        }
        #expect(
            await again.failure(source.url, at: "nowhere")?.message
                == "nowhere: no such branch, tag or commit in the repository")
        #expect(
            await again.failure(source.url, at: String(first.prefix(5)))?.message.hasSuffix(
                "; of a commit's id at least 7 digits are needed") == true)
        #expect(await again.failure(source.url, at: ">=7.0")?.reason == .noFittingVersion)
    }

    @Test("a repository without any commit is said to be empty, whatever is wanted of it")
    func empty() async throws {
        let source = try await TestRepository()
        let cache = try TestCache()
        for revision in ["", "main", "1.x", "abcdef0"] {
            #expect(await cache.failure(source.url, at: revision)?.reason == .emptyRepository, "\(revision)")
        }
    }

    @Test("what is in a folder is read by its content, its executables and its links")
    func reading() async throws {
        let source = try await TestRepository()
        let other = String(repeating: "1", count: 40)
        try await source.commit([
            "app/a.yaml": "a", "app/sub/b.yaml": "b", "100755 app/run": "#!", "base/c.yaml": "c",
            "README": "r",
            "120000 app/link.yaml": "../base/c.yaml", "120000 app/folder": "../base",
            "120000 app/sub/chain.yaml": "../folder/c.yaml", "160000 app/module": other,
        ])
        let tree = try await TestCache().repositories.tree(of: source.url, at: "main")
        let folder = try await tree.folder(at: SourcePath(known: "app"))
        #expect(folder.files.map(\.path) == ["a.yaml", "link.yaml", "run", "sub/b.yaml", "sub/chain.yaml"])
        #expect(
            folder.files.map { String(decoding: $0.content, as: UTF8.self) } == ["a", "c", "#!", "b", "c"])
        #expect(folder.files.map(\.isExecutable) == [false, false, true, false, false])
        #expect(
            folder.skipped.map(\.description) == [
                "folder is skipped: links to folders are not followed",
                "module is skipped: submodules are not fetched",
            ])
        let chosen = try await tree.folder(at: SourcePath(known: "app")) {
            $0.hasSuffix(".yaml") && !$0.contains("/")
        }
        #expect(chosen.files.map(\.path) == ["a.yaml", "link.yaml"])
        #expect(
            await tree.failure(under: SourcePath(known: "nowhere"))?.message
                == "nowhere: no such path in the repository")
        #expect(await tree.failure(under: SourcePath(known: "README"))?.message == "README: not a directory")
        for path in ["-a", ".git/hooks", ".GIT", ":(glob)*", "app/a.yaml/x"] {
            #expect(await tree.failure(under: SourcePath(known: path))?.reason == .noSuchPath, "\(path)")
        }
    }

    @Test("ids of folders change if and only if something in them does")
    func treeIDs() async throws {
        let source = try await TestRepository()
        try await source.commit(["a/x": "1", "b/x": "1"])
        let repositories = try TestCache().repositories
        let paths = ["a", "b", "", "nowhere", "a/x"].map { SourcePath(known: $0) }
        let old = try await repositories.tree(of: source.url, at: "").treeIDs(of: paths)
        try await source.commit(["a/x": "2", "b/x": "1"])
        let tree = try await repositories.tree(of: source.url, at: "")
        let new = try await tree.treeIDs(of: paths)
        #expect(old.keys.map(\.text).sorted() == ["", "a", "a/x", "b"])
        #expect(paths.filter { old[$0] != new[$0] }.map(\.text) == ["a", "", "a/x"])
        #expect(try await tree.treeID(of: paths[0]) == new[paths[0]])
        #expect(try await tree.treeID(of: paths[3]) == nil)
    }

    @Test("a commit is checked out once, as it is in the repository")
    func checkOut() async throws {
        let source = try await TestRepository()
        let module = String(repeating: "1", count: 40)
        try await source.commit([
            "app/a.yaml": "a", "100755 run": "#!", "120000 app/link": "../run", "120000 all": "app",
            "120000 nowhere": "missing", "160000 module": module,
        ])
        let tree = try await TestCache().repositories.tree(of: source.url, at: "main")
        let place = try await tree.checkOut().string
        #expect(try String(contentsOfFile: "\(place)/all/a.yaml", encoding: .utf8) == "a")
        #expect(try String(contentsOfFile: "\(place)/app/link", encoding: .utf8) == "#!")
        #expect(try Stat(FilePath("\(place)/run")).permissions.rawValue == 0o555)
        #expect(try Stat(FilePath("\(place)/app/a.yaml")).permissions.rawValue == 0o444)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: "\(place)/module") == [
                FolderWalk.submoduleMark
            ])
        #expect(!FileManager.default.fileExists(atPath: "\(place)/nowhere"))
        let inode = try Stat(FilePath(place)).inode
        #expect(try await tree.checkOut().string == place)
        #expect(try Stat(FilePath(place)).inode == inode)
    }

    @Test("a commit that is there is not fetched again, whole ids ask nobody")
    func unchanged() async throws {
        let source = try await TestRepository()
        let commit = try await source.commit(["a": "1"])
        let cache = try TestCache()
        let repositories = cache.repositories
        _ = try await repositories.tree(of: source.url, at: "main")
        let packs = try cache.packs()
        #expect(packs.count == 1)
        _ = try await cache.repositories.tree(of: source.url, at: "main")
        #expect(try cache.packs() == packs)
        // With the repository gone, what is known is enough.
        try FileManager.default.moveItem(atPath: source.path, toPath: source.path + ".away")
        #expect(try await cache.repositories.tree(of: source.url, at: commit).texts() == ["a": "1"])
        #expect(
            try await repositories.tree(of: source.url, at: "main", listedWithin: .seconds(600)).commit
                == commit)
        let failure = await cache.failure(source.url, at: "main")
        guard case .unreachable = failure?.reason else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test("forty at once are served by one fetch")
    func together() async throws {
        let source = try await TestRepository()
        let commit = try await source.commit(["a": "1"])
        let cache = try TestCache()
        let repositories = cache.repositories
        let url = source.url
        let commits = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<40 {
                group.addTask { try await repositories.tree(of: url, at: "main").commit }
            }
            return try await group.reduce(into: [String]()) { $0.append($1) }
        }
        #expect(commits == Array(repeating: commit, count: 40))
        #expect(try cache.packs().count == 1)
    }

    @Test("a copy that is broken, or that a killed fetch has left, is made good")
    func broken() async throws {
        let source = try await TestRepository()
        try await source.commit(["a": "1"])
        let cache = try TestCache()
        _ = try await cache.repositories.tree(of: source.url, at: "main")
        // A killed fetch: locks and half a pack.
        let git = try cache.copy().string + "/git"
        for file in ["shallow.lock", "objects/pack/tmp_pack_x", "refs/syncctl/x.lock"] {
            _ = FileManager.default.createFile(atPath: "\(git)/\(file)", contents: Data("x".utf8))
        }
        try await source.commit(["a": "2"])
        #expect(try await cache.repositories.tree(of: source.url, at: "main").texts() == ["a": "2"])
        #expect(!FileManager.default.fileExists(atPath: "\(git)/objects/pack/tmp_pack_x"))
        // Packs are gone: reading says so, and the next one has it again.
        try FileManager.default.removeItem(atPath: "\(git)/objects/pack")
        let tree = try await cache.repositories.tree(of: source.url, at: "main")
        let failure = await tree.failure()
        #expect(
            failure?.message.contains("the copy in the cache cannot be used") == true, "\(failure as Any)")
        #expect(failure?.isTransient == true)
        #expect(try await cache.repositories.tree(of: source.url, at: "main").texts() == ["a": "2"])
        // Nothing of the repository but a file in its way.
        try FileManager.default.removeItem(atPath: git)
        _ = FileManager.default.createFile(atPath: git, contents: nil)
        #expect(try await cache.repositories.tree(of: source.url, at: "main").texts() == ["a": "2"])
    }

    @Test("what was used least recently goes first, what is in use stays")
    func trim() async throws {
        var cache = try TestCache()
        var trees: [GitTree] = []
        for index in 0..<3 {
            let source = try await TestRepository()
            try await source.commit(["a": String(repeating: "\(index)", count: 1000)])
            trees.append(try await cache.repositories.tree(of: source.url, at: "main"))
        }
        let folders = trees.map(\.copy.folder.string)
        for (index, folder) in folders.enumerated() {
            let date = Date(timeIntervalSinceNow: Double(index) * 100 - 1000)
            try FileManager.default.setAttributes(
                [.modificationDate: date], ofItemAtPath: "\(folder)/use.lock")
        }
        cache.settings.limits.git.cacheBytes = 1
        try await cache.repositories.trim()
        #expect(folders.map(FileManager.default.fileExists) == [true, true, true], "all in use")
        trees.removeFirst(2)
        cache.settings.limits.git.cacheBytes = FolderSize.bytes(in: FilePath(folders[0])) * 5 / 2
        try await cache.repositories.trim()
        #expect(folders.map(FileManager.default.fileExists) == [false, true, true], "the oldest")
        trees.removeAll()
        cache.settings.limits.git.cacheTime = .seconds(850)
        cache.settings.limits.git.cacheBytes = .max
        try await cache.repositories.trim()
        #expect(folders.map(FileManager.default.fileExists) == [false, false, true], "unused for long")
    }

    @Test("many commits leave few packs, and none that is used is lost")
    func manyCommits() async throws {
        let source = try await TestRepository()
        let cache = try TestCache()
        let repositories = cache.repositories
        for index in 0..<25 {
            try await source.commit(["a": "\(index)", "b": "same"])
            _ = try await repositories.tree(of: source.url, at: "main")
        }
        #expect(try cache.packs().count <= 21)
        let commits = try await source.git(["rev-list", "--reverse", "main"]).split(separator: "\n")
        let old = try await repositories.tree(of: source.url, at: String(try #require(commits.first)))
        #expect(try await old.texts() == ["a": "0", "b": "same"])
    }
}

extension TestCache {
    /// The only copy.
    func copy() throws -> FilePath {
        let names = try FileManager.default.contentsOfDirectory(atPath: settings.cache.string)
        return settings.cache.appending(names.filter { $0 != "calls" }.first ?? "none")
    }

    /// The packs of the only copy.
    func packs() throws -> [String] {
        let folder = try copy().string + "/git/objects/pack"
        return try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".pack") }
            .sorted()
    }
}
