import Glibc

/// The first SIGINT, SIGTERM or SIGHUP asks for an end, the second ends the program at once.
struct StopSignals: Sendable {
    private let listener: Int
    private let arrivals: AsyncStream<Int32>

    init() {
        let (arrivals, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingOldest(1))
        self.arrivals = arrivals
        listener = Interrupts.shared.listen([SIGINT, SIGTERM, SIGHUP]) { number in
            switch continuation.yield(number) {
            case .enqueued: continuation.finish()
            case .dropped, .terminated: _exit(128 + number)
            @unknown default: _exit(128 + number)
            }
        }
    }

    /// Waits for the first signal.
    ///
    /// - Returns: Its number; `nil` when the task is cancelled.
    @discardableResult
    func first() async -> Int32? {
        for await number in arrivals { return number }
        return nil
    }

    /// Does work that runs other programs: with a signal they are ended first, and then this one is.
    ///
    /// - Parameter work: Ends soon after it was cancelled, with all that it runs.
    /// - Returns: What it returned.
    /// - Throws: What it throws.
    static func guarding<Value: Sendable>(
        _ work: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let signals = StopSignals()
        defer { Interrupts.shared.stop(signals.listener) }
        return try await withThrowingTaskGroup(of: (value: Value?, signal: Int32?).self) { group in
            group.addTask { (try await work(), nil) }
            group.addTask { (nil, await signals.first()) }
            while let end = try await group.next() {
                if let value = end.value {
                    group.cancelAll()
                    return value
                }
                guard let number = end.signal else { continue }
                group.cancelAll()
                // Whatever it says now, it is not what was asked for.
                while await group.nextResult() != nil {}
                _exit(128 + number)
            }
            throw CancellationError()
        }
    }
}
