import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// Input that cannot be used: each with its message and exit code, and nothing written.
@Suite("Bad input", .onEachRecordingServer, .timeLimit(.minutes(3)))
struct BadInputTests {
    @Test("I7 a folder that cannot be used", arguments: BadFolder.all)
    func folder(_ bad: BadFolder) async throws {
        try await Sandbox.with { sandbox in
            for (file, text) in bad.files { try sandbox.write(file, text) }
            let ending = try await sandbox.sync()
            try await ending.check(bad.expected, sandbox)
        }
    }

    @Test("a folder that is not there")
    func noFolder() async throws {
        try await Sandbox.with { sandbox in
            let ending = try await sandbox.sync(from: sandbox.folder.appending(path: "missing"))
            try await ending.check(BadInput.noFolder, sandbox)
        }
    }

    @Test("I6 a manifest of 200 MB")
    func tooLarge() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("large.yaml", Manifest.configMap("a"))
            // Sparse: it takes no room on the disk.
            let file = try FileHandle(forWritingTo: sandbox.folder.appending(path: "large.yaml"))
            try file.truncate(atOffset: 200 << 20)
            try file.close()
            let ending = try await sandbox.sync()
            try await ending.check(BadInput.tooLarge, sandbox)
        }
    }
}
