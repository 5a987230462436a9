/// A hash that is the same on every machine and in every version: names and stamps in clusters depend on it.
///
/// FNV-1a over the UTF-8 of the parts, each followed by a zero byte, 64 bits, then the finalizer of MurmurHash3, so
/// that the leading digits depend on all input.
enum StableHash {
    static func of(_ parts: [String]) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for part in parts {
            for byte in part.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
            hash = hash &* 0x100_0000_01b3
        }
        hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
        hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
        return hash ^ (hash >> 33)
    }

    /// The first ten hexadecimal digits.
    static func tenDigits(_ parts: [String]) -> String {
        let digits = String(of(parts), radix: 16)
        return String((String(repeating: "0", count: 16 - digits.count) + digits).prefix(10))
    }
}
