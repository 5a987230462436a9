// Signal sources are safe to use from any thread; Dispatch has not been annotated to say so.
@unsafe @preconcurrency import Dispatch
import Glibc

/// The first SIGINT, SIGTERM or SIGHUP asks for an end, the second ends the program at once.
struct StopSignals: Sendable {
    private let sources: [any DispatchSourceSignal]
    private let arrivals: AsyncStream<Int32>

    init() {
        let (arrivals, continuation) = AsyncStream.makeStream(
            of: Int32.self, bufferingPolicy: .bufferingOldest(1))
        self.arrivals = arrivals
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                switch continuation.yield(number) {
                case .enqueued: continuation.finish()
                case .dropped, .terminated: _exit(128 + number)
                @unknown default: _exit(128 + number)
                }
            }
            source.resume()
            return source
        }
    }

    /// Returns with the first signal, or when the task is cancelled.
    func first() async {
        for await _ in arrivals { return }
    }
}
