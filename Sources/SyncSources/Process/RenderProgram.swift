import FoundationEssentials
import SystemPackage

/// A program that makes manifests, as it was found on this machine.
struct RenderProgram: Hashable, Sendable {
    /// As people call it: `kubectl kustomize`.
    var name: String
    /// Absolute.
    var path: String
    /// What comes before all other arguments.
    var arguments: [String] = []
    /// As `5.5.0`; empty if it does not say.
    var version = ""

    /// Looks for a program.
    ///
    /// - Parameters:
    ///   - name: Of its file.
    ///   - environment: Its `PATH` is searched.
    /// - Returns: Its path; `nil` if there is none.
    static func path(of name: String, in environment: [String: String]) -> String? {
        let folders = ProgramEnvironment.clean(from: environment, home: "/")["PATH", default: ""]
        return folders.split(separator: ":").lazy.filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
            .first { FileManager.default.isExecutableFile(atPath: $0) && !isFolder($0) }
    }

    private static func isFolder(_ path: String) -> Bool {
        // What cannot be looked at will not run either.
        (try? Stat(FilePath(path)).type) == .directory
    }

    /// Runs the program.
    ///
    /// - Parameters:
    ///   - more: Its further arguments. Anybody on the machine can read them: no values, no secrets.
    ///   - subject: What is rendered, for messages.
    ///   - sandbox: Where and with what it runs.
    /// - Returns: Its standard output.
    /// - Throws: ``RenderFailure`` with the program's own last words.
    func run(
        _ more: [String], on subject: String, in sandbox: ProgramSandbox
    ) async throws(RenderFailure) -> [UInt8] {
        let call = ProcessCall(
            program: path, arguments: arguments + more, environment: sandbox.environment,
            workingFolder: sandbox.folder.path, standardInput: sandbox.standardInput, limits: sandbox.limits)
        let result: ProcessResult
        do throws(ProcessFailure) {
            result = try await ProcessRunner().run(call)
        } catch {
            throw failure("\(error)", on: subject, isTransient: error.isTransient)
        }
        guard result.isSuccess else {
            throw failure(Self.words(result, sandbox), on: subject, isTransient: result.ending.isSignal)
        }
        return result.standardOutput
    }

    private func failure(_ problem: String, on subject: String, isTransient: Bool) -> RenderFailure {
        RenderFailure(
            path: subject, reason: .toolFailed(program: name, problem: problem, isTransient: isTransient))
    }

    /// What a program said last, without the names of our own folders.
    private static func words(_ result: ProcessResult, _ sandbox: ProgramSandbox) -> String {
        let lines = result.standardError.split(separator: "\n").filter { !$0.hasPrefix("# Warning") }
        let text = lines.suffix(12).joined(separator: "\n")
        let shown = sandbox.hidden.reduce(text) { $0.replacing($1, with: "…") }
        guard shown.isEmpty else { return String(shown.prefix(2000)) }
        switch result.ending {
        case .exited(let code): return "ended with \(code)"
        case .signaled(let signal): return "was ended by signal \(signal)"
        }
    }
}

/// Where and with what a program runs that other people's input is given to.
struct ProgramSandbox: Sendable {
    var folder: WorkFolder
    var environment: [String: String]
    var limits: ProcessLimits
    var standardInput: [UInt8] = []
    /// Paths that say nothing to people.
    var hidden: [String]

    /// A sandbox in which the program finds no other programs and, unless it needs it, no network.
    init(
        _ folder: WorkFolder, own: [String: String], limits: ProcessLimits, reachesNetwork: Bool = false
    ) {
        self.folder = folder
        self.limits = limits
        hidden = [folder.path.string]
        environment = ProgramEnvironment.clean(from: own, home: folder.path.string)
        environment["TMPDIR"] = folder.path.string
        guard !reachesNetwork else { return }
        environment["PATH"] = "/nonexistent"
        for name in ["http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            // Nothing listens there; that a source is not fetched from elsewhere was seen to before.
            environment[name] = "http://127.0.0.1:1"
        }
        environment["no_proxy"] = nil
        environment["NO_PROXY"] = nil
    }
}

extension ProcessResult.Ending {
    fileprivate var isSignal: Bool {
        if case .signaled = self { true } else { false }
    }
}

extension ProcessFailure {
    /// Whether trying again might succeed.
    fileprivate var isTransient: Bool {
        switch reason {
        case .notStarted, .timedOut, .cancelled: true
        case .notFound, .outputTooLarge: false
        }
    }
}
