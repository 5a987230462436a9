/// Fingerprints of the few names of a small object while it is read: finds the member that a later one replaces.
///
/// Comparing numbers one by one costs less than hashing, up to the capacity.
struct JSONNameSet: BitwiseCopyable {
    static let capacity = 16
    private var fingerprints: InlineArray<16, UInt64> = .init(repeating: 0)

    /// Adds a name behind those of the members.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - fingerprint: That of the name.
    ///   - members: What was added before.
    /// - Returns: Where the name already is; then it is not added.
    @inline(__always)
    mutating func insert(
        _ name: String, fingerprint: UInt64, behind members: borrowing [JSONObject.Member]
    ) -> Int? {
        for earlier in 0..<members.count where fingerprints[earlier] == fingerprint {
            if members[earlier].key.isSameText(as: name) { return earlier }
        }
        fingerprints[members.count] = fingerprint
        return nil
    }
}

extension Span<UInt8> {
    /// Differs for most names that differ.
    @inline(__always)
    func fingerprint(_ range: Range<Int>) -> UInt64 {
        let length = range.count
        guard length >= 8 else {
            var packed = UInt64(length)
            for index in range { packed = packed << 8 | UInt64(self[index]) }
            return packed
        }
        let last = word(at: range.upperBound &- 8)
        return word(at: range.lowerBound) ^ last &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(length)
    }
}
