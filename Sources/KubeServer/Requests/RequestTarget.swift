import KubeCore

/// What a path and query ask for, taken apart.
struct RequestTarget: Hashable, Sendable {
    /// The decoded steps of the path.
    var steps: [String]
    var query: [String: [String]]

    init(_ target: String) {
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        steps = (parts.first ?? "").split(separator: "/").map { Self.decoded($0) }
        query = [:]
        guard parts.count == 2 else { return }
        for pair in parts[1].split(separator: "&") {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = sides.count == 2 ? Self.decoded(sides[1], plusIsSpace: true) : ""
            query[Self.decoded(sides[0], plusIsSpace: true), default: []].append(value)
        }
    }

    /// The first value of that name; `nil` if there is none or it is empty.
    func option(_ name: String) -> String? {
        guard let value = query[name]?.first, !value.isEmpty else { return nil }
        return value
    }

    func flag(_ name: String) -> Bool {
        guard let value = query[name]?.first else { return false }
        return value != "false" && value != "0"
    }

    /// Percent escapes replaced; what is malformed stays as it is.
    private static func decoded(_ text: Substring, plusIsSpace: Bool = false) -> String {
        guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else {
            return String(text)
        }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Which object or collection a request is about.
struct ResourceTarget: Hashable, Sendable {
    var group: String
    var version: String
    var namespace: String
    var plural: String
    /// Empty for a collection.
    var name: String
    var subresource: String
    /// Whether the path is one of the old watch paths, `/api/v1/watch/…`.
    var isWatchPath: Bool

    /// `nil` if the path is not about a resource.
    init?(_ steps: [String]) {
        var rest: ArraySlice<String>
        if steps.first == "api", steps.count > 2 {
            group = ""
            version = steps[1]
            rest = steps[2...]
        } else if steps.first == "apis", steps.count > 3 {
            group = steps[1]
            version = steps[2]
            rest = steps[3...]
        } else {
            return nil
        }
        isWatchPath = rest.first == "watch"
        if isWatchPath { rest = rest.dropFirst() }
        namespace = ""
        if rest.first == "namespaces", rest.count > 2, !Self.ofNamespaces.contains(rest[rest.startIndex + 2])
        {
            namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        guard let plural = rest.popFirst(), rest.count <= 2 else { return nil }
        self.plural = plural
        name = rest.popFirst() ?? ""
        subresource = rest.popFirst() ?? ""
    }

    /// What follows a namespace's own name, rather than a collection inside it.
    private static let ofNamespaces: Set<String> = ["status", "finalize"]
}
