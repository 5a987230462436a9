/// A version by the rules of semver.org, read as tags are written: `v` may stand before it, and its minor and patch number
/// may be missing.
public struct SemanticVersion: Hashable, Sendable {
    public var major: UInt64
    public var minor: UInt64
    public var patch: UInt64
    /// The parts of a pre-release, as of `-rc.1`; empty for a release.
    public var preRelease: [Substring]

    init(_ major: UInt64, _ minor: UInt64, _ patch: UInt64, _ preRelease: [Substring] = []) {
        self.major = major
        self.minor = minor
        self.patch = patch
        self.preRelease = preRelease
    }

    /// Reads a version; `nil` if it is none.
    public init?(_ text: some StringProtocol) {
        guard let partial = PartialVersion(text), let major = partial.major, !partial.hasWildcard else {
            return nil
        }
        self.init(major, partial.minor ?? 0, partial.patch ?? 0, partial.preRelease)
    }
}

extension SemanticVersion: Comparable {
    /// By precedence: what stands behind a `+` is not read at all.
    public static func < (one: SemanticVersion, other: SemanticVersion) -> Bool {
        let (a, b) = ((one.major, one.minor, one.patch), (other.major, other.minor, other.patch))
        guard a == b else { return a < b }
        // A release comes after its pre-releases.
        guard !one.preRelease.isEmpty, !other.preRelease.isEmpty else {
            return !one.preRelease.isEmpty && other.preRelease.isEmpty
        }
        for (left, right) in zip(one.preRelease, other.preRelease) where left != right {
            switch (UInt64(left), UInt64(right)) {
            case (let left?, let right?): return left < right
            case (_?, nil): return true
            case (nil, _?): return false
            case (nil, nil): return left.utf8.lexicographicallyPrecedes(right.utf8)
            }
        }
        return one.preRelease.count < other.preRelease.count
    }
}

/// A version of which parts may be missing or `x`: what a range is written with.
struct PartialVersion: Hashable, Sendable {
    var major: UInt64?
    var minor: UInt64?
    var patch: UInt64?
    var preRelease: [Substring] = []
    /// Whether a part is `x`, `X` or `*`.
    var hasWildcard = false

    init?(_ text: some StringProtocol) {
        var rest = Substring(text)
        guard rest.utf8.count <= 256 else { return nil }
        if rest.hasPrefix("v") { rest = rest.dropFirst() }
        if let plus = rest.firstIndex(of: "+") {
            guard Self.parts(rest[rest.index(after: plus)...]) != nil else { return nil }
            rest = rest[..<plus]
        }
        if let dash = rest.firstIndex(of: "-") {
            guard let parts = Self.parts(rest[rest.index(after: dash)...]) else { return nil }
            preRelease = parts
            rest = rest[..<dash]
        }
        var numbers: [UInt64?] = []
        for part in rest.split(separator: ".", omittingEmptySubsequences: false) {
            if part == "x" || part == "X" || part == "*" {
                hasWildcard = true
                numbers.append(nil)
            } else {
                guard part.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(part) else {
                    return nil
                }
                // After `x`, a number says nothing.
                numbers.append(hasWildcard ? nil : number)
            }
        }
        guard (1...3).contains(numbers.count), preRelease.isEmpty || numbers.count == 3 && !hasWildcard else {
            return nil
        }
        numbers += Array(repeating: nil, count: 3 - numbers.count)
        (major, minor, patch) = (numbers[0], numbers[1], numbers[2])
    }

    /// What is between dots, if it is letters, digits and `-`.
    private static func parts(_ text: Substring) -> [Substring]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isGood = parts.allSatisfy { part in
            !part.isEmpty
                && part.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D: true
                    default: false
                    }
                }
        }
        return isGood ? parts : nil
    }

    /// With zeros for what is missing.
    var lowest: SemanticVersion { SemanticVersion(major ?? 0, minor ?? 0, patch ?? 0, preRelease) }

    /// The first version that no longer begins as this one does; `nil` if all do.
    var next: SemanticVersion? {
        guard let major else { return nil }
        guard let minor else { return SemanticVersion(major &+ 1, 0, 0) }
        guard let patch else { return SemanticVersion(major, minor &+ 1, 0) }
        return SemanticVersion(major, minor, patch &+ 1)
    }
}
