/// What `$ARGOCD_APP_NAME` and the like stand for in a source's options.
public struct BuildEnvironment: Hashable, Sendable {
    public var variables: [String: String]

    public init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// The variables of a source.
    ///
    /// - Parameters:
    ///   - source: The source.
    ///   - revision: The commit that its revision stands for.
    ///   - name: Of the Application.
    ///   - namespace: Where the Application's objects go.
    ///   - project: Of the Application.
    public init(source: ApplicationSource, revision: String, name: String, namespace: String, project: String)
    {
        variables = [
            "ARGOCD_APP_NAME": name, "ARGOCD_APP_NAMESPACE": namespace, "ARGOCD_APP_PROJECT_NAME": project,
            "ARGOCD_APP_REVISION": revision, "ARGOCD_APP_REVISION_SHORT": String(revision.prefix(7)),
            "ARGOCD_APP_REVISION_SHORT_8": String(revision.prefix(8)),
            "ARGOCD_APP_SOURCE_REPO_URL": source.repositoryURL, "ARGOCD_APP_SOURCE_PATH": source.path,
            "ARGOCD_APP_SOURCE_TARGET_REVISION": source.targetRevision,
        ]
    }

    /// Whether a text says something else at each revision.
    public static func namesRevision(_ text: String) -> Bool { text.contains("ARGOCD_APP_REVISION") }

    /// Puts the variables into a text: `$NAME`, `${NAME}`; `$$` is a dollar sign.
    ///
    /// An unknown one is nothing, as for Go's `os.Expand`.
    ///
    /// - Parameter text: With variables or without.
    /// - Returns: The text in which none is left.
    public func expanded(_ text: String) -> String {
        guard text.contains("$") else { return text }
        var result = ""
        var rest = Substring(text)
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            result += take(&rest)
        }
        return result + rest
    }

    /// Takes a name after a dollar sign.
    private func take(_ rest: inout Substring) -> String {
        guard let first = rest.first else { return "$" }
        if first == "{" {
            // Without an end it is no variable; Go drops the two characters, too.
            guard let end = rest.firstIndex(of: "}") else {
                rest = rest.dropFirst()
                return ""
            }
            let name = rest[rest.index(after: rest.startIndex)..<end]
            rest = rest[rest.index(after: end)...]
            return name == "$" ? "$" : variables[String(name), default: ""]
        }
        if first == "$" || "*#@!?-0123456789".contains(first) {
            rest = rest.dropFirst()
            return first == "$" ? "$" : ""
        }
        let name = rest.prefix { $0 == "_" || ($0.isASCII && ($0.isLetter || $0.isNumber)) }
        guard !name.isEmpty else { return "$" }
        rest = rest.dropFirst(name.count)
        return variables[String(name), default: ""]
    }
}
