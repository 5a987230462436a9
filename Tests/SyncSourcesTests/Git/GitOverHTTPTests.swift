import Foundation
import KubeCore
import SystemPackage
import TestSupport
import Testing

@testable import SyncSources

@Suite("Repositories over HTTP", .timeLimit(.minutes(5)))
struct GitOverHTTPTests {
    private static let account: RepositoryCredential = {
        var credential = RepositoryCredential(url: "http://127.0.0.1")
        credential.username = "token"
        credential.password = "secret1234"
        return credential
    }()

    private func cache(_ credential: RepositoryCredential?) throws -> TestCache {
        var cache = try TestCache([.http])
        cache.settings.credential = { _, _ in credential }
        return cache
    }

    @Test("a repository with an account is read, with name and password or with a token")
    func read() async throws {
        let source = try await TestRepository()
        let first = try await source.commit(["a.yaml": "1"])
        let log = RequestLog()
        try await GitBackend.serve(
            source, noting: { log.note($0) }
        ) { url in
            let cache = try self.cache(Self.account)
            #expect(try await cache.repositories.tree(of: url, at: "main").texts() == ["a.yaml": "1"])
            var bearer = RepositoryCredential(url: url)
            bearer.bearerToken = "secret1234"
            let other = try self.cache(bearer)
            #expect(try await other.repositories.tree(of: url, at: String(first.prefix(8))).commit == first)

            let fetches = log.all.count { $0.hasSuffix("/git-upload-pack") }
            _ = try await cache.repositories.tree(of: url, at: "main")
            // Protocol 2 asks for the list with a request of its own; nothing else is asked for.
            #expect(log.all.count { $0.hasSuffix("/git-upload-pack") } == fetches + 1)
            let count = log.all.count
            _ = try await cache.repositories.tree(of: url, at: first)
            #expect(log.all.count == count, "a whole id that is there asks nobody")
        }
    }

    @Test("I8 a wrong password is said so, and shown nowhere")
    func wrongPassword() async throws {
        let source = try await TestRepository()
        try await source.commit(["a.yaml": "1"])
        try await GitBackend.serve(source) { url in
            for password in ["wrong-password", ""] {
                var wrong = Self.account
                wrong.password = password
                let cache = try self.cache(wrong)
                let failure = try #require(await cache.failure(url, at: "main"))
                guard case .unauthorized = failure.reason else {
                    Issue.record("\(failure)")
                    continue
                }
                #expect(failure.message.contains("argocd.argoproj.io/secret-type: repository"))
                #expect(!failure.message.contains("wrong-password"))
                #expect(
                    try FileManager.default.contentsOfDirectory(atPath: "\(cache.settings.cache)/calls") == []
                )
            }
        }
    }

    @Test("I8 while git runs, its command line and environment hold no secret, and its files are ours alone")
    func secretsInProcesses() async throws {
        let source = try await TestRepository()
        try await source.commit(["a.yaml": "1"])
        let seen = RequestLog()
        let cache = try self.cache(Self.account)
        let folder = cache.settings.cache.string
        let look: @Sendable (HTTPRequest) async -> HTTPResponse? = { _ in
            for process in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
                for file in ["cmdline", "environ"] {
                    guard let data = FileManager.default.contents(atPath: "/proc/\(process)/\(file)") else {
                        continue
                    }
                    let text = String(decoding: data, as: UTF8.self)
                    guard text.contains(folder) else { continue }
                    let isBad = ["secret1234", Self.account.basicToken ?? "none"].contains(
                        where: text.contains)
                    seen.note(HTTPRequest(method: .get, target: isBad ? "secret in \(file)" : "looked"))
                }
            }
            let calls = (try? FileManager.default.subpathsOfDirectory(atPath: "\(folder)/calls")) ?? []
            for path in calls {
                guard let status = try? Stat(FilePath("\(folder)/calls/\(path)")) else { continue }
                let isPrivate = status.permissions.rawValue & 0o077 == 0
                seen.note(HTTPRequest(method: .get, target: isPrivate ? "private" : "open: \(path)"))
            }
            return nil
        }
        try await GitBackend.serve(source, instead: look) { url in
            _ = try await cache.repositories.tree(of: url, at: "main")
        }
        #expect(Set(seen.all) == ["looked", "private"])
    }

    @Test("a redirect is not followed, wherever it leads", arguments: ["info/refs", "git-upload-pack"])
    func redirect(_ where_: String) async throws {
        let source = try await TestRepository()
        try await source.commit(["a.yaml": "1"])
        let log = RequestLog()
        try await GitBackend.serve(
            source, noting: { log.note($0) }
        ) { target in
            let redirect: @Sendable (HTTPRequest) async -> HTTPResponse? = { request in
                guard request.target.contains(where_) else { return nil }
                let rest = request.target.replacing("/repo.git", with: "")
                return HTTPResponse(status: 302, headers: [HTTPHeader("Location", target + rest)])
            }
            try await GitBackend.serve(source, instead: redirect) { url in
                let failure = await (try self.cache(Self.account)).failure(url, at: "main")
                #expect(failure?.reason == .redirected, "\(String(describing: failure))")
                #expect(failure?.message.hasSuffix("write the address that it sends to") == true)
            }
        }
        #expect(log.all == [], "the other host was asked")
    }

    @Test("I6 a server that does not answer, or that never ends, is given up")
    func slow() async throws {
        let source = try await TestRepository()
        try await source.commit(["a.yaml": "1"])
        var cache = try self.cache(Self.account)
        cache.settings.limits.git.listTime = .seconds(2)
        try await GitBackend.serve(
            source,
            instead: { _ in
                // Until the client is gone.
                try? await Task.sleep(for: .seconds(600))
                return HTTPResponse(status: 500)
            }
        ) { url in
            let failure = await cache.failure(url, at: "main")
            #expect(failure?.reason == .timedOut(what: "the list of branches and tags", .seconds(2)))
        }
    }

    @Test("I6 a server that failed is asked again at once only for those who do not believe that")
    func outage() async throws {
        let source = try await TestRepository()
        try await source.commit(["a.yaml": "1"])
        let log = RequestLog()
        let isBack = Latch()
        var cache = try self.cache(Self.account)
        cache.settings.failureAge = .seconds(3600)
        let repositories = cache.repositories
        try await GitBackend.serve(
            source, noting: { log.note($0) },
            instead: { _ in isBack.isOpen ? nil : HTTPResponse(status: 503) }
        ) { url in
            func failure(believing believesOutage: Bool) async -> SourceFailure? {
                do throws(SourceFailure) {
                    _ = try await repositories.tree(of: url, at: "main", believesOutage: believesOutage)
                    return nil
                } catch {
                    return error
                }
            }
            let first = try #require(await failure(believing: true))
            let count = log.all.count
            #expect(count > 0)
            #expect(await failure(believing: true) == first)
            #expect(log.all.count == count, "it was asked again")
            #expect(await failure(believing: false) == first)
            #expect(log.all.count > count)
            isBack.open()
            #expect(await failure(believing: true) == first)
            #expect(await failure(believing: false) == nil)
            #expect(await failure(believing: true) == nil)
        }
    }

    @Test("I6 a server that is away does not hold up those who know that, while it is asked again")
    func outageWhileAsked() async throws {
        let source = try await TestRepository()
        try await source.commit(["a.yaml": "1"])
        let (hasFailed, isAsked, isKnown) = (Latch(), Latch(), Latch())
        var cache = try self.cache(Self.account)
        cache.settings.failureAge = .zero
        let repositories = cache.repositories
        try await GitBackend.serve(
            source,
            instead: { _ in
                if hasFailed.isOpen {
                    isAsked.open()
                    await isKnown.wait()
                }
                return HTTPResponse(status: 503)
            }
        ) { url in
            await #expect(throws: SourceFailure.self) { try await repositories.tree(of: url, at: "main") }
            hasFailed.open()
            let again = Task { try await repositories.tree(of: url, at: "main").commit }
            await isAsked.wait()
            await #expect(throws: SourceFailure.self) {
                try await repositories.tree(of: url, at: "main", believesOutage: true)
            }
            isKnown.open()
            await #expect(throws: SourceFailure.self) { try await again.value }
        }
    }

    @Test("I6 a list that unfolds to hundreds of megabytes is refused, within bounds of memory")
    func gzipBomb() async throws {
        let folder = try TemporaryFolder()
        let make = ProcessCall(
            program: "sh", arguments: ["-c", "head -c 600000000 /dev/zero | gzip -1"],
            environment: ["PATH": "/usr/bin:/bin", "HOME": folder.path])
        let bomb = try await ProcessRunner().run(make).standardOutput
        let source = try await TestRepository()
        var cache = try self.cache(Self.account)
        cache.settings.limits.git.memoryBytes = 128 << 20
        try await GitBackend.serve(
            source,
            instead: { _ in
                HTTPResponse(
                    status: 200,
                    headers: [
                        HTTPHeader("Content-Type", "application/x-git-upload-pack-advertisement"),
                        HTTPHeader("Content-Encoding", "gzip"),
                    ], body: bomb)
            }
        ) { url in
            let failure = await cache.failure(url, at: "main")
            #expect(failure?.reason == .git("it needs more memory than it is given"), "\(failure as Any)")
        }
    }
}
