/// A path within a repository, as its fields name it, with nothing of `.` and `..` left.
public struct SourcePath: Hashable, Sendable, CustomStringConvertible {
    /// Without slashes at its ends; empty: the repository's top.
    public var text: String

    /// The repository's top.
    public static let top = SourcePath(resolved: "")

    private init(resolved text: String) {
        self.text = text
    }

    /// Reads a path; `nil` if it is absolute, leads out of the repository, or cannot be a path.
    ///
    /// - Parameters:
    ///   - path: Relative to `base`.
    ///   - base: A folder of the repository.
    public init?(_ path: String, in base: SourcePath = .top) {
        guard !path.hasPrefix("/"), path.utf8.count <= 4096 else { return nil }
        guard path.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else { return nil }
        var steps = base.text.split(separator: "/").map(String.init)
        for step in path.split(separator: "/") {
            switch step {
            case ".": continue
            case "..":
                guard steps.popLast() != nil else { return nil }
            default: steps.append(String(step))
            }
        }
        text = steps.joined(separator: "/")
    }

    /// The folder that holds this.
    public var folder: SourcePath {
        SourcePath(resolved: text.split(separator: "/").dropLast().joined(separator: "/"))
    }

    /// Whether this is a folder's, or is it.
    public func isInside(_ folder: SourcePath) -> Bool {
        folder.text.isEmpty || text == folder.text || text.hasPrefix(folder.text + "/")
    }

    public var description: String { text.isEmpty ? "." : text }
}
