/// A path inside a repository: relative, and without a way out.
public struct RepositoryPath: Hashable, Sendable {
    /// Without slashes at its ends and without `.`; empty for the whole repository.
    public let text: String

    /// Reads a path.
    ///
    /// - Parameter path: As in `spec.source.path`; empty and `.` are the repository itself.
    /// - Throws: ``SourceFailure`` if it is absolute, leads upwards, or cannot be a path.
    public init(_ path: String) throws(SourceFailure) {
        func bad(_ problem: String) -> SourceFailure {
            SourceFailure(path.map { $0.isASCIIControl ? "?" : String($0) }.joined(), .badPath(problem))
        }
        guard path.utf8.count <= 4096 else {
            throw SourceFailure(String(path.prefix(40)) + "…", .badPath("is longer than 4096 bytes"))
        }
        guard !path.contains(where: \.isASCIIControl) else {
            throw bad("holds a line's end or a control character")
        }
        guard !path.hasPrefix("/") else { throw bad("is absolute; paths begin at the repository's top") }
        let parts = path.split(separator: "/").filter { $0 != "." }
        guard !parts.contains("..") else { throw bad("leads upwards with ..") }
        guard !parts.contains(where: { $0.lowercased() == ".git" }) else {
            throw bad("leads to what git keeps for itself")
        }
        guard parts.first?.hasPrefix("-") != true else { throw bad("begins with -, as an option does") }
        text = parts.joined(separator: "/")
    }
}

extension Character {
    /// One that ends a line or moves a terminal's cursor.
    var isASCIIControl: Bool {
        unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }
}
