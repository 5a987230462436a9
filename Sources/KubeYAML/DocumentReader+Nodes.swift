import CYAML
import KubeCore

extension DocumentReader {
    /// The next event's type.
    mutating func advance() throws(Stop) -> yaml_event_type_t {
        let type: yaml_event_type_t
        do {
            type = try parser.advance()
        } catch {
            throw .parser(error)
        }
        let mark = parser.event.pointee.start_mark
        (line, column) = (Int(clamping: mark.line), Int(clamping: mark.column))
        return type
    }

    /// The scalar at hand; `nil` for a `<<`, which is no node but an instruction to the mapping.
    mutating func scalar() throws(Stop) -> YAMLNode? {
        let event = parser.event.pointee
        let scalar = event.data.scalar
        let text = UnsafeBufferPointer(start: UnsafePointer(scalar.value), count: scalar.length)
        let tag = ScalarTag(scalar.tag.map { String(cString: $0) })
        let isPlain = scalar.plain_implicit != 0
        if scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE,
            escapes.isRefused(Int(clamping: event.start_mark.index)..<Int(clamping: event.end_mark.index))
        {
            throw failure(.syntax, #"found unknown escape character (\/ is none in YAML)"#)
        }
        if isMergeKey(text, tag: tag, isPlain: isPlain) {
            open[open.count - 1].expectMerged()
            return nil
        }
        budget.charge()
        let resolved: YAMLScalar
        do {
            resolved = try ScalarResolver.resolve(text, tag: tag, isPlain: isPlain)
        } catch {
            throw failure(.value, error.problem)
        }
        if case .double(let value) = resolved, !value.isFinite { unsupportedNumberLine = line }
        let node = YAMLNode(content: .scalar(resolved), outputBytes: text.count + Self.outputBytesPerNode)
        try charge(node.outputBytes)
        if let name = scalar.anchor { anchors.finish(anchors.begin(String(cString: name)), node) }
        return node
    }

    private func isMergeKey(_ text: UnsafeBufferPointer<UInt8>, tag: ScalarTag, isPlain: Bool) -> Bool {
        text.count == 2 && text[0] == UInt8(ascii: "<") && text[1] == UInt8(ascii: "<")
            && (isPlain || tag == .merge) && open.last?.expectsKey == true
    }

    /// What the alias at hand stands for, charged with all of it.
    mutating func alias() throws(Stop) -> YAMLNode {
        let name = parser.event.pointee.data.alias.anchor.map { String(cString: $0) } ?? ""
        switch anchors.lookup(name) {
        case .unknown: throw failure(.alias, "unknown anchor '\(name)' referenced")
        case .unfinished: throw failure(.alias, "anchor '\(name)' contains itself")
        case .node(let node):
            budget.charge()
            budget.chargeAlias(node.nodes)
            try charge(node.outputBytes)
            try checkDepth(with: node.height)
            return node
        }
    }

    /// Opens a sequence or a mapping.
    mutating func begin(
        _ content: OpenCollection.Content, _ anchor: UnsafeMutablePointer<yaml_char_t>?
    ) throws(Stop) {
        let collection = OpenCollection(
            content: content, anchor: anchor.map { anchors.begin(String(cString: $0)) }, line: line,
            column: column,
            nodesBefore: budget.count, outputBytesBefore: outputBytes)
        budget.charge()
        try charge(Self.outputBytesPerNode)
        open.append(collection)
        try checkDepth(with: 0)
    }

    /// Closes the innermost collection.
    mutating func end() -> YAMLNode? {
        guard let collection = open.popLast() else { return nil }
        (line, column) = (collection.line, collection.column)
        let content: YAMLNode.Content =
            switch collection.content {
            case .sequence(let elements): .sequence(elements)
            case .mapping(let members, _): .mapping(members.object)
            }
        let node = YAMLNode(
            content: content, height: collection.height + 1, nodes: budget.count - collection.nodesBefore,
            outputBytes: outputBytes - collection.outputBytesBefore)
        if let anchor = collection.anchor { anchors.finish(anchor, node) }
        return node
    }

    /// Hands a node to the collection it stands in; without one it is the root, and the answer.
    mutating func deliver(_ node: YAMLNode, isAlias: Bool) throws(Stop) -> YAMLNode? {
        guard !open.isEmpty else { return node }
        do {
            try open[open.count - 1].take(node, isAlias: isAlias)
        } catch {
            throw failure(.value, error.problem)
        }
        return nil
    }

    /// Quotes, a comma, a colon: what a value takes beside its own text.
    private static var outputBytesPerNode: Int { 4 }

    private mutating func charge(_ bytes: Int) throws(Stop) {
        outputBytes += bytes
        if outputBytes > limits.outputBytes {
            throw failure(.tooMuchOutput, "with its aliases expanded it is larger than the limit")
        }
    }

    private func checkDepth(with height: Int) throws(Stop) {
        if open.count + height > limits.depth {
            throw failure(.tooDeep, "more than \(limits.depth) mappings and lists inside one another")
        }
    }

    /// A failure of the node at hand.
    func failure(_ reason: YAMLFailure.Reason, _ problem: String) -> Stop {
        .failure(place.failure(reason, problem, line: line, column: column))
    }
}
