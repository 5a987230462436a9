/// Which versions are wanted: `1.2.*`, `1.x`, `>=1.0 <2`, `^1.2`, `~1.2.3`, `1.2 - 1.4`, `!=1.3.0`, with commas or spaces
/// for *and*, with `||` for *or*.
///
/// A pre-release is taken only if the part of the range that it fits names one (`>=1.0.0-0 <2`).
public struct VersionRange: Hashable, Sendable {
    /// One of these has to hold; each, if all of its bounds do.
    private let alternatives: [[Bound]]

    /// Reads a range; `nil` if it is none, or a plain version, which is a name and no range.
    public init?(_ text: String) {
        guard text.utf8.count <= 256, SemanticVersion(text) == nil else { return nil }
        var alternatives: [[Bound]] = []
        for part in text.split(separator: "||", omittingEmptySubsequences: false) {
            guard let bounds = Self.bounds(String(part)) else { return nil }
            alternatives.append(bounds)
        }
        self.alternatives = alternatives
    }

    /// Whether a version is wanted.
    public func contains(_ version: SemanticVersion) -> Bool {
        alternatives.contains { bounds in
            guard version.preRelease.isEmpty || bounds.contains(where: \.namesPreRelease) else {
                return false
            }
            return bounds.allSatisfy { $0.allows(version) }
        }
    }

    /// The newest of the names that are versions and wanted.
    ///
    /// - Parameter names: As of tags; those that are no versions are passed over.
    /// - Returns: One of the names, as it is written; of several for one version the first in byte order.
    public func newest(of names: some Sequence<String>) -> String? {
        var best: (version: SemanticVersion, name: String)?
        for name in names {
            guard let version = SemanticVersion(name), contains(version) else { continue }
            guard let known = best else {
                best = (version, name)
                continue
            }
            let isSame = !(known.version < version) && !(version < known.version)
            if known.version < version || isSame && name.utf8.lexicographicallyPrecedes(known.name.utf8) {
                best = (version, name)
            }
        }
        return best?.name
    }

    /// The bounds of one alternative.
    private static func bounds(_ text: String) -> [Bound]? {
        if let dash = text.firstRange(of: " - ") {
            let (low, high) = (word(text[..<dash.lowerBound]), word(text[dash.upperBound...]))
            guard let from = PartialVersion(low), let to = PartialVersion(high) else { return nil }
            return [Bound(.atLeast, from), Bound(.atMost, to)]
        }
        var bounds: [Bound] = []
        var rest = text[...]
        while true {
            rest = rest.drop { $0 == " " || $0 == "," }
            guard !rest.isEmpty else { break }
            let symbol = rest.prefix { "<>=!~^".contains($0) }
            // A space may stand between an operator and its version.
            rest = rest[symbol.endIndex...].drop { $0 == " " }
            let version = rest.prefix { $0 != " " && $0 != "," }
            rest = rest[version.endIndex...]
            guard let relation = Relation(rawValue: String(symbol)), let partial = PartialVersion(version)
            else { return nil }
            bounds.append(Bound(relation, partial))
        }
        return bounds.isEmpty ? nil : bounds
    }

    private static func word(_ text: Substring) -> Substring {
        let start = text.drop { $0 == " " }
        return start.prefix { $0 != " " }
    }
}

/// How a version has to stand to that of a bound.
private enum Relation: Hashable, Sendable {
    case equal, notEqual, above, below, atLeast, atMost, sameMinor, sameMajor

    init?(rawValue symbol: String) {
        switch symbol {
        case "", "=", "==": self = .equal
        case "!=": self = .notEqual
        case ">": self = .above
        case "<": self = .below
        case ">=", "=>": self = .atLeast
        case "<=", "=<": self = .atMost
        case "~", "~>": self = .sameMinor
        case "^": self = .sameMajor
        default: return nil
        }
    }
}

/// An interval of versions, or with ``isInverse`` all but it.
private struct Bound: Hashable, Sendable {
    /// The first that is in.
    private var first: SemanticVersion?
    /// The first that is no longer in.
    private var end: SemanticVersion?
    private var isInverse = false
    let namesPreRelease: Bool

    init(_ relation: Relation, _ version: PartialVersion) {
        namesPreRelease = !version.preRelease.isEmpty
        switch relation {
        case .equal, .notEqual:
            isInverse = relation == .notEqual
            (first, end) = (version.lowest, Self.after(version))
        case .above: first = Self.after(version) ?? SemanticVersion(.max, .max, .max)
        case .below: end = version.lowest
        case .atLeast: first = version.lowest
        case .atMost: end = Self.after(version)
        case .sameMinor:
            first = version.lowest
            var bound = version
            bound.patch = nil
            end = bound.next
        case .sameMajor:
            first = version.lowest
            end = Self.endOfMajor(version)
        }
    }

    /// The first version behind all that are written so.
    private static func after(_ version: PartialVersion) -> SemanticVersion? {
        guard version.preRelease.isEmpty else {
            // The next in the order: the same with one part more.
            return SemanticVersion(
                version.major ?? 0, version.minor ?? 0, version.patch ?? 0, version.preRelease + ["0"])
        }
        guard let next = version.next else { return nil }
        // With its pre-releases: they are no longer of this version.
        return SemanticVersion(next.major, next.minor, next.patch, ["0"])
    }

    /// Up to the leftmost number that is not zero, everything stays.
    private static func endOfMajor(_ version: PartialVersion) -> SemanticVersion? {
        var bound = version
        bound.preRelease = []
        if version.major != 0 || version.minor == nil {
            (bound.minor, bound.patch) = (nil, nil)
        } else if version.minor != 0 || version.patch == nil {
            bound.patch = nil
        }
        return bound.next
    }

    func allows(_ version: SemanticVersion) -> Bool {
        if isInverse { return !isWithin(version) }
        return isWithin(version)
    }

    private func isWithin(_ version: SemanticVersion) -> Bool {
        if let first, version < first { return false }
        guard let end else { return true }
        guard version < end else { return false }
        // `<2.0.0` does not mean its own release candidates.
        let isOfEnd = (version.major, version.minor, version.patch) == (end.major, end.minor, end.patch)
        return version.preRelease.isEmpty || !isOfEnd || !end.preRelease.isEmpty
    }
}
