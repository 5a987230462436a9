import Foundation
package import KubeCore
import KubeRuntime

/// Git's own server over HTTP, `git http-backend`, behind an ``HTTPListener``, for those who have its password: the user
/// is `token`; as a bearer token it opens as well.
package struct GitBackend: HTTPTransport {
    /// The folder with the repositories.
    let root: String
    /// Answers in place of the backend; `nil` for what the backend answers.
    let instead: @Sendable (HTTPRequest) async -> HTTPResponse?
    /// Told of each request.
    let note: @Sendable (HTTPRequest) -> Void

    /// Serves all repositories in a folder while the body runs.
    ///
    /// - Parameters:
    ///   - root: The folder.
    ///   - password: Letters and digits.
    ///   - note: Told of each request.
    ///   - instead: Answers in place of the backend; `nil` for what the backend answers.
    ///   - body: Gets the address behind which the repositories are.
    /// - Returns: What the body returned.
    /// - Throws: If nothing can be served, and what the body throws.
    package static func serve<Result: Sendable>(
        _ root: String, password: String,
        noting note: @escaping @Sendable (HTTPRequest) -> Void = { _ in },
        instead: @escaping @Sendable (HTTPRequest) async -> HTTPResponse? = { _ in nil },
        while body: (_ address: String) async throws -> Result
    ) async throws -> Result {
        let backend = GitBackend(root: root, instead: instead, note: note)
        return try await HTTPListener.serve(backend, onPort: 0, token: password) { listener in
            try await body(listener.address)
        }
    }

    package func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        note(request)
        if let answer = await instead(request) { return answer }
        let target = request.target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        func header(_ name: String) -> String {
            request.headers.first { $0.name.lowercased() == name }?.value ?? ""
        }
        var command = Command(
            "git", ["http-backend"],
            environment: [
                "HOME": root, "GIT_PROJECT_ROOT": root, "GIT_HTTP_EXPORT_ALL": "1", "REMOTE_USER": "token",
                "REMOTE_ADDR": "127.0.0.1", "REQUEST_METHOD": request.method.rawValue,
                "PATH_INFO": String(target[0]), "QUERY_STRING": target.count > 1 ? String(target[1]) : "",
                "CONTENT_TYPE": header("content-type"), "CONTENT_LENGTH": String(request.body.count),
                "GIT_PROTOCOL": header("git-protocol"),
            ])
        command.input = request.body
        do {
            return Self.response(try await command.output(mayFail: true))
        } catch {
            throw TransportFailure(.interrupted, "\(error)")
        }
    }

    package func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        HTTPStream(try await send(request))
    }

    private static func response(_ output: [UInt8]) -> HTTPResponse {
        guard let end = output.firstRange(of: Array("\r\n\r\n".utf8)) else {
            return HTTPResponse(status: 500)
        }
        var response = HTTPResponse(status: 200, body: Array(output[end.upperBound...]))
        for line in String(decoding: output[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
        {
            let parts = line.split(separator: ":", maxSplits: 1).map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            guard parts.count == 2 else { continue }
            if parts[0] == "Status" {
                response.status = Int(parts[1].prefix(3)) ?? 500
            } else {
                response.headers.append(HTTPHeader(parts[0], parts[1]))
            }
        }
        return response
    }
}
