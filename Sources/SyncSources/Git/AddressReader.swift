/// What is wrong with an address; it does not repeat the address.
struct AddressProblem: Error {
    var problem: String

    init(_ problem: String) {
        self.problem = problem
    }
}

/// Reads the address of a repository, strictly: what is not known to be harmless is refused.
struct AddressReader {
    let text: String

    private static let limit = 2048

    func address(_ allowed: Set<GitTransport>) throws(AddressProblem) -> RepositoryURL {
        guard !text.isEmpty else { throw AddressProblem("is empty") }
        guard text.utf8.count <= Self.limit else {
            throw AddressProblem("is longer than \(Self.limit) bytes")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw AddressProblem("holds a space, a line's end, a control character or one that is not ASCII")
        }
        guard !text.hasPrefix("-") else { throw AddressProblem("begins with -, as an option does") }
        let address = try parsed()
        guard allowed.contains(address.transport) else {
            throw AddressProblem(
                "\(address.transport.rawValue):// is not allowed here "
                    + "(allowed: \(allowed.map(\.rawValue).sorted().joined(separator: ", "))); "
                    + "--allow-local-repositories allows file:// and http:// where it is given")
        }
        return address
    }

    private func parsed() throws(AddressProblem) -> RepositoryURL {
        guard let range = text.firstRange(of: "://") else { return try short() }
        let scheme = String(text[..<range.lowerBound])
        guard !scheme.contains(":") else { throw Self.helper(scheme) }
        guard let transport = GitTransport(rawValue: scheme.lowercased()) else {
            throw AddressProblem("\(scheme):// is not supported; use https:// or ssh://")
        }
        let rest = text[range.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        var address = RepositoryURL(transport: transport, path: String(rest[authority.endIndex...]))
        try read(authority, into: &address)
        try check(path: address.path)
        return address
    }

    private static func helper(_ text: some StringProtocol) -> AddressProblem {
        AddressProblem(
            "\(text.prefix { $0 != ":" }):: names a helper program for git; only https and ssh are used")
    }

    /// `USER@HOST:PATH`.
    private func short() throws(AddressProblem) -> RepositoryURL {
        if text.contains("::"), !text.contains("]:") { throw Self.helper(text) }
        let colon = text.contains("]:") ? text.firstRange(of: "]:")?.upperBound : nil
        guard let end = colon.map({ text.index(before: $0) }) ?? text.firstIndex(of: ":"),
            !text[..<end].contains("/")
        else {
            throw AddressProblem("is neither https://HOST/PATH nor ssh://USER@HOST/PATH nor USER@HOST:PATH")
        }
        var address = RepositoryURL(transport: .ssh, path: String(text[text.index(after: end)...]))
        address.isShort = true
        try read(text[..<end], into: &address)
        guard !address.path.hasPrefix("-") else {
            throw AddressProblem("has a path that begins with -, as an option does")
        }
        try check(path: address.path)
        return address
    }

    private func read(_ authority: Substring, into address: inout RepositoryURL) throws(AddressProblem) {
        var name = authority
        if let at = authority.lastIndex(of: "@") {
            address.user = try user(authority[..<at], of: address.transport)
            name = authority[authority.index(after: at)...]
        }
        guard address.transport != .file else {
            guard authority.isEmpty else { throw AddressProblem("names a host; write file:///PATH") }
            return
        }
        if !address.isShort, let colon = name.lastIndex(of: ":"), !name[colon...].contains("]") {
            let digits = name[name.index(after: colon)...]
            guard let port = Int(digits), (1...65535).contains(port), digits.allSatisfy(\.isNumber) else {
                throw AddressProblem("has no port number after the colon")
            }
            address.port = port
            name = name[..<colon]
        }
        guard Self.isHost(name) else { throw AddressProblem("has no host's name where one should be") }
        address.host = name.lowercased()
    }

    private func user(_ text: Substring, of transport: GitTransport) throws(AddressProblem) -> String {
        guard transport == .ssh, !text.contains(":") else {
            throw AddressProblem(
                "holds credentials, which everybody reads who reads the address; put them into a repository "
                    + "Secret (label argocd.argoproj.io/secret-type: repository)")
        }
        guard Self.isWord(text) else { throw AddressProblem("has no user's name before the @") }
        return String(text)
    }

    private static func isWord(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && !text.hasPrefix("-")
            && text.allSatisfy { $0.isLetter || $0.isNumber || "._-".contains($0) }
    }

    private static func isHost(_ text: Substring) -> Bool {
        if text.hasPrefix("["), text.hasSuffix("]") {
            let inner = text.dropFirst().dropLast()
            return !inner.isEmpty && inner.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
        }
        return isWord(text) && !text.hasPrefix(".") && !text.contains("..")
    }

    private func check(path: String) throws(AddressProblem) {
        guard path.contains(where: { $0 != "/" }) else { throw AddressProblem("has no path") }
        let harmless = "/._~%+:@,=&()-"
        guard path.allSatisfy({ $0.isLetter || $0.isNumber || harmless.contains($0) }) else {
            throw AddressProblem("has a character in its path that no repository needs")
        }
        let parts = path.split(separator: "/").map { $0.lowercased().replacing("%2e", with: ".") }
        guard !parts.contains(where: { $0 == ".." || $0 == "." }), !path.lowercased().contains("%2f"),
            !path.contains("%0")
        else {
            throw AddressProblem("has a path with .. in it")
        }
    }
}
