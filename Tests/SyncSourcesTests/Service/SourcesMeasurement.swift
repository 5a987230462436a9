import Foundation
import SyncEngine
import SystemPackage
import Testing

@testable import SyncSources

/// `hack/bench sources`: what a thousand applications of one repository cost. Prints a table; asserts the counts.
@Suite("Measurements of sources", .enabled(if: Wanted.isMeasured, "run by hack/bench sources"))
struct SourcesMeasurement {
    private static func setting(_ name: String, _ other: Int) -> Int {
        ProcessInfo.processInfo.environment[name].flatMap { Int($0) } ?? other
    }

    @Test("a thousand applications: start, one commit, idle")
    func measure() async throws {
        let count = Self.setting("SYNCCTL_MEASURE_APPLICATIONS", 1000)
        let folder = try TemporaryFolder()
        for index in 0..<count {
            for file in 0..<3 {
                try folder.write("apps/\(index)/\(file).yaml", configMap("a\(index)-\(file)"))
            }
        }
        let git = try await GitFolder(folder)
        let cache = try TemporaryFolder()
        var settings = GitRepositories.Settings(cache: FilePath(cache.path))
        settings.transports = [.file]
        let repositories = GitRepositories(settings)
        let service = ManifestService(settings: Tools.settings) { request throws(SourcesFailure) in
            try await repositories.checkout(request)
        }
        let fleet = Fleet(service: service, url: "file://\(folder.path)", count: count)
        print("| what | seconds | CPU s | memory MiB | resolutions | renders | used again |")
        print("|---|---|---|---|---|---|---|")
        try await fleet.measure("start") { try await fleet.all(age: .seconds(120)) }
        #expect(await service.statistics.renders == count)
        try await fleet.measure("again, nothing new") { try await fleet.all(age: .seconds(120)) }
        try folder.write("apps/7/0.yaml", configMap("changed"))
        _ = try await git.commit()
        try await fleet.measure("a commit that touches one") {
            try await fleet.one(0, age: .zero)
            try await fleet.all(age: .seconds(120))
        }
        #expect(await service.statistics.renders == count + 1)
        let idle = Self.setting("SYNCCTL_MEASURE_IDLE", 60)
        try await fleet.measure("idle for \(idle) s, a poll every 3 minutes") {
            var rest = idle
            repeat {
                try await fleet.one(0, age: .zero)
                try await fleet.all(age: .seconds(120))
                try await Task.sleep(for: .seconds(min(rest, 180)))
                rest -= 180
            } while rest > 0
        }
        #expect(await service.statistics.renders == count + 1)
    }
}

private enum Wanted {
    static let isMeasured = ProcessInfo.processInfo.environment["SYNCCTL_MEASURE_SOURCES"] != nil
}

/// Many applications of one repository.
private struct Fleet: Sendable {
    let service: ManifestService
    let url: String
    let count: Int

    func one(_ index: Int, age: Duration) async throws {
        let source = ApplicationSource(repositoryURL: url, path: "apps/\(index)", targetRevision: "main")
        var request = RenderRequest(
            sources: [source], identity: RenderIdentity(application: "a\(index)", namespace: "store"))
        request.age = age
        let rendered = try await service.render(request)
        #expect(rendered.objects.count == 3)
    }

    /// All of them, eight at a time.
    func all(age: Duration) async throws {
        try await withThrowingTaskGroup { group in
            for worker in 0..<8 {
                group.addTask {
                    for index in stride(from: worker, to: count, by: 8) { try await one(index, age: age) }
                }
            }
            try await group.waitForAll()
        }
    }

    func measure(_ what: String, _ work: () async throws -> Void) async throws {
        let before = await service.statistics
        let (clock, start, cpu) = (ContinuousClock(), ContinuousClock.now, Self.processorSeconds)
        try await work()
        let after = await service.statistics
        let seconds = (clock.now - start) / .seconds(1)
        let row = [
            what, Self.text(seconds), Self.text(Self.processorSeconds - cpu), "\(Self.memory >> 20)",
            "\(after.resolutions - before.resolutions)", "\(after.renders - before.renders)",
            "\(after.reused - before.reused)",
        ]
        print("| \(row.joined(separator: " | ")) |")
    }

    private static func text(_ number: Double) -> String { String(format: "%.2f", number) }

    /// Of this process and of those that it has run.
    private static var processorSeconds: Double {
        [RUSAGE_SELF, RUSAGE_CHILDREN].reduce(0.0) { sum, who in
            var usage = rusage()
            getrusage(__rusage_who_t(who.rawValue), &usage)
            let times = [usage.ru_utime, usage.ru_stime]
            return times.reduce(sum) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
        }
    }

    /// Bytes of memory in use.
    private static var memory: Int {
        let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 4096
    }
}
