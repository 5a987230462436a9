import KubeCore
import NIOCore
import NIOHTTP1

/// One connection: its requests, one after the other.
struct HTTPConnection: Sendable {
    typealias Writer = NIOAsyncChannelOutboundWriter<HTTPAnswerPart>

    /// Bytes that are written in one piece: so that a slow reader shows.
    private static let pieceBytes = 64 << 10

    var channel: any Channel
    /// Opens when the client has gone, or the listener stops.
    var ending: HTTPLatch
    var transport: any HTTPTransport

    /// Answers until either side ends the connection.
    func serve() async {
        do {
            try await wrapped().executeThenClose { incoming, writer in
                for try await next in incoming {
                    switch next {
                    case .request(let request): try await answer(request, writer)
                    case .refused(let refusal): try await answer(refusal, writer)
                    }
                }
            }
        } catch {
            // The client has gone, or its answer broke off: closing the connection is all that can be said.
        }
    }

    /// Begins to read.
    private func wrapped() async throws -> NIOAsyncChannel<HTTPIncoming, HTTPAnswerPart> {
        let channel = channel
        return try await channel.eventLoop.submit {
            // A wrapper that cannot be put around a closed channel would trap.
            guard channel.isActive else { throw ChannelError.alreadyClosed }
            let wrapped = try NIOAsyncChannel<HTTPIncoming, HTTPAnswerPart>(
                wrappingChannelSynchronously: channel,
                configuration: .init(isOutboundHalfClosureEnabled: true))
            try channel.syncOptions?.setOption(.autoRead, value: true)
            return wrapped
        }.get()
    }

    private func answer(_ refusal: HTTPRefusal, _ writer: Writer) async throws {
        let response = refusal.response
        var answer = HTTPAnswer(
            status: response.status, headers: response.headers + [.contentLength(response.body.count)])
        answer.add(response.body)
        try await writer.write(contentsOf: answer.takeAll())
    }

    private func answer(_ request: HTTPRequest, _ writer: Writer) async throws {
        let stream: HTTPStream
        do {
            stream = try await transport.open(request)
        } catch {
            return try await answer(HTTPRefusal(error), writer)
        }
        let answer = HTTPAnswer(status: stream.status, headers: stream.headers)
        if stream.headers.contains(where: { $0.name.lowercased() == "content-length" }) {
            try await write(answer, stream.body, writer)
        } else {
            try await follow(answer, stream.body, writer)
        }
    }

    /// Writes an answer whose end is near.
    private func write(
        _ answer: HTTPAnswer, _ body: any AsyncSequence<[UInt8], any Error> & Sendable, _ writer: Writer
    ) async throws {
        var answer = answer
        for try await piece in body {
            answer.add(piece)
            if answer.pendingBytes >= Self.pieceBytes {
                for part in answer.takeParts() { try await writer.write(part) }
            }
        }
        try await writer.write(contentsOf: answer.takeAll())
    }

    /// Writes what comes until it ends, or the connection does.
    private func follow(
        _ answer: HTTPAnswer, _ body: any AsyncSequence<[UInt8], any Error> & Sendable, _ writer: Writer
    ) async throws {
        var answer = answer
        try await writer.write(contentsOf: answer.takeParts())
        try await withThrowingTaskGroup { group in
            group.addTask {
                var answer = HTTPAnswer.continuation
                for try await piece in body {
                    answer.add(piece)
                    for part in answer.takeParts() { try await writer.write(part) }
                }
            }
            group.addTask { await ending.wait() }
            try await group.next()
            group.cancelAll()
            while let result = await group.nextResult() {
                // What was interrupted by us ends as it likes.
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
        try await writer.write(.end(nil))
    }
}
