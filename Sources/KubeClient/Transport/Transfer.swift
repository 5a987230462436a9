import CCurl
import KubeCore

/// One request on its way, and the answer so far.
///
/// `@unchecked`: after it was handed to the inbox, everything but the constants is touched on the loop's
/// thread only.
final class Transfer: @unchecked Sendable {
    /// How much of an answer is taken.
    enum Mode: Sendable {
        /// All of it, up to so many bytes.
        case whole(limit: Int)
        /// As it comes.
        case stream(BodyQueue)
    }

    let request: WireRequest
    let mode: Mode
    /// The whole answer; of a stream, its head.
    let answer = OneShot<Result<HTTPResponse, TransportFailure>>()

    var easy: EasyHandle?
    var lane: Lane?
    var isFinished = false
    private(set) var isTooLarge = false
    private(set) var isHeadComplete = false
    private var response = HTTPResponse(status: 0)
    private var headBytes = 0
    private var bodyBytesSent = 0

    /// Header fields beyond this many bytes are no answer of an API server.
    private static let headLimit = 256 << 10

    init(_ request: WireRequest, _ mode: Mode) {
        self.request = request
        self.mode = mode
    }

    var isStream: Bool {
        switch mode {
        case .stream: true
        case .whole: false
        }
    }

    /// Takes one line of the head; answers how many bytes were taken.
    func takeHeader(_ line: UnsafeRawBufferPointer) -> Int {
        lane?.timeoutsInARow = 0
        headBytes += line.count
        guard headBytes <= Self.headLimit else {
            isTooLarge = true
            return 0
        }
        let text = Self.trimmed(line[...])
        if text.isEmpty {
            endHead()
        } else if !isHeadComplete, text.starts(with: Self.statusLine) {
            let words = text.split(separator: UInt8(ascii: " "), maxSplits: 2)
            response.status = words.count > 1 ? Int(String(decoding: words[1], as: UTF8.self)) ?? 0 : 0
            response.headers = []
        } else if !isHeadComplete, let colon = text.firstIndex(of: UInt8(ascii: ":")) {
            let value = Self.trimmed(text[(colon + 1)...])
            response.headers.append(
                HTTPHeader(
                    String(decoding: text[..<colon], as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return line.count
    }

    private static let statusLine = Array("HTTP/".utf8)

    /// Without white space at both ends; in bytes, as this is done for every header of every answer.
    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> Slice<UnsafeRawBufferPointer> {
        var part = bytes.drop { $0 <= 0x20 }
        while let last = part.last, last <= 0x20 { part = part.dropLast() }
        return part
    }

    private func endHead() {
        // 1xx is a word in between: the answer's own head follows.
        guard !isHeadComplete, response.status >= 200 else { return }
        isHeadComplete = true
        if isStream { answer.fulfil(.success(response)) }
    }

    /// Takes a piece of the body; answers how many bytes were taken, or that the sender has to wait.
    func takeBody(_ piece: UnsafeRawBufferPointer) -> Int {
        lane?.timeoutsInARow = 0
        switch mode {
        case .whole(let limit):
            guard response.body.count + piece.count <= limit else {
                isTooLarge = true
                return 0
            }
            response.body.append(contentsOf: piece)
            return piece.count
        case .stream(let queue):
            return queue.offer(piece) ? piece.count : Int(CURL_WRITEFUNC_PAUSE)
        }
    }

    /// Gives the next bytes of our own body.
    func giveBody(_ room: UnsafeMutableRawBufferPointer) -> Int {
        let part = request.body[bodyBytesSent...].prefix(room.count)
        room.copyBytes(from: part)
        bodyBytesSent += part.count
        return part.count
    }

    /// Ends the transfer for whoever waits for it.
    func finish(_ failure: TransportFailure?) {
        isFinished = true
        if let failure {
            answer.fulfil(.failure(failure))
        } else {
            answer.fulfil(.success(response))
        }
        if case .stream(let queue) = mode { queue.finish(failure) }
    }
}
