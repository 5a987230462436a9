/// Writes a JSON value as bytes.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []
    private let format: JSONFormat
    private var depth = 0

    init(_ format: JSONFormat) {
        self.format = format
    }

    mutating func append(_ value: JSONValue) {
        switch value {
        case .null: append(literal: "null")
        case .bool(let value): append(literal: value ? "true" : "false")
        case .int(let number): append(number)
        case .double(let number): append(number)
        case .string(let text): append(quoted: text)
        case .array(let elements): append(elements)
        case .object(let object): append(object)
        }
    }

    private mutating func append(_ elements: [JSONValue]) {
        guard !elements.isEmpty else { return append(literal: "[]") }
        begin("[")
        // A span's elements are borrowed; a loop over the array would retain each.
        let elements = elements.span
        for index in elements.indices {
            separate(isFirst: index == 0)
            append(elements[index])
        }
        end("]")
    }

    private mutating func append(_ object: JSONObject) {
        guard !object.isEmpty else { return append(literal: "{}") }
        begin("{")
        if format.sortsNames {
            append(object.sortedMembers.span)
        } else {
            append(object.members.span)
        }
        end("}")
    }

    private mutating func append(_ members: Span<JSONObject.Member>) {
        for index in members.indices {
            separate(isFirst: index == 0)
            append(quoted: members[index].key)
            bytes.append(UInt8(ascii: ":"))
            if format.indentation != nil { bytes.append(UInt8(ascii: " ")) }
            append(members[index].value)
        }
    }

    private mutating func begin(_ bracket: Unicode.Scalar) {
        bytes.append(UInt8(ascii: bracket))
        depth += 1
    }

    private mutating func end(_ bracket: Unicode.Scalar) {
        depth -= 1
        breakLine()
        bytes.append(UInt8(ascii: bracket))
    }

    private mutating func separate(isFirst: Bool) {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        breakLine()
    }

    private mutating func breakLine() {
        guard let indentation = format.indentation else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(contentsOf: repeatElement(UInt8(ascii: " "), count: indentation * depth))
    }

    private mutating func append(literal text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private mutating func append(_ number: Int64) {
        bytes.append(contentsOf: String(number).utf8)
    }

    private mutating func append(_ number: Double) {
        bytes.append(contentsOf: number.asGoWritesIt.utf8)
    }
}

extension JSONWriter {
    private mutating func append(quoted text: String) {
        bytes.append(UInt8(ascii: "\""))
        let utf8 = text.utf8Span.span
        if utf8.needsEscapes {
            for index in utf8.indices { append(utf8[index], in: utf8, at: index) }
        } else {
            bytes.append(contentsOf: text.utf8)
        }
        bytes.append(UInt8(ascii: "\""))
    }

    @inline(__always)
    private mutating func append(_ byte: UInt8, in text: Span<UInt8>, at index: Int) {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            bytes.append(UInt8(ascii: "\\"))
            bytes.append(byte)
        case UInt8(ascii: "\n"): append(literal: "\\n")
        case UInt8(ascii: "\r"): append(literal: "\\r")
        case UInt8(ascii: "\t"): append(literal: "\\t")
        case 0..<0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "&"):
            append(literal: "\\u00")
            bytes.append((byte >> 4).hexadecimalDigit)
            bytes.append((byte & 0xF).hexadecimalDigit)
        case 0xA8...0xA9 where text.isLineSeparator(endingAt: index):
            // U+2028 and U+2029, of which two bytes were written before it was known what they are.
            bytes.removeLast(2)
            append(literal: byte == 0xA8 ? "\\u2028" : "\\u2029")
        default: bytes.append(byte)
        }
    }
}

extension Span<UInt8> {
    fileprivate func isLineSeparator(endingAt index: Int) -> Bool {
        index >= 2 && self[index - 2] == 0xE2 && self[index - 1] == 0x80
    }
}

extension UInt8 {
    /// Of a number below 16, as Go writes it.
    fileprivate var hexadecimalDigit: UInt8 {
        self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "a") + self - 10
    }
}

extension JSONObject {
    /// In the order of the names' bytes.
    var sortedMembers: [Member] {
        members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }
}

extension JSONValue {
    /// Writes this value as JSON.
    public func serialized(_ format: JSONFormat = .compact) -> [UInt8] {
        var writer = JSONWriter(format)
        writer.append(self)
        return writer.bytes
    }

    /// This value as JSON text.
    public func text(_ format: JSONFormat) -> String { String(decoding: serialized(format), as: UTF8.self) }

    /// This value as JSON on one line, in the members' own order.
    public var text: String { text(.compact) }
}
