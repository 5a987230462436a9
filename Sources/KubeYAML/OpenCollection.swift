import KubeCore

/// A sequence or mapping of which the end has not been read.
struct OpenCollection {
    enum Content {
        case sequence([JSONValue])
        case mapping(MappingBuilder, Expected)
    }

    /// What a mapping takes next.
    enum Expected {
        case key
        case value(of: String)
        /// The value of a `<<`.
        case merged
    }

    /// A node does not fit where it stands.
    struct Misfit: Error {
        var problem: String
    }

    var content: Content
    /// What the whole collection is known by.
    var anchor: Int?
    /// The height of the highest node within.
    var height = 0
    /// Where it began, for messages about the whole of it.
    var line: Int
    var column: Int
    /// The counts when it began: what it contains is the difference at its end.
    var nodesBefore: Int
    var outputBytesBefore: Int

    /// Whether a scalar that comes next is a key.
    var expectsKey: Bool {
        if case .mapping(_, .key) = content { true } else { false }
    }

    mutating func take(_ node: YAMLNode, isAlias: Bool) throws(Misfit) {
        height = max(height, node.height)
        switch content {
        case .sequence(var elements):
            // Let go of the old owner first, or each element would copy all before it.
            content = .sequence([])
            elements.append(node.json)
            content = .sequence(elements)
        case .mapping(var members, let expected):
            content = .mapping(MappingBuilder(), .key)
            let next = try Self.take(node, into: &members, expected, isAlias: isAlias)
            content = .mapping(members, next)
        }
    }

    /// Announces that the next node is merged into this mapping.
    mutating func expectMerged() {
        guard case .mapping(let members, _) = content else { return }
        content = .mapping(members, .merged)
    }

    private static func take(
        _ node: YAMLNode, into members: inout MappingBuilder, _ expected: Expected, isAlias: Bool
    ) throws(Misfit) -> Expected {
        switch expected {
        case .key:
            return .value(of: try key(node))
        case .value(let key):
            members.set(key, node.json)
        case .merged:
            try merge(node, into: &members, isAlias: isAlias)
        }
        return .key
    }

    private static func key(_ node: YAMLNode) throws(Misfit) -> String {
        guard case .scalar(let scalar) = node.content else {
            throw Misfit(problem: "a key may not be a mapping or a list (is a template {{ … }} unquoted?)")
        }
        guard let key = scalar.key else {
            throw Misfit(
                problem: scalar == .null
                    ? "a key may not be null" : "a key may not be a number beyond 64 bits")
        }
        return key
    }

    private static func merge(
        _ node: YAMLNode, into members: inout MappingBuilder, isAlias: Bool
    ) throws(Misfit) {
        let wanted = Misfit(problem: "<< takes a mapping or a list of mappings")
        switch node.content {
        case .mapping(let other):
            members.merge(other)
        case .sequence(let others):
            if isAlias { throw wanted }
            // Earlier ones win, so they come last.
            for other in others.reversed() {
                guard let object = other.object else { throw wanted }
                members.merge(object)
            }
        case .scalar:
            throw wanted
        }
    }
}
