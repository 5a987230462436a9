import Foundation
import SyncEngine
import Testing

@testable import SyncSources

/// `hack/bench sources --pack`: what a repository costs that is far larger than what is fetched. Prints a table.
@Suite(
    "Measurement of a large pack", .enabled(if: PackSize.gibibytes > 0, "run by hack/bench sources --pack"))
struct LargePackMeasurement {
    @Test("I6 a pack of gigabytes ends the fetch, within bounds of time, memory and disk")
    func measure() async throws {
        let source = try await TestRepository()
        let file = "\(source.folder.path)/random"
        let make = ProcessCall(
            program: "sh",
            arguments: [
                "-c", "head -c $(($1 << 30)) /dev/urandom >\"$2\"", "sh", "\(PackSize.gibibytes)", file,
            ],
            environment: ["PATH": "/usr/bin:/bin"])
        #expect(try await ProcessRunner().run(make).isSuccess)
        let large = try await source.git(
            ["-c", "core.compression=0", "-c", "core.bigFileThreshold=1m", "hash-object", "-w", file])
        try FileManager.default.removeItem(atPath: file)
        try await source.commitTree([("100644", "large", large)])

        let cache = try TestCache()
        let start = ContinuousClock.now
        let failure = try #require(await cache.failure(source.url, at: "main"))
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        print("| pack of | ended after | memory of the largest process | left on disk | message |")
        print("|---|---|---|---|---|")
        let row = [
            "\(PackSize.gibibytes) GiB", String(format: "%.1f s", seconds),
            "\(PackSize.childMemory >> 20) MiB",
            "\(FolderSize.bytes(in: cache.settings.cache) >> 10) KiB",
            failure.message.replacing(source.folder.path, with: "…"),
        ]
        print("| \(row.joined(separator: " | ")) |")
        #expect(
            failure.reason
                == .tooLarge(what: "what the fetch brings", limit: cache.settings.limits.git.fetchBytes))
        #expect(FolderSize.bytes(in: cache.settings.cache) < 1 << 20)
        #expect(PackSize.childMemory < cache.settings.limits.git.memoryBytes)
    }
}

private enum PackSize {
    static let gibibytes =
        ProcessInfo.processInfo.environment["SYNCCTL_MEASURE_PACK"].flatMap { Int($0) } ?? 0

    /// Bytes of memory of the largest process that was run.
    static var childMemory: Int {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        return usage.ru_maxrss * 1024
    }
}
