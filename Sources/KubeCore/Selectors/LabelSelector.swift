/// Chooses objects by their labels, as `-l` of kubectl and `labelSelector` of the API do.
///
/// All requirements have to be met; none at all means every object.
public struct LabelSelector: Hashable, Sendable {
    /// What one label must be.
    public struct Requirement: Hashable, Sendable {
        public var name: String
        public var condition: Condition

        public init(_ name: String, _ condition: Condition) {
            self.name = name
            self.condition = condition
        }
    }

    public enum Condition: Hashable, Sendable {
        case exists
        case absent
        case equals(String)
        /// Also met by objects without the label.
        case differs(from: String)
        case isOne(of: [String])
        /// Also met by objects without the label.
        case isNone(of: [String])
        case isGreater(than: Int64)
        case isLess(than: Int64)
    }

    public var requirements: [Requirement]

    public init(_ requirements: [Requirement] = []) {
        self.requirements = requirements
    }

    /// Whether this chooses every object.
    public var isEverything: Bool { requirements.isEmpty }

    /// Whether an object is chosen.
    ///
    /// - Parameter label: The value of a label of the object, by name.
    /// - Returns: Whether all requirements are met.
    public func matches(_ label: (_ name: String) -> String?) -> Bool {
        requirements.allSatisfy { $0.condition.isMet(by: label($0.name)) }
    }

    /// Whether an object with these labels is chosen.
    public func matches(_ labels: [String: String]) -> Bool { matches { labels[$0] } }

    /// Whether an object is chosen.
    public func matches(_ object: KubeObject) -> Bool { matches(object.label) }
}

extension LabelSelector.Condition {
    func isMet(by value: String?) -> Bool {
        switch self {
        case .exists: value != nil
        case .absent: value == nil
        case .equals(let wanted): value == wanted
        case .differs(let unwanted): value != unwanted
        case .isOne(let values): value.map(values.contains) ?? false
        case .isNone(let values): value.map { !values.contains($0) } ?? true
        case .isGreater(let bound): value.flatMap { Int64($0) }.map { $0 > bound } ?? false
        case .isLess(let bound): value.flatMap { Int64($0) }.map { $0 < bound } ?? false
        }
    }
}

extension LabelSelector: CustomStringConvertible {
    /// In the API's syntax: `app=web,tier in (a,b),!legacy`.
    public var description: String { requirements.map(\.description).joined(separator: ",") }
}

extension LabelSelector.Requirement: CustomStringConvertible {
    public var description: String {
        switch condition {
        case .exists: name
        case .absent: "!\(name)"
        case .equals(let value): "\(name)=\(value)"
        case .differs(let value): "\(name)!=\(value)"
        case .isOne(let values): "\(name) in (\(values.joined(separator: ",")))"
        case .isNone(let values): "\(name) notin (\(values.joined(separator: ",")))"
        case .isGreater(let bound): "\(name)>\(bound)"
        case .isLess(let bound): "\(name)<\(bound)"
        }
    }
}

// MARK: - What Kubernetes allows

extension LabelSelector {
    /// Whether a label (or annotation) may have this name: `app`, `app.kubernetes.io/name`.
    public static func isName(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        guard let last = parts.last, parts.count <= 2, !last.isEmpty, isValue(String(last)) else {
            return false
        }
        return parts.count == 1 || isDomain(parts[0])
    }

    /// Whether a label may have this value.
    public static func isValue(_ value: String) -> Bool {
        let bytes = value.utf8
        guard let first = bytes.first, let last = bytes.last else { return true }
        return bytes.count <= 63 && first.isAlphanumeric && last.isAlphanumeric
            && bytes.allSatisfy { $0.isAlphanumeric || [0x2D, 0x2E, 0x5F].contains($0) }
    }

    /// A DNS subdomain in lower case.
    private static func isDomain(_ domain: Substring) -> Bool {
        domain.utf8.count <= 253
            && domain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { part in
                guard let first = part.utf8.first, let last = part.utf8.last else { return false }
                return first.isLowercaseAlphanumeric && last.isLowercaseAlphanumeric
                    && part.utf8.allSatisfy { $0.isLowercaseAlphanumeric || $0 == UInt8(ascii: "-") }
            }
    }
}

extension UInt8 {
    fileprivate var isLowercaseAlphanumeric: Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= self || UInt8(ascii: "a")...UInt8(ascii: "z") ~= self
    }

    fileprivate var isAlphanumeric: Bool {
        isLowercaseAlphanumeric || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= self
    }
}
