/// The parts of an API server's address that decide how it is reached.
public struct ServerAddress: Hashable, Sendable {
    public var isSecure: Bool
    /// Without brackets where it is an IPv6 address.
    public var host: String
    public var port: Int
    /// What stands before every path; empty, or beginning with `/` and not ending with it.
    public var path: String

    /// From `https://host:port/path`; `nil` if it is none.
    public init?(_ text: String) {
        let scheme: Substring
        if text.lowercased().hasPrefix("https://") {
            (isSecure, scheme) = (true, text.dropFirst(8))
        } else if text.lowercased().hasPrefix("http://") {
            (isSecure, scheme) = (false, text.dropFirst(7))
        } else {
            return nil
        }
        // A query or fragment has no place in the address of a server, nor has a user: credentials come
        // otherwise.
        guard !scheme.utf8.contains(where: { $0 <= 0x20 || $0 == 0x7F || "?#@\\".utf8.contains($0) }) else {
            return nil
        }
        let authority = scheme.prefix { $0 != "/" }
        var rest = scheme.dropFirst(authority.count)
        while rest.hasSuffix("/") { rest = rest.dropLast() }
        path = String(rest)
        let (name, number) = Self.hostAndPort(String(authority))
        guard !name.isEmpty else { return nil }
        host = name
        if number == nil, authority.hasSuffix("\(name)") || authority.hasSuffix("]") {
            port = isSecure ? 443 : 80
        } else if let number, (1...65535).contains(number) {
            port = number
        } else {
            return nil
        }
    }

    /// Takes `user:password@` out of an address; `nil` if it has none, or one with escapes.
    static func takeLogin(from text: inout String) -> (user: String, password: String)? {
        guard let colon = text.firstIndex(of: ":"), text[colon...].hasPrefix("://") else { return nil }
        let start = text.index(colon, offsetBy: 3)
        let authority = text[start...].prefix { $0 != "/" }
        guard let end = authority.lastIndex(of: "@") else { return nil }
        let login = authority[..<end]
        guard let middle = login.firstIndex(of: ":"), !login.contains("%") else { return nil }
        let parts = (String(login[..<middle]), String(login[login.index(after: middle)...]))
        text.removeSubrange(start...end)
        return parts
    }

    /// `host:port`, with brackets around an IPv6 address.
    public var authority: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    public var isLoopback: Bool {
        host.lowercased() == "localhost" || (IPAddress(host)?.isLoopback ?? false)
    }

    /// Takes `host`, `host:port`, `[v6]` and `[v6]:port` apart; no port if none or none that is a number.
    static func hostAndPort(_ text: String) -> (host: String, port: Int?) {
        if text.hasPrefix("["), let end = text.firstIndex(of: "]") {
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            return (host, rest.hasPrefix(":") ? Int(rest.dropFirst()) : nil)
        }
        guard let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon else {
            return (text, nil)
        }
        return (String(text[..<colon]), Int(text[text.index(after: colon)...]))
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: SubSequence {
        var part = self[...]
        while let first = part.first, first.isWhitespace { part = part.dropFirst() }
        while let last = part.last, last.isWhitespace { part = part.dropLast() }
        return part
    }
}
