import Foundation
import SystemPackage
import Testing

@testable import SyncSources

@Suite("Programs that are run", .timeLimit(.minutes(2)))
struct ProcessRunnerTests {
    private static let environment = ["PATH": "/usr/local/bin:/usr/bin:/bin", "MARK": "given"]

    private func shell(_ script: String, _ change: (inout ProcessCall) -> Void = { _ in }) -> ProcessCall {
        var call = ProcessCall(program: "sh", arguments: ["-c", script], environment: Self.environment)
        change(&call)
        return call
    }

    private func failure(_ call: ProcessCall) async -> ProcessFailure? {
        do {
            _ = try await ProcessRunner().run(call)
            return nil
        } catch {
            return error
        }
    }

    @Test("what it writes, says and ends with comes back; badly ended is a result, too")
    func result() async throws {
        let result = try await ProcessRunner().run(shell("echo out; echo err >&2; exit 3"))
        #expect(String(decoding: result.standardOutput, as: UTF8.self) == "out\n")
        #expect(result.standardError == "err\n")
        #expect(result.ending == .exited(3))
        #expect(!result.isSuccess)
        #expect(try await ProcessRunner().run(shell("kill -9 $$")).ending == .signaled(9))
    }

    @Test("it sees the environment that it is given, and nothing of ours")
    func environment() async throws {
        setenv("SYNCCTL_TEST_CANARY", "secret", 1)
        let result = try await ProcessRunner().run(shell("env"))
        let lines = String(decoding: result.standardOutput, as: UTF8.self).split(separator: "\n")
        #expect(lines.contains("MARK=given"))
        #expect(!lines.contains { $0.hasPrefix("SYNCCTL_TEST_CANARY") || $0.hasPrefix("HOME") })
        let clean = ProgramEnvironment.clean(
            from: ["HOME": "/home/me", "HTTPS_PROXY": "http://proxy", "GIT_DIR": "/x", "LANG": "de_DE"],
            home: "/private")
        #expect(
            clean == [
                "HOME": "/private", "HTTPS_PROXY": "http://proxy", "LC_ALL": "C",
                "PATH": "/usr/local/bin:/usr/bin:/bin",
            ])
    }

    @Test("8 MiB go in and come out")
    func input() async throws {
        let bytes = [UInt8](repeating: 0x61, count: 8 << 20)
        let result = try await ProcessRunner().run(shell("cat") { $0.standardInput = bytes })
        #expect(result.standardOutput == bytes)
    }

    @Test("one that does not read its input does not end us")
    func unreadInput() async throws {
        let bytes = [UInt8](repeating: 0x61, count: 8 << 20)
        let result = try await ProcessRunner().run(shell("exec true") { $0.standardInput = bytes })
        #expect(result.isSuccess)
    }

    @Test("one that is missing is named, with limits and without")
    func missing() async throws {
        var call = shell("true") { $0.program = "no-such-program" }
        #expect(await failure(call)?.description == "there is no program no-such-program on this machine")
        call.program = "/no/such/program"
        #expect(await failure(call)?.reason == .notFound)
        call.limits.fileBytes = 1 << 20
        #expect(await failure(call)?.reason == .notFound)
    }

    @Test("I6 when its time is over, all its processes end")
    func deadline() async throws {
        let folder = try TemporaryFolder()
        let script = "sh -c 'echo $$ >child; exec sleep 600' & echo $$ >parent; wait"
        let call = shell(script) {
            $0.workingFolder = FilePath(folder.path)
            $0.limits.time = .seconds(1)
        }
        #expect(await failure(call)?.description == "sh did not end within 1 s and was ended")
        for file in ["child", "parent"] {
            let text = try String(contentsOfFile: "\(folder.path)/\(file)", encoding: .utf8)
            let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
            #expect(try await isGone(pid), "\(file) \(pid) is still there")
        }
    }

    @Test("what it leaves behind when it ends, ends too")
    func leftovers() async throws {
        let result = try await ProcessRunner().run(shell("sleep 600 >/dev/null 2>&1 & echo $!"))
        let text = String(decoding: result.standardOutput, as: UTF8.self)
        let pid = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(try await isGone(pid))
    }

    @Test("a leftover that holds its output open does not hold us")
    func heldOutput() async throws {
        let result = try await ProcessRunner().run(shell("sleep 600 & echo done"))
        #expect(String(decoding: result.standardOutput, as: UTF8.self) == "done\n")
    }

    @Test("I6 one that writes without end is ended; of what it complains the end is kept")
    func output() async throws {
        let endless = shell("exec yes") { $0.limits.outputBytes = 1 << 20 }
        #expect(
            await failure(endless)?.description == "sh wrote more than the limit of 1 MiB and was ended")
        let complaints = shell("yes complaint | head -c 1000000 >&2; echo last >&2") {
            $0.limits.errorBytes = 1000
        }
        let result = try await ProcessRunner().run(complaints)
        #expect(result.standardError.utf8.count == 1000)
        #expect(result.standardError.hasSuffix("last\n"))
    }

    @Test("I6 the kernel bounds the files that it writes and its memory")
    func kernelLimits() async throws {
        let folder = try TemporaryFolder()
        let file = shell("exec head -c 10000000 /dev/zero >file") {
            $0.workingFolder = FilePath(folder.path)
            $0.limits.fileBytes = 1 << 20
        }
        #expect(try await ProcessRunner().run(file).ending == .signaled(25))
        let size = try FileManager.default.attributesOfItem(atPath: "\(folder.path)/file")[.size] as? Int
        #expect(try #require(size) <= 1 << 20 + 512)
        // `tail` keeps what has no line's end.
        let memory = shell("head -c 200000000 /dev/zero | tail -n 1 | wc -c") {
            $0.limits.memoryBytes = 64 << 20
        }
        let result = try await ProcessRunner().run(memory)
        #expect(result.standardError.contains("memory exhausted"))
    }

    @Test("a cancel ends it")
    func cancel() async throws {
        let call = shell("exec sleep 600")
        let task = Task { await failure(call) }
        task.cancel()
        #expect(await task.value?.reason == .cancelled)
    }

    /// Whether a process goes, which the kernel may take a moment for: init has to collect it.
    private func isGone(_ pid: pid_t) async throws -> Bool {
        for _ in 0..<200 {
            let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
            guard let state, state.split(separator: ")").last?.hasPrefix(" Z") != true else { return true }
            try await Task.sleep(for: .milliseconds(50))
        }
        return false
    }
}
