package import KubeCore
package import NIOCore
import NIOPosix

/// A connection to a server on which a test says whatever bytes it likes.
package struct RawClient: Sendable {
    package typealias Stream = NIOAsyncChannelInboundStream<ByteBuffer>

    private let writer: NIOAsyncChannelOutboundWriter<ByteBuffer>

    /// Talks to a server, and closes the connection.
    ///
    /// - Parameters:
    ///   - port: Of 127.0.0.1.
    ///   - body: The conversation: a way to write, and the answers.
    /// - Returns: What the body returned.
    /// - Throws: What the body throws, or why there is no connection.
    package static func with<Result: Sendable>(
        _ port: Int, _ body: (RawClient, inout RawAnswers) async throws -> Result
    ) async throws -> Result {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(
                        wrappingChannelSynchronously: channel,
                        configuration: .init(
                            backPressureStrategy: .init(lowWatermark: 1, highWatermark: 2)))
                }
            }
        return try await channel.executeThenClose { inbound, writer in
            var answers = RawAnswers(inbound.makeAsyncIterator())
            return try await body(RawClient(writer: writer), &answers)
        }
    }

    /// Writes; `false` if the server has closed.
    @discardableResult
    package func send(_ bytes: [UInt8]) async -> Bool {
        do {
            try await writer.write(ByteBuffer(bytes: bytes))
            return true
        } catch {
            return false
        }
    }

    /// Writes; `false` if the server has closed.
    @discardableResult
    package func send(_ text: String) async -> Bool { await send(Array(text.utf8)) }
}

/// What a server says on a connection, in order.
package struct RawAnswers {
    /// An answer as it came; the head in lower case.
    package struct Answer: CustomStringConvertible {
        package var code: Int
        package var head: String
        package var body: [UInt8]

        package var text: String { String(decoding: body, as: UTF8.self) }
        /// The body, if it is a `Status`.
        package var status: JSONValue? {
            guard let json = try? JSONValue(parsing: body), json["kind"] == "Status" else { return nil }
            return json
        }
        package var description: String { "\(head)\n\n\(text.prefix(400))" }
    }

    private var iterator: RawClient.Stream.AsyncIterator
    private var bytes: [UInt8] = []

    init(_ iterator: RawClient.Stream.AsyncIterator) {
        self.iterator = iterator
    }

    /// The next answer; `nil` if the connection ended without a whole one.
    package mutating func next() async -> Answer? {
        guard let head = await take(through: "\r\n\r\n") else { return nil }
        let lines = head.split(separator: "\r\n").map { $0.lowercased() }
        guard let first = lines.first, let code = Int(first.split(separator: " ").dropFirst().first ?? "")
        else { return nil }
        var answer = Answer(code: code, head: lines.joined(separator: "\n"), body: [])
        if let field = lines.first(where: { $0.hasPrefix("content-length: ") }),
            let length = Int(field.dropFirst(16))
        {
            guard await fill(length) else { return nil }
            answer.body = Array(bytes.prefix(length))
            bytes.removeFirst(length)
        } else if lines.contains("transfer-encoding: chunked") {
            while let chunk = await nextChunk() {
                if chunk.isEmpty { return answer }
                answer.body += chunk
            }
            return nil
        }
        return answer
    }

    /// The head of an answer whose body is read in chunks.
    package mutating func nextHead() async -> String? { await take(through: "\r\n\r\n") }

    /// The next chunk of a body; empty for the last, `nil` if the connection ended before it.
    package mutating func nextChunk() async -> [UInt8]? {
        guard let size = await take(through: "\r\n"), let count = Int(size, radix: 16) else { return nil }
        guard await fill(count + 2) else { return nil }
        defer { bytes.removeFirst(count + 2) }
        return Array(bytes.prefix(count))
    }

    /// Everything up to the end of the connection.
    package mutating func rest() async -> [UInt8] {
        while await read() {}
        defer { bytes = [] }
        return bytes
    }

    private mutating func take(through mark: String) async -> String? {
        let mark = Array(mark.utf8)
        var searched = 0
        while true {
            if let end = bytes[searched...].firstRange(of: mark) {
                let text = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
                bytes.removeSubrange(..<end.upperBound)
                return text
            }
            searched = max(0, bytes.count - mark.count)
            guard await read() else { return nil }
        }
    }

    private mutating func fill(_ count: Int) async -> Bool {
        while bytes.count < count {
            guard await read() else { return false }
        }
        return true
    }

    /// A reset is an end like any other.
    private mutating func read() async -> Bool {
        guard let next = try? await iterator.next(isolation: #isolation) else { return false }
        bytes += next.readableBytesView
        return true
    }
}
