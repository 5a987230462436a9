import Foundation
import KubeCore
import SyncEngine
import Synchronization
import SystemPackage
import TestSupport
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
        let (traffic, cache) = (GitTraffic(), try TemporaryFolder())
        try await GitBackend.serve(
            folder.path, password: "secret1234",
            noting: { traffic.note($0) }
        ) { address in
            let fleet = Fleet(url: "\(address)/.git", count: count, traffic: traffic, cache: cache)
            try await self.measure(fleet) {
                try folder.write("apps/7/0.yaml", configMap("changed"))
                _ = try await git.commit()
            }
        }
    }

    /// `commit` commits what touches one application.
    private func measure(_ fleet: Fleet, commit: () async throws -> Void) async throws {
        print("| what | seconds | CPU s | memory MiB | git lists | git fetches | renders | used again |")
        print("|---|---|---|---|---|---|---|---|")
        try await fleet.measure("start") { try await fleet.all(age: .seconds(120)) }
        #expect(await fleet.service.statistics.renders == fleet.count)
        #expect(fleet.traffic.count.fetches == 1)
        try await fleet.measure("again, nothing new") { try await fleet.all(age: .seconds(120)) }
        try await commit()
        try await fleet.measure("a commit that touches one") {
            try await fleet.one(0, age: .zero)
            try await fleet.all(age: .seconds(120))
        }
        #expect(await fleet.service.statistics.renders == fleet.count + 1)
        #expect(fleet.traffic.count.fetches == 2)
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
        #expect(await fleet.service.statistics.renders == fleet.count + 1)
        #expect(fleet.traffic.count.fetches == 2)
    }
}

private enum Wanted {
    static let isMeasured = ProcessInfo.processInfo.environment["SYNCCTL_MEASURE_SOURCES"] != nil
}

/// What git asks a server for: protocol 2 names it in each request.
private final class GitTraffic: Sendable {
    private let counts = Mutex((lists: 0, fetches: 0))

    var count: (lists: Int, fetches: Int) { counts.withLock { $0 } }

    func note(_ request: HTTPRequest) {
        guard request.target.hasSuffix("/git-upload-pack") else { return }
        let isList = request.body.firstRange(of: Array("command=ls-refs".utf8)) != nil
        counts.withLock { isList ? ($0.lists += 1) : ($0.fetches += 1) }
    }
}

/// Many applications of one repository.
private struct Fleet: Sendable {
    let service: ManifestService
    let url: String
    let count: Int
    let traffic: GitTraffic

    init(url: String, count: Int, traffic: GitTraffic, cache: TemporaryFolder) {
        (self.url, self.count, self.traffic) = (url, count, traffic)
        var settings = GitRepositories.Settings(cache: FilePath(cache.path))
        settings.transports = [.http]
        settings.credential = { _, _ in
            var credential = RepositoryCredential(url: url)
            credential.bearerToken = "secret1234"
            return credential
        }
        let repositories = GitRepositories(settings)
        service = ManifestService(settings: Tools.settings) { request throws(SourcesFailure) in
            try await repositories.checkout(request)
        }
    }

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
        let (before, asked) = (await service.statistics, traffic.count)
        let (clock, start, cpu) = (ContinuousClock(), ContinuousClock.now, Self.processorSeconds)
        try await work()
        let (after, answered) = (await service.statistics, traffic.count)
        let seconds = (clock.now - start) / .seconds(1)
        let row = [
            what, Self.text(seconds), Self.text(Self.processorSeconds - cpu), "\(Self.memory >> 20)",
            "\(answered.lists - asked.lists)", "\(answered.fetches - asked.fetches)",
            "\(after.renders - before.renders)",
            "\(after.reused - before.reused)",
        ]
        print("| \(row.joined(separator: " | ")) |")
    }

    private static func text(_ number: Double) -> String { String(format: "%.2f", number) }

    /// Of this process and of those that it has run: git's server, too.
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
