/// Why something is no selector, and where in it.
public struct SelectorFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// Something else stands there than what may.
        case expected(String)
        /// No label is named like this.
        case invalidName(String)
        /// No label has such a value.
        case invalidValue(String)
        /// A label is compared with something that is no whole number.
        case noInteger(String)
        case unknownOperator(String)
        /// A member that a selector does not have. Reading over it would select more than was meant.
        case unknownMember
    }

    public enum Place: Hashable, Sendable {
        /// In a text, counted in bytes from 0.
        case offset(Int)
        /// In an object: `matchExpressions[1].operator`.
        case member(String)
    }

    public var reason: Reason
    public var place: Place

    public init(_ reason: Reason, _ place: Place) {
        self.reason = reason
        self.place = place
    }

    init(_ reason: Reason, at offset: Int) {
        self.init(reason, .offset(offset))
    }
}

extension SelectorFailure: CustomStringConvertible {
    public var description: String {
        switch place {
        case .offset(let offset): "selector, character \(offset + 1): \(reason)"
        case .member(let path): "selector, \(path): \(reason)"
        }
    }
}

extension SelectorFailure.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .expected(let what): "\(what) is expected here"
        case .invalidName(let name):
            "\"\(name)\" is no label name (at most 63 letters, digits, '-', '_' and '.', a letter or digit first and "
                + "last; a DNS domain and '/' may stand before it)"
        case .invalidValue(let value):
            "\"\(value)\" is no label value (at most 63 letters, digits, '-', '_' and '.', a letter or digit first "
                + "and last)"
        case .noInteger(let value): "\"\(value)\" is no whole number"
        case .unknownOperator(let name): "\"\(name)\" is no operator (In, NotIn, Exists and DoesNotExist are)"
        case .unknownMember: "a selector has no such member"
        }
    }
}
