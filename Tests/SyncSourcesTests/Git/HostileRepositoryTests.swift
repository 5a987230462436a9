import Foundation
import SystemPackage
import Testing

@testable import SyncSources

/// What a repository may try that somebody else writes. A canary beside it must neither be read nor come into being.
@Suite("I6 a repository cannot harm its reader", .timeLimit(.minutes(5)))
struct HostileRepositoryTests {
    private func tree(_ source: TestRepository, _ cache: TestCache) async throws -> GitTree {
        try await cache.repositories.tree(of: source.url, at: "main")
    }

    struct Link: CustomTestStringConvertible {
        var what: String
        var files: [String: String]
        var refused: String
        var reason: SourceFailure.Reason
        var testDescription: String { what }
    }

    static let links: [Link] = [
        Link(
            what: "absolute", files: ["120000 a.yaml": "/etc/passwd"], refused: "a.yaml",
            reason: .leadsOutside),
        Link(
            what: "upwards", files: ["120000 app/a.yaml": "../../canary"], refused: "app/a.yaml",
            reason: .leadsOutside),
        Link(
            what: "chained", files: ["120000 a": "sub/b", "120000 sub/b": "../../canary", "sub/c": ""],
            refused: "a", reason: .leadsOutside),
        Link(
            what: "through a folder", files: ["120000 a.yaml": "up/canary", "120000 up": "..", "x": ""],
            refused: "a.yaml", reason: .leadsOutside),
        Link(
            what: "down and up", files: ["120000 a.yaml": "sub/../../canary", "sub/c": ""], refused: "a.yaml",
            reason: .leadsOutside),
        Link(
            what: "to itself", files: ["120000 a.yaml": "a.yaml"], refused: "a.yaml", reason: .circularLink),
        Link(
            what: "to one another", files: ["120000 a.yaml": "b.yaml", "120000 b.yaml": "./a.yaml"],
            refused: "a.yaml", reason: .circularLink),
        Link(
            what: "growing", files: ["120000 a": "a/a/a/a"], refused: "a", reason: .circularLink),
        Link(
            what: "into git's own folder", files: ["120000 a.yaml": ".git/config"], refused: "a.yaml",
            reason: .danglingLink),
    ]

    @Test("links that lead out, or nowhere, are refused", arguments: links)
    func link(_ link: Link) async throws {
        let source = try await TestRepository()
        try await source.commit(link.files)
        let cache = try TestCache()
        // Where `..` would lead from a checkout or a copy.
        try cache.folder.write("cache/canary", "canary")
        let tree = try await self.tree(source, cache)
        #expect(await tree.failure() == SourceFailure(link.refused, link.reason))
        guard link.reason != .danglingLink else {
            #expect(await tree.checkOutFailure() == nil)
            return
        }
        let failure = await tree.checkOutFailure()
        #expect(failure?.reason == link.reason)
        #expect(try FileManager.default.contentsOfDirectory(atPath: tree.copy.checkOuts.string) == [])
    }

    @Test("a link that was swapped for a file or a folder is what it is in its commit")
    func swapped() async throws {
        let source = try await TestRepository()
        let cache = try TestCache()
        try await source.commit(["120000 a.yaml": "/etc/passwd", "120000 d": "/etc"])
        let bad = try await tree(source, cache)
        try await source.commit(["a.yaml": "good", "d/passwd": "mine"])
        let good = try await tree(source, cache)
        #expect(await bad.failure()?.reason == .leadsOutside)
        #expect(try await good.texts() == ["a.yaml": "good", "d/passwd": "mine"])
        let place = try await good.checkOut().string
        #expect(try String(contentsOfFile: "\(place)/d/passwd", encoding: .utf8) == "mine")
        #expect(await bad.checkOutFailure()?.reason == .leadsOutside)
    }

    @Test(
        "a tree with names by which one could leave it is not even taken in",
        arguments: ["..", ".git", ".GIT", ".", "a/b", ".git\u{200C}"])
    func names(_ name: String) async throws {
        let source = try await TestRepository()
        let blob = try await source.object("blob", "x")
        try await source.commitTree([("100644", name, blob)])
        let failure = await (try TestCache()).failure(source.url, at: "main")
        guard case .git(let problem) = failure?.reason else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(problem.contains("fsck") || problem.contains("error in object") || problem.contains("tree"))
    }

    @Test(
        "a listing with such names is refused even if git takes it",
        arguments: ["../x", "a/../x", ".git/x", "a//b", "/x"])
    func listedNames(_ name: String) {
        let line = "100644 blob \(String(repeating: "1", count: 40))       1\t\(name)\0"
        let failure = #expect(throws: SourceFailure.self) {
            try TreeListing(Array(line.utf8), of: "x", limits: SourceLimits())
        }
        #expect(failure?.reason == .badName)
    }

    @Test("filters, hooks, settings and submodules of a repository run nothing")
    func execution() async throws {
        let source = try await TestRepository()
        let canary = "\(source.folder.path)/canary"
        let command = "touch \(canary)"
        try await source.commit([
            ".gitattributes": "*.yaml filter=evil diff=evil merge=evil ident\n",
            ".gitconfig": "[filter \"evil\"]\n\tsmudge = \(command)\n",
            ".gitmodules":
                "[submodule \"m\"]\n\tpath = m\n\turl = ext::sh -c touch% \(canary)\n\tupdate = !\(command)\n",
            "a.yaml": "$Id$ a", "100755 hooks/post-checkout": "#!/bin/sh\n\(command)\n",
            "160000 m": String(repeating: "1", count: 40),
        ])
        let cache = try TestCache()
        let failure = await cache.failure(source.url, at: "main")
        // A submodule with such an address is refused as a whole.
        #expect(failure?.message.contains("gitmodules") == true, "\(failure as Any)")

        try await source.commit([
            ".gitattributes": "*.yaml filter=evil ident\n", "a.yaml": "$Id$ a",
            ".gitmodules": "[submodule \"m\"]\n\tpath = m\n\turl = https://example.invalid/m\n",
            "160000 m": String(repeating: "1", count: 40),
        ])
        // Also what a person has set for all repositories does not count.
        try source.folder.write(
            ".gitconfig", "[filter \"evil\"]\n\tsmudge = \(command)\n[core]\n\tfsmonitor = \(command)\n")
        var other = try TestCache()
        other.settings.environment["HOME"] = source.folder.path
        other.settings.environment["GIT_EXTERNAL_DIFF"] = command
        let tree = try await self.tree(source, other)
        let place = try await tree.checkOut().string
        #expect(try String(contentsOfFile: "\(place)/a.yaml", encoding: .utf8) == "$Id$ a")
        #expect(!FileManager.default.fileExists(atPath: canary))
        // What is not there is not taken for nothing: it would be pruned.
        for (path, recurses) in [("\(place)/m", false), (place, true)] {
            var directory = DirectorySource(path)
            directory.recurses = recurses
            let failure = #expect(throws: RenderFailure.self) { try directory.render() }
            #expect(failure?.message.contains("is a submodule, and submodules are not read") == true)
        }
    }

    @Test(
        "addresses and revisions that run something run nothing",
        arguments: [
            ("ext::sh -c touch% CANARY", "main"), ("--upload-pack=touch CANARY", "main"),
            ("file:///tmp/x", "--upload-pack=touch CANARY"),
            ("ssh://-oProxyCommand=touch%20CANARY/x", "main"),
            ("git@-oProxyCommand=x:y", "main"), ("file:///tmp/x", "--output=CANARY"),
        ])
    func options(_ url: String, _ revision: String) async throws {
        var cache = try TestCache(Set(GitTransport.allCases))
        cache.settings.transports.insert(.ssh)
        let canary = "\(cache.folder.path)/canary"
        let failure = await cache.failure(
            url.replacing("CANARY", with: canary), at: revision.replacing("CANARY", with: canary))
        switch failure?.reason {
        case .badAddress, .badRevision: break
        default: Issue.record("\(String(describing: failure))")
        }
        #expect(!FileManager.default.fileExists(atPath: canary))
        #expect(!FileManager.default.fileExists(atPath: cache.settings.cache.string), "not even looked at")
    }

    @Test("files of the machine only where that is allowed")
    func localFiles() async throws {
        let source = try await TestRepository()
        try await source.commit(["a": ""])
        let failure = await (try TestCache(GitTransport.safe)).failure(source.url, at: "main")
        #expect(
            failure?.reason
                == .badAddress(
                    "file:// is not allowed here (allowed: https, ssh); --allow-local-repositories allows file:// and "
                        + "http:// where it is given"))
    }

    @Test("a pack that is too large ends the fetch, and leaves nothing behind")
    func largePack() async throws {
        let source = try await TestRepository()
        // Not to be compressed: 8 MiB that look random.
        var state: UInt64 = 1
        let text = (0..<(1 << 20)).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return String(state >> 32, radix: 36)
        }.joined()
        try await source.commit(["large": text])
        var cache = try TestCache()
        cache.settings.limits.git.fetchBytes = 1 << 20
        let failure = await cache.failure(source.url, at: "main")
        #expect(
            failure?.reason == .tooLarge(what: "what the fetch brings", limit: 1 << 20), "\(failure as Any)")
        #expect(failure?.isTransient == false)
        #expect(FolderSize.bytes(in: cache.settings.cache) < 1 << 18)
        try await source.commit(["small": "1"])
        #expect(try await tree(source, cache).texts() == ["small": "1"])
    }

    @Test(
        "hundreds of megabytes that were packed into some hundred kilobytes are refused by their size, before they are read"
    )
    func deflateBomb() async throws {
        let source = try await TestRepository()
        let file = "\(source.folder.path)/zeros"
        _ = FileManager.default.createFile(atPath: file, contents: nil)
        #expect(truncate(file, 300 << 20) == 0)
        let bomb = try await source.git(["-c", "core.bigFileThreshold=1m", "hash-object", "-w", file])
        try await source.commitTree([("100644", "bomb.yaml", bomb)])
        var cache = try TestCache()
        cache.settings.limits.git.checkOutBytes = 200 << 20
        let tree = try await self.tree(source, cache)
        #expect(
            await tree.failure()?.message == "bomb.yaml: the file is larger than the limit of 64 MiB")
        #expect(
            await tree.checkOutFailure()?.reason
                == .tooLarge(what: "what is to be checked out", limit: 200 << 20))
        #expect(FolderSize.bytes(in: cache.settings.cache) < 8 << 20)
    }

    @Test("more files than the limit are refused by the listing")
    func manyFiles() async throws {
        let source = try await TestRepository()
        let blob = try await source.object("blob", "x")
        var names = (0..<100_001).map { String(100_000 + $0) }
        names.sort()
        try await source.commitTree(names.map { ("100644", $0, blob) })
        let cache = try TestCache()
        let tree = try await self.tree(source, cache)
        #expect(await tree.failure()?.message == "\(source.url): more than 100000 files")
        #expect(await tree.checkOutFailure()?.reason == .tooManyFiles(limit: 100_000))
    }

    @Test("folders inside folders inside folders are refused")
    func deep() async throws {
        let source = try await TestRepository()
        try await source.commit([String(repeating: "d/", count: 70) + "a": ""])
        let cache = try TestCache()
        let failure = await (try await tree(source, cache)).failure()
        #expect(failure?.reason == .badPath("more than 64 folders inside one another"))
    }
}
