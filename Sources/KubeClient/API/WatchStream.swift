public import KubeCore

/// An open watch: events as they come, until the server ends it.
///
/// Ends without an error when the server closes in good order. Not reading holds the server back; letting go
/// of it, or cancelling the reading task, closes it. One reader.
public struct WatchStream: AsyncSequence, Sendable {
    public typealias Element = WatchEvent
    public typealias Failure = any Error

    private let lines: RawWatch

    init(_ lines: RawWatch) {
        self.lines = lines
    }

    public func makeAsyncIterator() -> Iterator { Iterator(lines: lines.makeAsyncIterator()) }

    /// Reads the events in turn.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var lines: RawWatch.Iterator

        public mutating func next() async throws -> WatchEvent? {
            switch try await lines.nextLine() {
            case .whole(let line): WatchEvent(line: line)
            case .tooLong(let limit): .unreadable("a watch event is longer than \(limit) bytes")
            case nil: nil
            }
        }
    }
}

/// An open watch as bytes: one JSON document a line, for readers that want less than a tree of each.
public struct RawWatch: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = any Error

    private let body: any AsyncSequence<[UInt8], any Error> & Sendable
    private let lineLimit: Int

    init(_ body: any AsyncSequence<[UInt8], any Error> & Sendable, lineLimit: Int) {
        self.body = body
        self.lineLimit = lineLimit
    }

    public func makeAsyncIterator() -> Iterator {
        Iterator(pieces: body.makeAsyncIterator(), lines: WatchLines(limit: lineLimit))
    }

    /// Reads the lines in turn; those that are too long are left out.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate var pieces: any AsyncIteratorProtocol<[UInt8], any Error>
        fileprivate var lines: WatchLines

        public mutating func next() async throws -> [UInt8]? {
            while let line = try await nextLine() {
                if case .whole(let bytes) = line { return bytes }
            }
            return nil
        }

        /// The next line, be it too long; `nil` at the end. A last line without an end is half an event, and
        /// none.
        mutating func nextLine() async throws -> WatchLines.Line? {
            while true {
                if let line = lines.next() { return line }
                guard let piece = try await pieces.next(isolation: #isolation) else { return nil }
                lines.append(piece)
            }
        }
    }
}

extension APIClient {
    /// The longest event that is read, in bytes: several times the largest object that a server stores.
    public static let eventLimit = 16 << 20

    /// Opens a watch and answers once the server has accepted it.
    ///
    /// - Parameter request: With the verb `watch`.
    /// - Returns: The events from the request's version on.
    /// - Throws: ``ClientFailure``; ``ClientFailure/isExpired`` if the version is too old.
    public func watch(_ request: APIRequest) async throws(ClientFailure) -> WatchStream {
        WatchStream(try await watchLines(request))
    }

    /// Opens a watch as ``watch(_:)`` does, for the bytes of its events.
    public func watchLines(_ request: APIRequest) async throws(ClientFailure) -> RawWatch {
        var http = try Self.http(request)
        if case .watch(let options) = request.verb, options.timeoutSeconds > 0 {
            // The server ends it by itself; one that does not is stuck.
            http.timeout = .seconds(options.timeoutSeconds) + .seconds(30)
        }
        return RawWatch(try await open(http).body, lineLimit: Self.eventLimit)
    }
}
