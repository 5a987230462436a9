import Foundation
import KubeCore
import KubeYAML
import SyncEngine
import SystemPackage
import Testing

@testable import SyncSources

@Suite("A directory of manifests")
struct DirectorySourceTests {
    private func names(_ source: DirectorySource) throws -> [String] {
        try source.render().objects.map(\.object.name)
    }

    private func message(_ source: DirectorySource) -> String? {
        do {
            _ = try source.render()
            return nil
        } catch {
            return error.message
        }
    }

    @Test("files come in byte order of their paths, documents as they stand")
    func order() throws {
        let folder = try TemporaryFolder([
            "b.yml": configMap("b"), "a.yaml": configMap("a1") + "---\n" + configMap("a2"),
            "B.json": #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"json"}}"#,
            "README.md": "not: a manifest\n", "sub/c.yaml": configMap("c"), "sub.yaml": configMap("d"),
        ])
        var source = DirectorySource(folder.path)
        #expect(try names(source) == ["json", "a1", "a2", "b", "d"])
        source.recurses = true
        #expect(
            try names(source) == ["json", "a1", "a2", "b", "d", "c"], "sub.yaml before sub/c.yaml: . before /"
        )
        let origins = try source.render().objects.map(\.origin.description)
        #expect(origins[2] == "a.yaml, document 2 (line 6)")
        #expect(origins[5] == "sub/c.yaml, document 1 (line 1)")
    }

    @Test("include and exclude choose by path, exclude wins")
    func selection() throws {
        let folder = try TemporaryFolder([
            "a.yaml": configMap("a"), "b.yaml": configMap("b"), "sub/a.yaml": configMap("c"),
            "broken.yaml": "{",
        ])
        var source = DirectorySource(folder.path)
        source.recurses = true
        source.exclude = ["broken.*"]
        #expect(try names(source) == ["a", "b", "c"])
        source.include = ["*a.yaml"]
        #expect(try names(source) == ["a", "c"])
        source.exclude = ["sub/*", "{broken,b}.yaml"]
        #expect(try names(source) == ["a"])
        source.include = ["[a"]
        #expect(message(source) == "pattern \"[a\": a [ is not closed")
    }

    @Test("one file may be named; it has to be a manifest")
    func oneFile() throws {
        let folder = try TemporaryFolder(["a.txt": configMap("a"), "values.yaml": "image: x\n"])
        let source = DirectorySource("\(folder.path)/a.txt")
        #expect(try source.render().objects.map(\.origin.file) == ["\(folder.path)/a.txt"])
        #expect(
            message(DirectorySource("\(folder.path)/values.yaml"))
                == "\(folder.path)/values.yaml, document 1 (line 1): object without apiVersion")
    }

    @Test("standard input is read to its end")
    func standardInput() throws {
        let pipe = try FileDescriptor.pipe()
        _ = try pipe.writeEnd.writeAll(configMap("a").utf8)
        try pipe.writeEnd.close()
        let rendered = try DirectorySource("-").render(standardInput: pipe.readEnd)
        try pipe.readEnd.close()
        #expect(rendered.objects.map(\.origin.description) == ["-, document 1 (line 1)"])
    }

    @Test("I6 standard input is bounded")
    func longInput() throws {
        let pipe = try FileDescriptor.pipe()
        _ = try pipe.writeEnd.writeAll([UInt8](repeating: 0x23, count: 1000))
        try pipe.writeEnd.close()
        var source = DirectorySource("-")
        source.limits.manifest.bytes = 999
        let failure = #expect(throws: RenderFailure.self) { try source.render(standardInput: pipe.readEnd) }
        #expect(failure?.message == "manifest - is larger than the limit of 999 bytes")
        try pipe.readEnd.close()
    }

    @Test("D8 a folder without manifests renders to nothing, and that is for the caller to judge")
    func empty() throws {
        let folder = try TemporaryFolder([
            "README.md": "#", "nothing.yaml": "# only a comment\n---\n", "sub/a.yaml": configMap("a"),
        ])
        let rendered = try DirectorySource(folder.path).render()
        #expect(rendered.objects.isEmpty)
        #expect(rendered.skipped.isEmpty)
    }

    @Test("YAML that is no manifest is left out with a word about it; half a manifest is refused")
    func noManifest() throws {
        let folder = try TemporaryFolder(["a.yaml": configMap("a"), "values.yaml": "image: x\n---\n- 1\n"])
        let rendered = try DirectorySource(folder.path).render()
        #expect(rendered.objects.count == 1)
        #expect(
            rendered.skipped.map(\.description)
                == ["values.yaml is skipped: no document in it has apiVersion and kind"])
        try folder.write("values.yaml", "image: x\n---\n" + configMap("b"))
        #expect(
            message(DirectorySource(folder.path))
                == "values.yaml, document 1 (line 1): object without apiVersion")
    }

    @Test(
        "what other programs make manifests from is refused, and not taken for manifests",
        arguments: ["kustomization.yaml", "kustomization.yml", "Chart.yaml"])
    func notRendered(_ file: String) throws {
        let folder = try TemporaryFolder(["a.yaml": configMap("a"), file: "namePrefix: x-\n"])
        #expect(message(DirectorySource(folder.path))?.hasPrefix("\(file): ") == true)
        #expect(message(DirectorySource(folder.path))?.contains("name its folder as the source") == true)
    }

    @Test("a syntax error names file, document and line")
    func syntaxError() throws {
        let third = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: c\ndata:\n  a: 1\n b: 2\n"
        let folder = try TemporaryFolder([
            "broken.yaml": configMap("a") + "---\n" + configMap("b") + "---\n" + third
        ])
        #expect(
            message(DirectorySource(folder.path))
                == "broken.yaml: syntax error on line 7 of document 3 (line 17 of the file): did not find expected key"
        )
    }
}

/// What a hostile folder may try.
@Suite("I6 a folder cannot harm its reader")
struct HostileFolderTests {
    private func failure(_ source: DirectorySource) -> RenderFailure? {
        do {
            _ = try source.render()
            return nil
        } catch {
            return error
        }
    }

    @Test("what is not there, or no folder, is said so")
    func missing() throws {
        let folder = try TemporaryFolder(["a.yaml": configMap("a")])
        let missing = "\(folder.path)/missing"
        #expect(failure(DirectorySource(missing))?.message == "\(missing): no such directory")
        let within = "\(folder.path)/a.yaml/b"
        #expect(
            failure(DirectorySource(within))?.message
                == "\(within): neither a directory nor a file; to read what another program prints, say -")
        #expect(
            failure(DirectorySource("/dev/null"))?.message
                == "/dev/null: neither a directory nor a file; to read what another program prints, say -")
        #expect(failure(DirectorySource("/dev/zero"))?.reason == .notADirectory)
    }

    @Test("links stay in the folder or are refused")
    func links() throws {
        let outside = try TemporaryFolder(["secret.yaml": configMap("secret")])
        let folder = try TemporaryFolder(["sub/a.yaml": configMap("a")])
        try folder.link("inside.yaml", to: "sub/a.yaml")
        try folder.link("folder", to: "sub")
        try folder.link("loop", to: ".")
        var source = DirectorySource(folder.path)
        source.recurses = true
        let rendered = try source.render()
        #expect(rendered.objects.map(\.origin.file) == ["inside.yaml", "sub/a.yaml"])
        #expect(rendered.skipped.map(\.path) == ["folder", "loop"])

        try folder.link("outside.yaml", to: "\(outside.path)/secret.yaml")
        #expect(failure(source) == RenderFailure(path: "outside.yaml", reason: .leadsOutside))
        source.exclude = ["outside.yaml"]
        try folder.link("parent", to: outside.path)
        try folder.link("through.yaml", to: "parent/secret.yaml")
        #expect(failure(source) == RenderFailure(path: "through.yaml", reason: .leadsOutside))
        source.exclude += ["through.yaml"]
        try folder.link("nowhere.yaml", to: "missing")
        #expect(failure(source)?.message == "nowhere.yaml: a link that leads nowhere")
        source.exclude += ["nowhere.yaml"]
        try folder.link("device.yaml", to: "/dev/zero")
        #expect(failure(source)?.reason == .leadsOutside)
    }

    @Test("a folder beside ours with a longer name is outside")
    func neighbour() throws {
        let parent = try TemporaryFolder(["app-secret/a.yaml": configMap("a"), "app/b.yaml": configMap("b")])
        try parent.link("app/a.yaml", to: "../app-secret/a.yaml")
        #expect(failure(DirectorySource("\(parent.path)/app"))?.reason == .leadsOutside)
    }

    @Test("a mounted ConfigMap, which is made of links, is read once")
    func mountedConfigMap() throws {
        let folder = try TemporaryFolder(["..2024_01_01/a.yaml": configMap("a")])
        try folder.link("..data", to: "..2024_01_01")
        try folder.link("a.yaml", to: "..data/a.yaml")
        var source = DirectorySource(folder.path)
        source.recurses = true
        #expect(try source.render().objects.map(\.origin.file) == ["a.yaml"])
    }

    @Test("a pipe is not opened", .timeLimit(.minutes(1)))
    func pipe() throws {
        let folder = try TemporaryFolder(["a.yaml": configMap("a")])
        #expect(mkfifo("\(folder.path)/pipe.yaml", 0o600) == 0)
        #expect(failure(DirectorySource(folder.path)) == RenderFailure(path: "pipe.yaml", reason: .notAFile))
        #expect(failure(DirectorySource("\(folder.path)/pipe.yaml"))?.reason == .notADirectory)
        try folder.link("link.yaml", to: "pipe.yaml")
        var source = DirectorySource(folder.path)
        source.exclude = ["pipe.yaml"]
        #expect(failure(source) == RenderFailure(path: "link.yaml", reason: .notAFile))
    }

    @Test("a file of 200 MB is refused by its size, before it is read", .timeLimit(.minutes(1)))
    func tooLarge() throws {
        let folder = try TemporaryFolder(["large.yaml": ""])
        #expect(truncate("\(folder.path)/large.yaml", 200 << 20) == 0)
        #expect(
            failure(DirectorySource(folder.path))?.message
                == "manifest large.yaml is 200 MiB, the limit is 64 MiB")
    }

    @Test("all together, entries and depth are bounded")
    func bounds() throws {
        let folder = try TemporaryFolder([
            "a.yaml": configMap("a"), "b.yaml": configMap("b"), "1/2/3/c.yaml": configMap("c"),
        ])
        var source = DirectorySource(folder.path)
        source.limits.totalBytes = 80
        #expect(
            failure(source)?.message
                == "\(folder.path): all manifests together are larger than the limit of 80 bytes")
        source.limits = SourceLimits(files: 2)
        #expect(failure(source)?.message == "\(folder.path): more than 2 files")
        source.limits = SourceLimits(depth: 2)
        #expect(failure(source) == nil)
        source.recurses = true
        #expect(failure(source)?.message == "1/2/3: more than 2 folders inside one another")
    }

    @Test("a name that is not UTF-8 is refused where it would be read")
    func names() throws {
        let folder = try TemporaryFolder(["a.yaml": configMap("a")])
        let bad = folder.path.utf8CString.dropLast() + [0x2F, -1]
        let other = Array(bad + [0])
        #expect(close(open(other, O_CREAT | O_WRONLY, 0o600)) == 0)
        #expect(failure(DirectorySource(folder.path)) == nil)
        let manifest = Array(bad + Array(".yaml".utf8CString))
        #expect(close(open(manifest, O_CREAT | O_WRONLY, 0o600)) == 0)
        #expect(failure(DirectorySource(folder.path))?.reason == .badName)
    }

    @Test("a file that may not be read says why", .enabled(if: getuid() != 0))
    func forbidden() throws {
        let folder = try TemporaryFolder(["a.yaml": configMap("a")])
        #expect(chmod("\(folder.path)/a.yaml", 0) == 0)
        #expect(failure(DirectorySource(folder.path))?.message == "a.yaml: cannot be read: Permission denied")
    }

    @Test("a billion laughs in a folder are refused at once", .timeLimit(.minutes(1)))
    func laughs() throws {
        let text =
            "a0: &a0 laugh\n"
            + (1...9).map { level in
                "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
            }.joined()
        let folder = try TemporaryFolder(["laughs.yaml": text])
        #expect(
            failure(DirectorySource(folder.path))?.message.hasSuffix(
                "the document contains excessive aliasing") == true)
    }
}
