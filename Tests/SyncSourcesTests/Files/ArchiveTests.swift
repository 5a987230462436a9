import Foundation
import SyncEngine
import Testing

@testable import SyncSources

@Suite("Archives")
struct ArchiveTests {
    /// What gzip and tar of this machine make of a folder.
    private func packed(_ arguments: [String], in folder: TemporaryFolder) async throws -> [UInt8] {
        let call = ProcessCall(
            program: "tar", arguments: ["-C", folder.path, "-czf", "-"] + arguments,
            environment: ["PATH": "/usr/bin:/bin"])
        return try await ProcessRunner().run(call).standardOutput
    }

    private func files(_ bytes: [UInt8]) throws(ArchiveProblem) -> [TarArchive.File] {
        try TarArchive.files(in: GZip.unpacked(bytes, limit: 1 << 24), limit: 1000)
    }

    @Test(
        "what tar and gzip have packed is unpacked, in all three formats", arguments: ["ustar", "pax", "gnu"])
    func unpacks(_ format: String) async throws {
        let folder = try TemporaryFolder()
        // Text of many kinds, so that every kind of block and code comes up.
        var numbers = SystemRandomNumberGenerator()
        let noise = (0..<100_000).map { _ in String(UInt8.random(in: 0...255, using: &numbers)) }.joined()
        var wanted = ["a/Chart.yaml": "name: a\n", "a/empty": "", "a/noise": noise]
        wanted["a/same"] = String(repeating: "same ", count: 50_000)
        if format != "ustar" { wanted["a/\(String(repeating: "long/", count: 40))name"] = "x" }
        for (name, content) in wanted { try folder.write(name, content) }
        let found = try files(await packed(["--format=\(format)", "a"], in: folder))
        #expect(found.count == wanted.count)
        for file in found { #expect(String(decoding: file.content, as: UTF8.self) == wanted[file.path.text]) }
    }

    @Test("what is broken or cut off is told so, wherever it ends")
    func broken() async throws {
        let folder = try TemporaryFolder(["a/b": "hello hello hello hello\n"])
        let good = try await packed(["a"], in: folder)
        for count in 0..<good.count {
            #expect(throws: ArchiveProblem.self, "\(count)") { try files(Array(good[..<count])) }
        }
        for place in good.indices where !(4...9).contains(place) {
            var bad = good
            bad[place] ^= 0x55
            // A name or a flag of gzip may be anything; what comes out is right or refused.
            let text = (try? files(bad))?.first { $0.path.text == "a/b" }.map {
                String(decoding: $0.content, as: UTF8.self)
            }
            #expect(text == nil || text == "hello hello hello hello\n", "\(place)")
        }
    }

    @Test("random bytes are refused and do no harm")
    func noise() {
        var numbers = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            let body = (0..<Int.random(in: 0..<200)).map { _ in UInt8.random(in: 0...255, using: &numbers) }
            let head: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0]
            #expect(throws: ArchiveProblem.self) { try files(head + body) }
        }
    }

    @Test("a bomb ends at the limit")
    func bomb() async throws {
        let folder = try TemporaryFolder()
        try Data(count: 100 << 20).write(to: URL(fileURLWithPath: "\(folder.path)/zeros"))
        let bomb = try await packed(["zeros"], in: folder)
        #expect(bomb.count < 1 << 20)
        #expect(throws: ArchiveProblem(text: "unfolds to more than the limit of 16 MiB")) { try files(bomb) }
    }

    @Test("names that lead out, links and devices are refused")
    func hostile() async throws {
        let folder = try TemporaryFolder(["a/b": "x"])
        try folder.link("a/link", to: "/etc/passwd")
        func problem(_ arguments: [String]) async throws -> String {
            let bytes = try await packed(arguments, in: folder)
            do throws(ArchiveProblem) {
                _ = try files(bytes)
                return ""
            } catch {
                return error.text
            }
        }
        #expect(try await problem(["a/link"]) == "holds a/link, which is neither a file nor a folder")
        #expect(
            try await problem(["-P", "--transform=s,^a,../a,", "a/b"])
                == "holds \"../a/b\", which leads out of it")
        #expect(
            try await problem(["-P", "\(folder.path)/a/b"])
                == "holds \"\(folder.path)/a/b\", which leads out of it")
        #expect(
            try await problem(["--transform=s,^a/,a/../../,", "-P", "a/b"]).hasSuffix("which leads out of it")
        )
    }
}
