extension String {
    /// An address as people may see it (I8): of `https://user:password@host/` without the password, and without the user
    /// where that alone opens the repository, as a token does.
    public var withoutPassword: String {
        guard let start = firstRange(of: "://")?.upperBound else { return self }
        let authority = self[start...].prefix { $0 != "/" }
        guard let end = authority.lastIndex(of: "@") else { return self }
        let isSSH = self[..<start].lowercased() == "ssh://"
        guard let colon = authority[..<end].firstIndex(of: ":") else {
            return isSSH ? self : "\(self[..<start])********\(self[end...])"
        }
        return "\(self[...colon])********\(self[end...])"
    }
}

extension ApplicationSource {
    /// The repository's address as people may see it.
    public var shownURL: String { repositoryURL.withoutPassword }
}
