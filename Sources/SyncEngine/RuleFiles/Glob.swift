/// A pattern for whole paths and names, as Argo CD takes them: for files of a directory, for groups and kinds.
///
/// `*` stands for any characters, and so does `**`; `?` for one; `[a-z]`, `[!a-z]` for one of a set;
/// `{a,b}` for either; `\` takes the next character as it is. With a separator, `*` and `?` stand for none, and `**` for
/// any.
public struct Glob: Hashable, Sendable {
    fileprivate enum Token: Hashable {
        case one(Unicode.Scalar)
        case any
        case anyNumber
        /// Up to the next separator.
        case anyNumberWithin
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    /// `{a,b}` multiplied out: the path has to match one.
    private let alternatives: [[Token]]
    private let separator: Unicode.Scalar?

    /// How many alternatives a pattern may have; `{a,b}` ten times over has a thousand.
    private static let mostAlternatives = 1024

    /// Reads a pattern.
    ///
    /// - Parameters:
    ///   - pattern: The text.
    ///   - separator: What only `**` goes across; `nil`: nothing stops a `*`.
    /// - Throws: ``GlobFailure`` that says what is wrong.
    public init(_ pattern: String, separator: Unicode.Scalar? = nil) throws(GlobFailure) {
        self.separator = separator
        var parser = Parser(
            pattern: pattern, rest: Array(pattern.unicodeScalars)[...], isSimple: separator == nil)
        alternatives = try parser.alternatives(isNested: false)
    }

    /// Whether the whole path matches.
    public func matches(_ path: String) -> Bool {
        let path = Array(path.unicodeScalars)
        return alternatives.contains { matches($0, path) }
    }

    /// Greedy with two ways back: to the last `*`, which then takes one more, and where a separator ends that, to the
    /// last `**`. Never more than length times length for each `**`.
    private func matches(_ tokens: [Token], _ path: [Unicode.Scalar]) -> Bool {
        var (token, position) = (0, 0)
        var within: (token: Int, position: Int)?
        var across: (token: Int, position: Int)?
        while position < path.count {
            if token < tokens.count, case .anyNumber = tokens[token] {
                (across, within) = ((token, position), nil)
                token += 1
            } else if token < tokens.count, case .anyNumberWithin = tokens[token] {
                within = (token, position)
                token += 1
            } else if token < tokens.count, accepts(tokens[token], path[position]) {
                token += 1
                position += 1
            } else if let last = within, path[last.position] != separator {
                within = (last.token, last.position + 1)
                (token, position) = (last.token + 1, last.position + 1)
            } else if let last = across {
                (across, within) = ((last.token, last.position + 1), nil)
                (token, position) = (last.token + 1, last.position + 1)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { $0.acceptsNothing }
    }

    private func accepts(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .one(let wanted): scalar == wanted
        case .any: scalar != separator
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        case .anyNumber, .anyNumberWithin: false
        }
    }
}

extension Glob.Token {
    fileprivate var acceptsNothing: Bool {
        switch self {
        case .anyNumber, .anyNumberWithin: true
        case .one, .any, .set: false
        }
    }
}

/// A pattern that cannot be read.
public struct GlobFailure: Error, Hashable, Sendable {
    public var pattern: String
    public var problem: String
}

extension Glob {
    private struct Parser {
        let pattern: String
        var rest: ArraySlice<Unicode.Scalar>
        /// Whether one `*` does what two do.
        let isSimple: Bool
        var depth = 0

        /// Reads up to the end, or within braces up to a comma or the closing one.
        mutating func alternatives(isNested: Bool) throws(GlobFailure) -> [[Token]] {
            var found: [[Token]] = [[]]
            while let next = rest.first {
                if isNested, next == "," || next == "}" { return found }
                rest = rest.dropFirst()
                switch next {
                case "{": found = try product(found, choices())
                case "[": found = found.map(appending(try set()))
                case "*": found = found.map(appending(star()))
                case "?": found = found.map(appending(.any))
                case "\\":
                    guard let escaped = rest.popFirst() else { throw failure("nothing follows the last \\") }
                    found = found.map(appending(.one(escaped)))
                default: found = found.map(appending(.one(next)))
                }
            }
            if isNested { throw failure("a { is not closed") }
            return found
        }

        /// After the first of them.
        private mutating func star() -> Token {
            let rest = rest
            self.rest = rest.drop { $0 == "*" }
            return isSimple || self.rest.count < rest.count ? .anyNumber : .anyNumberWithin
        }

        private func appending(_ token: Token) -> ([Token]) -> [Token] {
            { $0 + [token] }
        }

        private mutating func choices() throws(GlobFailure) -> [[Token]] {
            depth += 1
            defer { depth -= 1 }
            guard depth <= 8 else { throw failure("more than 8 { inside one another") }
            var all: [[Token]] = []
            repeat { all += try alternatives(isNested: true) } while rest.popFirst() == ","
            return all
        }

        private func product(_ left: [[Token]], _ right: [[Token]]) throws(GlobFailure) -> [[Token]] {
            guard left.count * right.count <= Glob.mostAlternatives else {
                throw failure("more than \(Glob.mostAlternatives) alternatives")
            }
            return left.flatMap { head in right.map { head + $0 } }
        }

        private mutating func set() throws(GlobFailure) -> Token {
            let isNegated = rest.first == "!" || rest.first == "^"
            if isNegated { rest = rest.dropFirst() }
            var ranges: [ClosedRange<Unicode.Scalar>] = []
            while let low = rest.popFirst() {
                if low == "]", !ranges.isEmpty { return .set(ranges, isNegated: isNegated) }
                guard rest.first == "-", let high = rest.dropFirst().first, high != "]" else {
                    ranges.append(low...low)
                    continue
                }
                guard low <= high else { throw failure("a range in [ ] runs backwards") }
                rest = rest.dropFirst(2)
                ranges.append(low...high)
            }
            throw failure("a [ is not closed")
        }

        private func failure(_ problem: String) -> GlobFailure {
            GlobFailure(pattern: pattern, problem: problem)
        }
    }
}
