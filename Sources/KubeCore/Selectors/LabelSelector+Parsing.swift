extension LabelSelector {
    /// Reads the API's syntax.
    ///
    /// `app`, `!app`, `app=web`, `app==web`, `app!=web`, `tier in (a, b)`, `tier notin (a, b)`, `n>1`, `n<5`, with
    /// commas between them. Nothing chooses everything.
    ///
    /// - Throws: What is wrong and where.
    public init(parsing text: String) throws(SelectorFailure) {
        var scanner = LabelSelectorScanner(Array(text.utf8))
        requirements = try scanner.requirements()
    }
}

private struct LabelSelectorScanner {
    enum Token: Equatable {
        case word(String)
        /// A comma, a parenthesis or an operator.
        case sign(String)
        case end
    }

    private let bytes: [UInt8]
    private var position = 0
    /// The token at hand, and where it begins.
    private var token = Token.end
    private var start = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        advance()
    }

    mutating func requirements() throws(SelectorFailure) -> [LabelSelector.Requirement] {
        guard token != .end else { return [] }
        var requirements = [try requirement()]
        while token == .sign(",") {
            advance()
            requirements.append(try requirement())
        }
        guard token == .end else { throw SelectorFailure(.expected("a comma or the end"), at: start) }
        return requirements
    }

    private mutating func requirement() throws(SelectorFailure) -> LabelSelector.Requirement {
        guard token == .sign("!") else {
            let name = try name()
            return LabelSelector.Requirement(name, try condition())
        }
        advance()
        return LabelSelector.Requirement(try name(), .absent)
    }

    private mutating func name() throws(SelectorFailure) -> String {
        guard case .word(let name) = token else {
            throw SelectorFailure(.expected("a label name"), at: start)
        }
        guard LabelSelector.isName(name) else { throw SelectorFailure(.invalidName(name), at: start) }
        advance()
        return name
    }

    private mutating func condition() throws(SelectorFailure) -> LabelSelector.Condition {
        let sign = token
        switch sign {
        case .end, .sign(","): return .exists
        case .sign("="), .sign("=="):
            advance()
            return .equals(try value())
        case .sign("!="):
            advance()
            return .differs(from: try value())
        case .sign(">"):
            advance()
            return .isGreater(than: try integer())
        case .sign("<"):
            advance()
            return .isLess(than: try integer())
        case .word("in"):
            advance()
            return .isOne(of: try values())
        case .word("notin"):
            advance()
            return .isNone(of: try values())
        case .word, .sign:
            throw SelectorFailure(
                .expected("an operator (=, ==, !=, in, notin, >, <), a comma or the end"), at: start)
        }
    }

    /// Nothing at all is the empty value.
    private mutating func value() throws(SelectorFailure) -> String {
        guard case .word(let value) = token else {
            guard token == .end || token == .sign(",") || token == .sign(")") else {
                throw SelectorFailure(.expected("a label value"), at: start)
            }
            return ""
        }
        guard LabelSelector.isValue(value) else { throw SelectorFailure(.invalidValue(value), at: start) }
        advance()
        return value
    }

    private mutating func integer() throws(SelectorFailure) -> Int64 {
        guard case .word(let text) = token else {
            throw SelectorFailure(.expected("a whole number"), at: start)
        }
        // A sign is no part of a label's value, so the API refuses it here too.
        guard LabelSelector.isValue(text), let number = Int64(text) else {
            throw SelectorFailure(.noInteger(text), at: start)
        }
        advance()
        return number
    }

    private mutating func values() throws(SelectorFailure) -> [String] {
        guard token == .sign("(") else {
            throw SelectorFailure(.expected("an opening parenthesis"), at: start)
        }
        advance()
        var values = [try value()]
        while token == .sign(",") {
            advance()
            values.append(try value())
        }
        guard token == .sign(")") else {
            throw SelectorFailure(.expected("a comma or the closing parenthesis"), at: start)
        }
        advance()
        return values
    }
}

extension LabelSelectorScanner {
    private mutating func advance() {
        while position < bytes.count, Self.isSpace(bytes[position]) { position += 1 }
        start = position
        guard position < bytes.count else { return token = .end }
        guard Self.isSign(bytes[position]) else {
            while position < bytes.count, !Self.isSign(bytes[position]), !Self.isSpace(bytes[position]) {
                position += 1
            }
            token = .word(String(decoding: bytes[start..<position], as: UTF8.self))
            return
        }
        // `==` and `!=` are the only signs of two characters.
        let isDouble =
            [UInt8(ascii: "="), UInt8(ascii: "!")].contains(bytes[position])
            && position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "=")
        position += isDouble ? 2 : 1
        token = .sign(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    private static func isSign(_ byte: UInt8) -> Bool { "(),!=<>".utf8.contains(byte) }
}
