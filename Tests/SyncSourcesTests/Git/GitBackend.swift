import KubeCore
import Synchronization
import TestSupport

extension GitBackend {
    /// Serves a repository while the body runs, which gets its address.
    static func serve<Result: Sendable>(
        _ repository: TestRepository, password: String = "secret1234",
        noting note: @escaping @Sendable (HTTPRequest) -> Void = { _ in },
        instead: @escaping @Sendable (HTTPRequest) async -> HTTPResponse? = { _ in nil },
        while body: (String) async throws -> Result
    ) async throws -> Result {
        try await serve(repository.folder.path, password: password, noting: note, instead: instead) {
            address in
            try await body("\(address)/repo.git")
        }
    }
}

/// Counts requests by their target.
final class RequestLog: Sendable {
    private let targets = Mutex<[String]>([])

    func note(_ request: HTTPRequest) { targets.withLock { $0.append(request.target) } }
    var all: [String] { targets.withLock { $0 } }
}
