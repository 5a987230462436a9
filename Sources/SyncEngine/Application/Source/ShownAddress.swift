extension String {
    /// Text as people may see it (I8): every address in it without what may be secret. Of `https://user:password@host/`
    /// the password is hidden, and the user where that alone opens the repository, as a token does; of a query all
    /// values but those that name a revision.
    public var withoutPassword: String {
        var shown = ""
        var rest = self[...]
        while let mark = rest.firstRange(of: "://") {
            shown += rest[..<mark.upperBound]
            let isSSH = rest[..<mark.lowerBound].lowercased().hasSuffix("ssh")
            rest = rest[mark.upperBound...]
            let authority = rest.prefix { $0 != "/" && !$0.endsAddress }
            if let end = authority.lastIndex(of: "@") {
                shown += authority[..<end].withoutSecretOfUser(mayName: isSSH)
                rest = rest[end...]
            }
            let address = rest.prefix { !$0.endsAddress }
            shown += address.withoutSecretsInQuery
            rest = rest[address.endIndex...]
        }
        return shown + rest
    }

    fileprivate static let hidden = "********"
}

extension Substring {
    /// `user:********`; a user alone is hidden, too, unless it may be a name.
    fileprivate func withoutSecretOfUser(mayName: Bool) -> String {
        guard let colon = firstIndex(of: ":") else { return mayName ? String(self) : String.hidden }
        return self[...colon] + String.hidden
    }

    fileprivate var withoutSecretsInQuery: String {
        guard let mark = firstIndex(of: "?") else { return String(self) }
        let harmless = ["ref", "version", "timeout", "submodules"]
        let items = self[index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        let shown = items.map { item in
            guard let equals = item.firstIndex(of: "=") else { return item.isEmpty ? "" : String.hidden }
            return harmless.contains(item[..<equals].lowercased())
                ? String(item) : item[...equals] + String.hidden
        }
        return self[...mark] + shown.joined(separator: "&")
    }
}

extension Character {
    /// Whether an address in a text ends before it.
    fileprivate var endsAddress: Bool { isWhitespace || "\"'`<>;,)".contains(self) }
}

extension ApplicationSource {
    /// The repository's address as people may see it.
    public var shownURL: String { repositoryURL.withoutPassword }
}
