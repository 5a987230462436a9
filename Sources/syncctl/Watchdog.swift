// Work items are safe to use from any thread; Dispatch has not been annotated to say so.
@unsafe @preconcurrency import Dispatch
import SyncEngine

/// Ends the process where `--timeout` has long passed and the API server answers nothing: an operation ends itself in
/// time as long as there is a server to end it with.
struct Watchdog {
    private let alarm: DispatchWorkItem?

    /// Begins to count.
    ///
    /// - Parameters:
    ///   - limit: After how long; `nil` for never.
    ///   - what: What did not come, for the message.
    init(after limit: Duration?, waitingFor what: String) {
        guard let limit else {
            alarm = nil
            return
        }
        let item = DispatchWorkItem {
            Console.error("error: timed out after \(limit.goText) waiting for \(what)")
            ExitStatus.exit(.timedOut)
        }
        alarm = item
        let (seconds, fraction) = limit.components
        let milliseconds = Int(clamping: min(seconds, 1 << 31) * 1000 + fraction / 1_000_000_000_000_000)
        DispatchQueue.global().asyncAfter(deadline: .now() + .milliseconds(milliseconds), execute: item)
    }

    func stop() { alarm?.cancel() }
}
