import CYAML

/// libyaml over one document: its events, one at a time.
///
/// A class, and the parser on the heap, because libyaml keeps a pointer to its parser inside the parser. The event is
/// freed before the next one is asked for, and with the parser.
final class EventParser {
    /// What stopped libyaml.
    struct Problem: Error {
        /// Where libyaml says that it happened.
        enum Position {
            /// Line and column from 0; `index` counts characters from the beginning of the text.
            case mark(line: Int, column: Int, index: Int)
            /// Bytes from the beginning of the text: what is wrong is a character, whatever it stands in.
            case offset(Int)
        }

        var text: String
        var position: Position
    }

    private let parser: UnsafeMutablePointer<yaml_parser_t>
    /// The event that ``advance()`` has read. Its pointers live until the next call.
    let event: UnsafeMutablePointer<yaml_event_t>

    /// Reads `text`, which must stay where it is for as long as the parser lives.
    ///
    /// - Parameter text: UTF-8 without a byte order mark.
    init?(_ text: UnsafeBufferPointer<UInt8>) {
        parser = .allocate(capacity: 1)
        event = .allocate(capacity: 1)
        event.initialize(to: yaml_event_t())
        guard yaml_parser_initialize(parser) == 1 else {
            // Out of memory; libyaml has released what it had.
            parser.initialize(to: yaml_parser_t())
            return nil
        }
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, text.baseAddress, text.count)
    }

    deinit {
        yaml_event_delete(event)
        yaml_parser_delete(parser)
        event.deallocate()
        parser.deallocate()
    }

    /// Reads the next event into ``event``, whose type it answers with.
    func advance() throws(Problem) -> yaml_event_type_t {
        yaml_event_delete(event)
        guard yaml_parser_parse(parser, event) == 1 else { throw problem() }
        return event.pointee.type
    }

    private func problem() -> Problem {
        let state = parser.pointee
        let text = state.problem.map { String(cString: $0) } ?? "it cannot be read"
        if state.error == YAML_READER_ERROR {
            return Problem(text: text, position: .offset(Int(clamping: state.problem_offset)))
        }
        let mark = state.problem_mark
        return Problem(
            text: text,
            position: .mark(
                line: Int(clamping: mark.line), column: Int(clamping: mark.column),
                index: Int(clamping: mark.index)))
    }
}
