/// A source cannot be had: its repository, its revision, or what is in it.
///
/// The text never holds a credential: an address is shown without user and password, and what a program said is
/// searched for secrets before it comes here.
public struct SourceFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        // What somebody wrote.
        case badAddress(String)
        case badRevision(String)
        case badPath(String)
        /// Of a repository or repo-creds Secret.
        case badCredential(String)

        // What the repository's server says.
        case noSuchRevision
        /// No tag is a version in the range.
        case noFittingVersion
        case emptyRepository
        case unauthorized(String)
        case unreachable(String)
        case redirected
        case untrustedServer(String)
        case git(String)

        // What is in the repository.
        case noSuchPath
        case notAFolder
        /// A link out of the repository, or to an absolute path.
        case leadsOutside
        case danglingLink
        /// Links that lead to one another.
        case circularLink
        case badName

        // What it may cost, and what we run on.
        case tooLarge(what: String, limit: Int)
        case tooManyFiles(limit: Int)
        case timedOut(what: String, Duration)
        /// The program that is missing.
        case toolMissing(String)
        /// The folder with our copies of repositories, or a copy.
        case cache(String)
        case cancelled
    }

    /// The repository's address, a revision, or a path in the repository: what the reason is about.
    public var subject: String
    public var reason: Reason

    public init(_ subject: String, _ reason: Reason) {
        self.subject = subject
        self.reason = reason
    }

    /// Whether trying again, with nothing changed on our side, might succeed.
    public var isTransient: Bool {
        switch reason {
        case .noSuchRevision, .noFittingVersion, .emptyRepository, .unauthorized, .unreachable, .git,
            .timedOut, .cache, .cancelled:
            true
        case .badAddress, .badRevision, .badPath, .badCredential, .redirected, .untrustedServer, .noSuchPath,
            .notAFolder, .leadsOutside, .danglingLink, .circularLink, .badName, .tooLarge, .tooManyFiles,
            .toolMissing:
            false
        }
    }
}

extension SourceFailure: CustomStringConvertible {
    /// The sentence for people.
    public var message: String {
        switch reason {
        case .badAddress(let problem): "repository address \(subject): \(problem)"
        case .badRevision(let problem): "revision \"\(subject)\": \(problem)"
        case .badPath(let problem): "path \"\(subject)\": \(problem)"
        case .badCredential(let problem): "credential \(subject): \(problem)"
        case .noSuchRevision:
            "\(subject): no such branch, tag or commit in the repository"
                + (CommitID.isTooShort(subject) ? "; of a commit's id at least 7 digits are needed" : "")
        case .noFittingVersion: "\(subject): no tag of the repository is a version in this range"
        case .emptyRepository: "\(subject): there is no commit in the repository yet"
        case .unauthorized(let problem):
            "\(subject): the server wants other credentials (\(problem)); "
                + "they belong into a Secret labelled argocd.argoproj.io/secret-type: repository"
        case .unreachable(let problem): "\(subject): cannot be reached: \(problem)"
        case .redirected:
            "\(subject): the server sends us to another address, and redirects are not followed; "
                + "write the address that it sends to"
        case .untrustedServer(let problem):
            "\(subject): the server is not known to be who it says it is (\(problem)); its key belongs into "
                + "--known-hosts or the ConfigMap \(RepositoryTrust.hostKeys), its authority into \(RepositoryTrust.certificates)"
        case .git(let problem): "\(subject): git failed: \(problem)"
        case .noSuchPath: "\(subject): no such path in the repository"
        case .notAFolder: "\(subject): not a directory"
        case .leadsOutside:
            "\(subject): a link that leads out of the source; nothing is read of a repository that has one"
        case .danglingLink: "\(subject): a link that leads nowhere"
        case .circularLink: "\(subject): a link that leads back to itself"
        case .badName: "\(subject): a name that cannot be used"
        case .tooLarge(let what, let limit):
            "\(subject): \(what) is larger than the limit of \(ByteCount(Int64(limit)))"
        case .tooManyFiles(let limit): "\(subject): more than \(limit) files"
        case .timedOut(let what, let time):
            "\(subject): \(what) took longer than \(time.components.seconds) s and was given up"
        case .toolMissing(let tool):
            "\(subject): needs the program \(tool), and it is not on this machine: install it (Debian: apt-get install "
                + "\(tool)), or use the image of syncctl that has it"
        case .cache(let problem): "\(subject): the copy in the cache cannot be used: \(problem)"
        case .cancelled: "\(subject): broken off"
        }
    }

    public var description: String { message }
}
