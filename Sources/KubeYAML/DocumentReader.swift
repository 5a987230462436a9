import CYAML
import KubeCore

/// One document's events put together to a value, as goyaml decodes them.
///
/// Iterative: how deep a document may go is a limit's matter, not the stack's.
struct DocumentReader {
    /// Why there is no value.
    enum Stop: Error {
        /// libyaml refused the text; who knows the text can say where, or try another spelling.
        case parser(EventParser.Problem)
        case failure(YAMLFailure)
    }

    /// A document that was read.
    struct Document {
        var value: JSONValue
        /// What it would take written out, aliases expanded.
        var outputBytes: Int
        /// The line within the document on which its content begins, from 0.
        var line: Int
    }

    let parser: EventParser
    let limits: YAMLLimits
    let place: Place
    var escapes: QuotedEscapes
    var open: [OpenCollection] = []
    var anchors = Anchors()
    var budget = AliasBudget()
    var outputBytes = 0
    /// Where infinity or the like was seen last, which is an error only if it has not been overwritten since.
    var unsupportedNumberLine: Int?
    /// Where the node at hand begins, from 0.
    var line = 0
    var column = 0

    /// Reads one document.
    ///
    /// - Parameters:
    ///   - parser: At the beginning of the document's text.
    ///   - place: Where the text stands.
    ///   - limits: With what is left of the output bytes.
    ///   - escapes: Judges the text of quoted scalars.
    init(_ parser: EventParser, at place: Place, limits: YAMLLimits, escapes: QuotedEscapes) {
        self.parser = parser
        self.place = place
        self.limits = limits
        self.escapes = escapes
    }

    /// Reads up to the end of the first document in the text, where goyaml stops, too.
    mutating func read() throws(Stop) -> Document {
        budget.charge()
        var firstLine: Int?
        while true {
            let type = try advance()
            var node: YAMLNode?
            switch type {
            case YAML_SCALAR_EVENT: node = try scalar()
            case YAML_ALIAS_EVENT: node = try alias()
            case YAML_SEQUENCE_START_EVENT:
                try begin(.sequence([]), parser.event.pointee.data.sequence_start.anchor)
            case YAML_MAPPING_START_EVENT:
                try begin(.mapping(MappingBuilder(), .key), parser.event.pointee.data.mapping_start.anchor)
            case YAML_SEQUENCE_END_EVENT, YAML_MAPPING_END_EVENT: node = end()
            case YAML_STREAM_END_EVENT: return Document(value: .null, outputBytes: outputBytes, line: 0)
            default: continue
            }
            if firstLine == nil { firstLine = line }
            if budget.isExceeded {
                throw failure(.excessiveAliasing, "the document contains excessive aliasing")
            }
            if let node, let root = try deliver(node, isAlias: type == YAML_ALIAS_EVENT) {
                return try finish(root, line: firstLine ?? 0)
            }
        }
    }

    private mutating func finish(_ root: YAMLNode, line: Int) throws(Stop) -> Document {
        let value = root.json
        if let unsupportedNumberLine, Self.holdsUnsupportedNumber(value) {
            throw .failure(
                place.failure(
                    .value, "infinity and not-a-number have no place in JSON", line: unsupportedNumberLine))
        }
        // The document's end has to be there: what stands behind the root may be no YAML.
        _ = try advance()
        return Document(value: value, outputBytes: outputBytes, line: line)
    }

    private static func holdsUnsupportedNumber(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .int, .string: false
        case .double(let number): !number.isFinite
        case .array(let elements): elements.contains(where: holdsUnsupportedNumber)
        case .object(let members): members.members.contains { holdsUnsupportedNumber($0.value) }
        }
    }
}
