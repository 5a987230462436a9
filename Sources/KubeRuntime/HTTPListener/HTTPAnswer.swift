public import KubeCore
import NIOCore
import NIOHTTP1

/// The parts of an answer that are still to be written.
struct HTTPAnswer {
    /// Larger pieces are cut, so that a client that does not read shows.
    private static let longestPart = 64 << 10

    private var parts: [HTTPAnswerPart]
    private(set) var pendingBytes = 0

    /// An answer whose head was written before.
    static var continuation: HTTPAnswer { HTTPAnswer(parts: []) }

    private init(parts: [HTTPAnswerPart]) {
        self.parts = parts
    }

    init(status: Int, headers: [HTTPHeader]) {
        let fields = headers.map { ($0.name, $0.value) }
        self.init(parts: [
            .head(
                HTTPResponseHead(
                    version: .http1_1, status: HTTPResponseStatus(statusCode: status),
                    headers: HTTPHeaders(fields)))
        ])
    }

    mutating func add(_ bytes: [UInt8]) {
        pendingBytes += bytes.count
        var rest = ByteBuffer(bytes: bytes)
        while let part = rest.readSlice(length: min(rest.readableBytes, Self.longestPart)),
            part.readableBytes > 0
        {
            parts.append(.body(part))
        }
    }

    /// What is there, to be written now.
    mutating func takeParts() -> [HTTPAnswerPart] {
        pendingBytes = 0
        defer { parts = [] }
        return parts
    }

    /// What is there, and the end.
    mutating func takeAll() -> [HTTPAnswerPart] { takeParts() + [.end(nil)] }
}

extension HTTPResponse {
    /// An answer for people, or for what reads text.
    ///
    /// - Parameters:
    ///   - status: Of HTTP.
    ///   - text: The body.
    ///   - type: What it is.
    public init(status: Int, text: String, type: String = "text/plain; charset=utf-8") {
        let body = Array(text.utf8)
        self.init(
            status: status, headers: [HTTPHeader("Content-Type", type), .contentLength(body.count)],
            body: body)
    }
}

extension HTTPHeader {
    static func contentLength(_ bytes: Int) -> HTTPHeader { HTTPHeader("Content-Length", "\(bytes)") }
}
