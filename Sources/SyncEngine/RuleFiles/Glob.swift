/// A pattern for whole paths and names, as Argo CD takes them: for files of a directory, for groups and kinds.
///
/// `*` stands for any characters, `/` included, and so does `**`; `?` for one; `[a-z]`, `[!a-z]` for one of a set;
/// `{a,b}` for either; `\` takes the next character as it is.
public struct Glob: Hashable, Sendable {
    private enum Token: Hashable {
        case one(Unicode.Scalar)
        case any
        case anyNumber
        case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
    }

    /// `{a,b}` multiplied out: the path has to match one.
    private let alternatives: [[Token]]

    /// How many alternatives a pattern may have; `{a,b}` ten times over has a thousand.
    private static let mostAlternatives = 1024

    /// Reads a pattern.
    ///
    /// - Parameter pattern: The text.
    /// - Throws: ``GlobFailure`` that says what is wrong.
    public init(_ pattern: String) throws(GlobFailure) {
        var parser = Parser(pattern: pattern, rest: Array(pattern.unicodeScalars)[...])
        alternatives = try parser.alternatives(isNested: false)
    }

    /// Whether the whole path matches.
    public func matches(_ path: String) -> Bool {
        let path = Array(path.unicodeScalars)
        return alternatives.contains { Self.matches($0, path) }
    }

    /// Greedy with one way back: to the last `*`, which then takes one more. Never more than length times length.
    private static func matches(_ tokens: [Token], _ path: [Unicode.Scalar]) -> Bool {
        var (token, position) = (0, 0)
        var retry: (token: Int, position: Int)?
        while position < path.count {
            if token < tokens.count, case .anyNumber = tokens[token] {
                retry = (token, position)
                token += 1
            } else if token < tokens.count, accepts(tokens[token], path[position]) {
                token += 1
                position += 1
            } else if let last = retry {
                retry = (last.token, last.position + 1)
                (token, position) = (last.token + 1, last.position + 1)
            } else {
                return false
            }
        }
        return tokens[token...].allSatisfy { if case .anyNumber = $0 { true } else { false } }
    }

    private static func accepts(_ token: Token, _ scalar: Unicode.Scalar) -> Bool {
        switch token {
        case .one(let wanted): scalar == wanted
        case .any: true
        case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
        case .anyNumber: false
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
                case "*": found = found.map(appending(.anyNumber))
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
