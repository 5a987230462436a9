import Glibc

/// How the program ends.
enum ExitStatus: Int32 {
    case done = 0
    /// The operation ended Failed or Error; of a comparison: something differs.
    case failed = 1
    /// Usage, or input that cannot be read: nothing was sent.
    case usage = 2
    /// The API server cannot be reached, or refuses us.
    case unavailable = 3
    case timedOut = 4
    /// Something must be approved or decided first.
    case guarded = 5
    /// An Application in the cluster is not there, may not be changed so, or did not come to be as it was waited for:
    /// what `argocd` says by this number (C3).
    case unmet = 20

    /// Ends the process at once: libraries would clean up behind the back of the thread that still uses them, and
    /// everything that was said is written already.
    static func exit(_ status: ExitStatus) -> Never {
        guard status == .done, Console.hasFailed else { Glibc._exit(status.rawValue) }
        Console.error("error: the output could not be written")
        Glibc._exit(ExitStatus.failed.rawValue)
    }
}

/// Why a command could not do what was asked, for the person who asked.
struct CommandFailure: Error {
    var status: ExitStatus
    var message: String

    init(_ status: ExitStatus, _ message: String) {
        self.status = status
        self.message = message
    }
}
