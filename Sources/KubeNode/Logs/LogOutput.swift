/// Which part of a container's output is wanted.
public struct LogQuery: Hashable, Sendable {
    /// Of the pod.
    public var uid: String
    public var container: String
    /// The run before the last restart.
    public var isPrevious = false
    /// Go on until the container ends.
    public var follows = false
    /// Only so many of the last lines.
    public var tailLines: Int?
    /// Only so many bytes.
    public var limitBytes: Int?
    /// Every line begins with its time.
    public var hasTimestamps = false
    /// Only what was written from then on.
    public var since: NodeTime?

    public init(uid: String, container: String) {
        self.uid = uid
        self.container = container
    }
}

extension LogShelf {
    /// The output of a container as it comes; `nil` if nothing is known of it.
    public func output(_ query: LogQuery) -> LogOutput? {
        let key = Key(uid: query.uid, container: query.container, isPrevious: query.isPrevious)
        guard let start = read(key, { query.firstLine(of: $0) }) else { return nil }
        return LogOutput(shelf: self, key: key, query: query, start: start)
    }
}

extension LogQuery {
    /// The number of the first line that is wanted.
    fileprivate func firstLine(of log: ContainerLog) -> Int {
        var first = log.dropped
        if let since {
            let lines = log.lines(from: 0)
            first = log.count - (lines.endIndex - (lines.firstIndex { $0.time >= since } ?? lines.endIndex))
        }
        if let tailLines { first = max(first, log.count - tailLines) }
        return first
    }
}

/// A container's output in pieces. One reader.
public struct LogOutput: AsyncSequence, Sendable {
    public typealias Element = [UInt8]
    public typealias Failure = any Error

    /// How many lines go out in one piece.
    private static let batch = 256

    fileprivate let shelf: LogShelf
    fileprivate let key: LogShelf.Key
    fileprivate let query: LogQuery
    fileprivate let start: Int

    public func makeAsyncIterator() -> Iterator {
        Iterator(output: self, next: start, left: query.limitBytes)
    }

    /// Reads the pieces in turn.
    public struct Iterator: AsyncIteratorProtocol {
        fileprivate let output: LogOutput
        /// The number of the line that comes next.
        fileprivate var next: Int
        /// Bytes that may still be answered.
        fileprivate var left: Int?

        public mutating func next() async throws -> [UInt8]? {
            while left != 0, !Task.isCancelled {
                let from = next
                let found = output.shelf.read(output.key) { log in
                    (
                        lines: log.lines(from: from).prefix(LogOutput.batch),
                        skipped: Swift.max(0, log.dropped - from),
                        // A log with fewer lines is that of a later run.
                        isComplete: log.isComplete || log.count < from
                    )
                }
                guard let found else { return nil }
                guard found.lines.isEmpty else {
                    next += found.skipped + found.lines.count
                    return piece(found.lines)
                }
                if found.isComplete || !output.query.follows { return nil }
                await output.shelf.waitForLines(of: output.key, after: from)
            }
            return nil
        }

        private mutating func piece(_ lines: ArraySlice<ContainerLog.Line>) -> [UInt8] {
            var bytes: [UInt8] = []
            for line in lines {
                if output.query.hasTimestamps { bytes += Array("\(line.time.nanoText) ".utf8) }
                bytes += line.bytes
            }
            if let left {
                bytes = Array(bytes.prefix(left))
                self.left = left - bytes.count
            }
            return bytes
        }
    }
}
