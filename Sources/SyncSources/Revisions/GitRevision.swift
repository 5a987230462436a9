/// Which state of a repository is wanted, as somebody wrote it.
public enum GitRevision: Hashable, Sendable {
    /// What the repository's server calls its default.
    case head
    /// A whole commit id: forty digits, or sixty-four.
    case commit(String)
    /// A branch or tag, by its short name or all of it (`refs/…`), or the first digits of a commit id.
    case name(String)
    /// The newest tag that fits; where none does, `text` is a name.
    case range(VersionRange, text: String)

    /// Reads a revision; an empty one is `HEAD`.
    ///
    /// - Parameter text: As somebody wrote it.
    /// - Throws: ``SourceFailure`` if git could take it for something else than a revision.
    public init(_ text: String) throws(SourceFailure) {
        guard !text.isEmpty, text != "HEAD" else {
            self = .head
            return
        }
        guard text.utf8.count <= 255 else {
            throw SourceFailure(String(text.prefix(40)) + "…", .badRevision("is longer than 255 bytes"))
        }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }) else {
            throw SourceFailure(
                text.filter { !$0.isNewline }, .badRevision("holds a line's end or a control character"))
        }
        guard !text.hasPrefix("-") else {
            throw SourceFailure(text, .badRevision("begins with -, as an option does"))
        }
        if CommitID.isWhole(text) {
            self = .commit(text.lowercased())
        } else if let range = VersionRange(text) {
            self = .range(range, text: text)
        } else {
            self = .name(try Self.checked(text))
        }
    }

    /// Whether the repository's server has to be asked for its branches and tags.
    var isListed: Bool { if case .commit = self { false } else { true } }

    /// By the rules that git has for names.
    private static func checked(_ name: String) throws(SourceFailure) -> String {
        let isBad =
            name.contains { " ~^:?*[\\".contains($0) } || name.contains("..") || name.contains("@{")
            || name.contains("//") || name.hasPrefix("/") || name.hasSuffix("/") || name.hasSuffix(".")
            || name == "@"
            || name.split(separator: "/").contains { $0.hasPrefix(".") || $0.hasSuffix(".lock") }
        guard !isBad else {
            throw SourceFailure(
                name, .badRevision("is no name of a branch or tag, no commit, and no range of versions"))
        }
        return name
    }
}

/// The id of a commit, tree or file.
enum CommitID {
    static func isWhole(_ text: some StringProtocol) -> Bool {
        (text.utf8.count == 40 || text.utf8.count == 64) && isHexadecimal(text)
    }

    /// Whether this may be the beginning of one.
    static func isShort(_ text: some StringProtocol) -> Bool {
        (7..<40).contains(text.utf8.count) && isHexadecimal(text)
    }

    /// Whether somebody may have meant the beginning of one, but too many commits begin so.
    static func isTooShort(_ text: some StringProtocol) -> Bool {
        (4..<7).contains(text.utf8.count) && isHexadecimal(text)
    }

    private static func isHexadecimal(_ text: some StringProtocol) -> Bool {
        text.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
            default: false
            }
        }
    }
}
