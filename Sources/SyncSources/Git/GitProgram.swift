import SystemPackage

/// Runs git, so that it neither reads nor runs what we did not tell it to.
struct GitProgram: Sendable {
    /// A call of git.
    struct Call: Sendable {
        /// What it is called in a message: "the fetch".
        var what: String
        var arguments: [String]
        var standardInput: [UInt8] = []
        var time: Duration
        var outputBytes = 64 << 20
        /// Bytes of each file that it writes; `nil` for no bound.
        var fileBytes: Int?
    }

    /// A repository on a server.
    struct Remote: Sendable {
        var url: RepositoryURL
        var credential: RepositoryCredential?
        var trust: RepositoryTrust
    }

    /// Where private folders are made.
    var folder: FilePath
    /// Our own environment.
    var environment: [String: String]
    var limits: GitLimits
    var runner = ProcessRunner()

    /// Runs git on our own copy, without any network.
    func read(_ call: Call, in repository: FilePath?, of subject: String) async throws(SourceFailure)
        -> ProcessResult
    {
        try await run(
            call, in: repository, transport: nil, subject: subject,
            environment: GitSettings.environment(
                from: environment, folder: folder, config: nil, ssh: nil, transport: nil))
    }

    /// Runs git with access to a server.
    ///
    /// - Parameters:
    ///   - call: What to do.
    ///   - repository: Our copy; `nil` for none.
    ///   - remote: Where and as whom.
    /// - Returns: What it wrote; it has ended well.
    /// - Throws: ``SourceFailure``, with what git said, without secrets.
    func reach(_ call: Call, in repository: FilePath?, _ remote: Remote) async throws(SourceFailure)
        -> ProcessResult
    {
        try await CallFolder.with(in: folder) { folder throws(SourceFailure) in
            let access = try GitAccess(
                to: remote.url, as: remote.credential, trust: remote.trust, in: folder)
            let result = try await run(
                call, in: repository, transport: remote.url.transport, subject: remote.url.text,
                environment: GitSettings.environment(
                    from: environment, folder: folder.path, config: access.config, ssh: access.ssh,
                    transport: remote.url.transport))
            guard result.isSuccess else {
                let complaint = GitComplaint(
                    text: result.standardError, secrets: remote.credential?.secrets ?? [])
                throw SourceFailure(remote.url.text, complaint.reason)
            }
            return result
        }
    }

    private func run(
        _ call: Call, in repository: FilePath?, transport: GitTransport?, subject: String,
        environment: [String: String]
    ) async throws(SourceFailure) -> ProcessResult {
        let arguments = GitSettings.arguments(repository: repository, transport: transport)
        var process = ProcessCall(
            program: "git", arguments: arguments + call.arguments, environment: environment,
            workingFolder: folder, standardInput: call.standardInput)
        process.limits.time = call.time
        process.limits.outputBytes = call.outputBytes
        process.limits.fileBytes = call.fileBytes
        process.limits.memoryBytes = limits.memoryBytes
        do {
            return try await runner.run(process)
        } catch {
            throw SourceFailure(subject, Self.reason(error, of: call))
        }
    }

    private static func reason(_ failure: ProcessFailure, of call: Call) -> SourceFailure.Reason {
        switch failure.reason {
        case .notFound: .toolMissing("git")
        case .notStarted(let problem): .git("it cannot be run: \(problem)")
        case .timedOut(let time): .timedOut(what: call.what, time)
        case .outputTooLarge(let limit): .tooLarge(what: "what \(call.what) prints", limit: limit)
        case .cancelled: .cancelled
        }
    }
}
