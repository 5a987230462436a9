/// Where uids and generated names come from: a small generator with a seed, so that a run can be repeated.
struct IdentifierSource: Sendable {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    /// - Parameters:
    ///   - seed: The same seed and version give the same identifiers.
    ///   - version: Where an earlier run ended: what it gave out does not come again.
    init(seed: UInt64, after version: UInt64) {
        var versions = IdentifierSource(seed: version)
        state = seed ^ versions.next()
    }

    /// SplitMix64.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A version 4 UUID.
    mutating func uid() -> String {
        let high = next() & 0xFFFF_FFFF_FFFF_0FFF | 0x4000
        let low = next() & 0x3FFF_FFFF_FFFF_FFFF | 0x8000_0000_0000_0000
        let digits = Self.hexadecimal(high) + Self.hexadecimal(low)
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index == 8 || index == 12 || index == 16 || index == 20 { result.append("-") }
            result.append(digit)
        }
        return result
    }

    /// Five characters that make no words.
    mutating func suffix() -> String {
        let alphabet = Array("bcdfghjklmnpqrstvwxz2456789")
        return String((0..<5).map { _ in alphabet[Int(next() % UInt64(alphabet.count))] })
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
