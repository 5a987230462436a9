/// Tells references of a kustomization that kustomize would fetch from elsewhere.
enum RemoteReference {
    private static let prefixes = [
        "git::", "gh:", "git@", "github.com/", "github.com:", "ssh:", "file:", "s3::", "gcs::", "hg::",
    ]
    private static let queries = ["?ref=", "?version=", "?timeout=", "?submodules=", "&ref="]

    /// Whether a reference looks like an address, in one of the forms that kustomize or git understand.
    ///
    /// Rather once too often: what looks like an address is fetched even where a file of that name is there.
    static func matches(_ reference: String) -> Bool {
        let text = reference.lowercased()
        if text.contains("://") || text.hasPrefix("http:") || text.hasPrefix("https:") { return true }
        if prefixes.contains(where: text.hasPrefix) || queries.contains(where: text.contains) { return true }
        if text.hasSuffix(".git") || text.contains(".git/") || text.contains("/_git/") { return true }
        return isHostAndPath(text)
    }

    /// `user@host:path`, or `host:path` as ssh has it.
    private static func isHostAndPath(_ text: String) -> Bool {
        guard let colon = text.firstIndex(of: ":") else { return false }
        return !text[..<colon].contains("/")
    }
}
