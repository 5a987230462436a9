import Glibc
import SyncController

/// The first SIGINT or SIGTERM ends the operation cleanly, the second ends the program at once.
struct Signals {
    private let listener: Int

    init(_ termination: TerminationRequest) {
        listener = Interrupts.shared.listen([SIGINT, SIGTERM]) { number in
            if termination.isRequested { _exit(128 + number) }
            Console.error("stopping: running hooks are ended; once more stops at once")
            termination.request()
        }
    }

    func stop() {
        Interrupts.shared.stop(listener)
    }
}
