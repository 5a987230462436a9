import KubeCore

/// A node that has been read whole.
struct YAMLNode {
    enum Content {
        case scalar(YAMLScalar)
        case sequence([JSONValue])
        case mapping(JSONObject)
    }

    var content: Content
    /// Collections on the way to its deepest scalar, itself included.
    var height = 0
    /// Nodes that decoding it takes, aliases expanded.
    var nodes = 1
    /// What it would take written out, aliases expanded.
    var outputBytes = 0

    var json: JSONValue {
        switch content {
        case .scalar(let scalar): scalar.json
        case .sequence(let elements): .array(elements)
        case .mapping(let members): .object(members)
        }
    }
}

/// The nodes of a document that have names.
///
/// A name may be given again, and counts from there on; within its own node it is known but has nothing yet.
struct Anchors {
    private var newest: [String: Int] = [:]
    private var nodes: [YAMLNode?] = []

    enum Lookup {
        case node(YAMLNode)
        case unfinished
        case unknown
    }

    /// Gives the name to a node of which nothing has been read yet.
    mutating func begin(_ name: String) -> Int {
        nodes.append(nil)
        newest[name] = nodes.count - 1
        return nodes.count - 1
    }

    mutating func finish(_ anchor: Int, _ node: YAMLNode) {
        nodes[anchor] = node
    }

    func lookup(_ name: String) -> Lookup {
        guard let anchor = newest[name] else { return .unknown }
        return nodes[anchor].map { .node($0) } ?? .unfinished
    }
}
