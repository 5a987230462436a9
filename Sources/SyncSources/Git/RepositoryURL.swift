import SyncEngine

/// How a repository is reached.
public enum GitTransport: String, Hashable, Sendable, CaseIterable {
    case https, http, ssh, file

    /// What is allowed unless somebody says otherwise: what nobody on the way can read or change.
    public static let safe: Set<GitTransport> = [.https, .ssh]
}

/// The address of a git repository: checked, so that it can be given to git.
///
/// `https://HOST/PATH`, `ssh://USER@HOST/PATH`, the short form `USER@HOST:PATH`, and where they are allowed `http://` and
/// `file:///PATH`. Everything else that git would take, above all the helpers that run programs (`ext::`), is refused;
/// so are credentials, since everybody who reads an Application reads its addresses.
public struct RepositoryURL: Hashable, Sendable {
    public var transport: GitTransport
    /// Of ssh; else empty.
    public var user = ""
    /// In lower case; empty for files.
    public var host = ""
    public var port: Int?
    /// Without the slash at its beginning if ``isShort``, else with it.
    public var path: String
    /// Whether this is `USER@HOST:PATH`, whose path begins where the user's home is.
    public var isShort = false

    /// Reads an address.
    ///
    /// - Parameters:
    ///   - text: As somebody wrote it.
    ///   - allowed: The transports that may be used.
    /// - Throws: ``SourceFailure`` that does not show credentials.
    public init(_ text: String, allowed: Set<GitTransport> = GitTransport.safe) throws(SourceFailure) {
        do throws(AddressProblem) {
            self = try AddressReader(text: text).address(allowed)
        } catch {
            throw SourceFailure(Self.withoutSecrets(text), .badAddress(error.problem))
        }
    }

    /// What is wrong with an address, whatever transport may be used; `nil` if it can be given to git.
    public static func problem(of text: String) -> String? {
        do throws(SourceFailure) {
            _ = try RepositoryURL(text, allowed: Set(GitTransport.allCases))
            return nil
        } catch {
            return error.message
        }
    }

    init(transport: GitTransport, path: String) {
        self.transport = transport
        self.path = path
    }

    /// What git is given, and what is shown: there is nothing secret in it.
    public var text: String {
        let name = user.isEmpty ? host : "\(user)@\(host)"
        if isShort { return "\(name):\(path)" }
        return "\(transport.rawValue)://\(name)\(port.map { ":\($0)" } ?? "")\(path)"
    }

    /// The same for all ways to write the address: with `.git` at its end and without, with the port that goes without
    /// saying, in short or in full.
    public var identity: String {
        let name = user.isEmpty ? host : "\(user)@\(host)"
        let port = port == Self.defaultPort(transport) ? nil : port
        return "\(transport.rawValue)://\(name)\(port.map { ":\($0)" } ?? "")/"
            + pathParts.joined(separator: "/")
    }

    /// The path's parts, the last without `.git`.
    var pathParts: [Substring] {
        var parts = path.split(separator: "/")
        if let last = parts.last, last.hasSuffix(".git"), last.utf8.count > 4 {
            parts[parts.count - 1] = last.dropLast(4)
        }
        return parts
    }

    static func defaultPort(_ transport: GitTransport) -> Int? {
        switch transport {
        case .https: 443
        case .http: 80
        case .ssh: 22
        case .file: nil
        }
    }

    /// For messages: an address that nobody has checked, without what may be a credential, on one line.
    static func withoutSecrets(_ text: String) -> String {
        var shown = text.prefix(200).map { $0.isASCII && !$0.isWhitespace && $0 != "\u{7F}" ? $0 : "?" }
        shown = shown.map { ($0.asciiValue ?? 0x3F) < 0x20 ? "?" : $0 }
        if let start = String(shown).firstRange(of: "://")?.upperBound {
            let text = String(shown)
            let authority = text[start...].prefix { $0 != "/" }
            if let at = authority.lastIndex(of: "@") {
                return "\"\(text[..<start])***\(text[at...])\"".withoutPassword
            }
        }
        return "\"\(String(shown))\"".withoutPassword
    }
}

extension RepositoryURL: CustomStringConvertible {
    public var description: String { text }
}
