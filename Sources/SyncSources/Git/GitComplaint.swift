/// What git says on standard error when it fails, as a reason for people: without secrets, on one line.
struct GitComplaint {
    /// In English.
    let text: String
    let secrets: [String]

    private static let longest = 400

    private static let kinds: [(words: [String], reason: @Sendable (String) -> SourceFailure.Reason)] = [
        (
            [
                "host key verification failed", "remote host identification has changed",
                "host key is known for",
                "ssl certificate problem", "certificate verification failed",
                "ssl: no alternative certificate",
                "does not match target host name",
            ], { .untrustedServer($0) }
        ),
        (
            [
                "url base from redirection", "returned error: 301", "returned error: 302",
                "returned error: 303",
                "returned error: 307", "returned error: 308",
            ],
            { _ in .redirected }
        ),
        (
            [
                "could not read username", "could not read password", "authentication failed",
                "access denied", "permission denied", "returned error: 401", "returned error: 403",
                "invalid credentials",
            ], { .unauthorized($0) }
        ),
        (
            [
                "could not resolve host", "failed to connect", "connection refused", "connection timed out",
                "connection reset", "operation too slow", "couldn't connect", "network is unreachable",
                "no route to host", "not found", "does not appear to be a git repository", "timed out",
                "not valid: is this a git repository", "connection closed", "empty reply",
                "remote end hung up", "returned error: 5", "early eof", "unexpected disconnect",
            ], { .unreachable($0) }
        ),
        (["out of memory"], { _ in .git("it needs more memory than it is given") }),
    ]

    /// The reason for a failure.
    var reason: SourceFailure.Reason {
        let said = said
        let lower = text.lowercased()
        let kind = Self.kinds.first { $0.words.contains { lower.contains($0) } }
        return kind?.reason(said) ?? .git(said)
    }

    /// The lines that say what is wrong.
    private var said: String {
        let lines = text.split(whereSeparator: \.isNewline).map(clean).filter { !$0.isEmpty }
        let marks = ["fatal: ", "error: ", "remote: ", "ERROR: "]
        let important = lines.filter { line in marks.contains { line.hasPrefix($0) } }
        let chosen = (important.isEmpty ? lines : important).suffix(4)
        let joined = chosen.joined(separator: "; ")
        guard !joined.isEmpty else { return "it gave no reason" }
        return joined.count > Self.longest ? joined.prefix(Self.longest) + "…" : joined
    }

    private func clean(_ line: Substring) -> String {
        var line = String(line)
        for secret in secrets { line = line.replacing(secret, with: "***") }
        // Whoever asks twice gets the same answer.
        line = Self.withoutUsers(line).replacing(#/ after \d+ ms/#, with: "")
        return String(line.map { $0.isASCIIControl ? " " : $0 }).trimmed
    }

    /// Takes what stands between `//` and `@` out of addresses.
    private static func withoutUsers(_ line: String) -> String {
        line.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard let start = word.firstRange(of: "://")?.upperBound else { return String(word) }
            let authority = word[start...].prefix { $0 != "/" }
            guard let at = authority.lastIndex(of: "@") else { return String(word) }
            return "\(word[..<start])***\(word[at...])"
        }.joined(separator: " ")
    }
}

extension String {
    /// Without spaces at its ends.
    var trimmed: String {
        let start = drop { $0 == " " }
        guard let end = start.lastIndex(where: { $0 != " " }) else { return "" }
        return String(start[...end])
    }
}
