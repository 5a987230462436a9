import SystemPackage

/// A program to run, all that it is given, and what it may cost.
struct ProcessCall: Sendable {
    /// A name that is looked for on the `PATH` of ``environment``, or a path.
    var program: String
    var arguments: [String] = []
    /// All of it: nothing of our own environment is added.
    var environment: [String: String]
    /// Where it runs; `nil` for where we are.
    var workingFolder: FilePath?
    var standardInput: [UInt8] = []
    var limits = ProcessLimits()
}

/// What a program that we run may cost. The kernel enforces what concerns the program itself.
struct ProcessLimits: Hashable, Sendable {
    /// From the start to the end of the program.
    var time = Duration.seconds(60)
    /// Bytes that it writes to standard output; more of them end it.
    var outputBytes = 64 << 20
    /// Bytes of its standard error that are kept: the last ones.
    var errorBytes = 16 << 10
    /// Bytes of each file that it writes; `nil` for no bound.
    var fileBytes: Int?
    /// Bytes of memory of its own, for each of its processes; `nil` for no bound.
    var memoryBytes: Int?
}

/// What a program has said, and how it ended. That it ended badly is for the caller to judge.
struct ProcessResult: Hashable, Sendable {
    enum Ending: Hashable, Sendable {
        case exited(Int32)
        case signaled(Int32)
    }

    var ending: Ending
    var standardOutput: [UInt8]
    /// The end of it, if there was much.
    var standardError: String

    var isSuccess: Bool { ending == .exited(0) }
}

/// A program gave no result.
struct ProcessFailure: Error, Hashable, Sendable, CustomStringConvertible {
    enum Reason: Hashable, Sendable {
        /// There is no such program on the `PATH`, or it may not be run.
        case notFound
        case notStarted(String)
        case timedOut(Duration)
        /// In bytes.
        case outputTooLarge(limit: Int)
        case cancelled
    }

    var program: String
    var reason: Reason

    var description: String {
        switch reason {
        case .notFound: "there is no program \(program) on this machine"
        case .notStarted(let problem): "\(program) cannot be run: \(problem)"
        case .timedOut(let time): "\(program) did not end within \(time.components.seconds) s and was ended"
        case .outputTooLarge(let limit):
            "\(program) wrote more than the limit of \(ByteCount(Int64(limit))) and was ended"
        case .cancelled: "\(program) was ended, since its result is not wanted any more"
        }
    }
}
