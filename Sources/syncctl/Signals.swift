// Signal sources are safe to use from any thread; Dispatch has not been annotated to say so.
@unsafe @preconcurrency import Dispatch
import Glibc
import SyncController

/// The first SIGINT or SIGTERM ends the operation cleanly, the second ends the program at once.
struct Signals {
    private let sources: [any DispatchSourceSignal]

    init(_ termination: TerminationRequest) {
        sources = [SIGINT, SIGTERM].map { number in
            _ = signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                if termination.isRequested { _exit(128 + number) }
                Console.error("stopping: running hooks are ended; once more stops at once")
                termination.request()
            }
            source.resume()
            return source
        }
    }

    func stop() {
        sources.forEach { $0.cancel() }
    }
}
