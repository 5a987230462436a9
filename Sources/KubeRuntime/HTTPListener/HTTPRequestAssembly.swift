import KubeCore
import NIOCore
import NIOHTTP1

/// What a connection is asked for, once it is known.
enum HTTPIncoming: Sendable {
    case request(HTTPRequest)
    /// The connection's last: it is answered, and the connection closed.
    case refused(HTTPRefusal)
}

/// Puts the parts of requests together, one request at a time.
///
/// Pure: what arrives goes in, whole requests come out. What a client sends ahead of its answer is held, and not read
/// from the socket beyond what has been read already.
struct HTTPRequestAssembly {
    private enum Phase {
        /// Nothing of the next request is there.
        case idle
        case head(bytes: Int)
        case body(HTTPRequest)
        case answering
        /// Nothing is taken any more.
        case closing
    }

    /// What is being waited for, and for how long.
    enum Wait: Hashable {
        case nextRequest
        case head
        case body
        /// The answer, which takes its time.
        case answer
        case close
    }

    private let rules: HTTPRequestRules
    private var phase = Phase.idle
    /// Of the request in work, as far as it is there; it grows in place.
    private var body: [UInt8] = []
    private var held: CircularBuffer<HTTPServerRequestPart> = []
    /// Whether the connection outlives the request.
    private(set) var keepsAlive = true
    /// Of the request that is in work.
    private(set) var version = HTTPVersion.http1_1
    /// Whether the request that is in work is a `HEAD`, whose answer has no body.
    private(set) var wantsHeadOnly = false

    init(_ rules: HTTPRequestRules) {
        self.rules = rules
    }

    var wait: Wait {
        switch phase {
        case .idle: .nextRequest
        case .head: .head
        case .body: .body
        case .answering: .answer
        case .closing: .close
        }
    }

    /// Whether nothing is to be read from the socket.
    var isFull: Bool { wait == .answer }

    /// Counts bytes that have arrived, before they are parsed.
    mutating func arrived(bytes: Int) -> HTTPIncoming? {
        switch phase {
        case .idle:
            phase = .head(bytes: bytes)
        case .head(let earlier):
            guard earlier <= rules.limits.headBytes else {
                return refuse(.headTooLarge(limit: rules.limits.headBytes))
            }
            phase = .head(bytes: earlier + bytes)
        case .body, .answering, .closing:
            break
        }
        return nil
    }

    /// Takes the next part of a request.
    mutating func take(_ part: HTTPServerRequestPart) -> HTTPIncoming? {
        switch (phase, part) {
        case (.closing, _):
            return nil
        case (.answering, _):
            held.append(part)
            return nil
        case (.idle, .head(let head)), (.head, .head(let head)):
            return begin(head)
        case (.body, .body(let bytes)):
            guard body.count + bytes.readableBytes <= rules.limits.bodyBytes else {
                return refuse(.bodyTooLarge(limit: rules.limits.bodyBytes))
            }
            body += bytes.readableBytesView
            return nil
        case (.body(var request), .end):
            phase = .answering
            swap(&request.body, &body)
            return .request(request)
        case (.idle, _), (.head, _), (.body, .head):
            return refuse(.badRequest("the parts of the request come in no order"))
        }
    }

    private mutating func begin(_ head: HTTPRequestHead) -> HTTPIncoming? {
        wantsHeadOnly = head.method == .HEAD
        version = head.version.minor >= 1 ? .http1_1 : .http1_0
        // After an upgrade the parser would understand nothing any more.
        let asksForUpgrade = head.headers.contains(name: "upgrade")
        keepsAlive = keepsAlive && head.isKeepAlive && version == .http1_1 && !asksForUpgrade
        do {
            phase = .body(try rules.check(head))
            return nil
        } catch {
            return refuse(error)
        }
    }

    /// The whole answer was written.
    ///
    /// - Returns: The next request, if it is there already.
    mutating func answered() -> HTTPIncoming? {
        guard case .answering = phase else { return nil }
        wantsHeadOnly = false
        guard keepsAlive else {
            close()
            return nil
        }
        phase = .idle
        while let part = held.popFirst() {
            if let incoming = take(part) { return incoming }
        }
        return nil
    }

    /// What came is not HTTP.
    mutating func failed(_ error: HTTPParserError) -> HTTPIncoming? {
        switch error {
        case .headerOverflow: refuse(.headTooLarge(limit: rules.limits.headBytes))
        case .invalidMethod: refuse(.methodNotAllowed)
        default: refuse(.badRequest("the request is not HTTP/1.1: \(error)"))
        }
    }

    /// The time of ``wait`` is over.
    ///
    /// - Returns: What there is to say about it; `nil` if the connection closes without a word.
    mutating func timeIsUp() -> HTTPIncoming? {
        switch phase {
        case .head: return refuse(.tooSlow("header", rules.limits.headTime))
        case .body: return refuse(.tooSlow("body", rules.limits.bodyTime))
        case .idle, .answering, .closing:
            close()
            return nil
        }
    }

    /// Lets the request in work be the last.
    mutating func stop() {
        keepsAlive = false
        switch phase {
        case .idle, .head: close()
        case .body, .answering, .closing: break
        }
    }

    private mutating func refuse(_ refusal: HTTPRefusal) -> HTTPIncoming? {
        // An answer in work cannot be interrupted by another.
        if case .answering = phase {
            keepsAlive = false
            held.removeAll()
            return nil
        }
        guard wait != .close else { return nil }
        close()
        return .refused(refusal)
    }

    private mutating func close() {
        keepsAlive = false
        phase = .closing
        held.removeAll()
        body = []
    }
}
