/// Bytes as text.
package enum Base64 {
    private static let alphabet = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// With padding; the form for URLs without, and with `-` and `_`.
    package static func encoded(_ bytes: [UInt8], urlSafe: Bool = false) -> String {
        var result: [UInt8] = []
        result.reserveCapacity((bytes.count + 2) / 3 * 4)
        var rest = bytes[...]
        while !rest.isEmpty {
            let group = rest.prefix(3)
            rest = rest.dropFirst(group.count)
            var value: UInt32 = 0
            for index in 0..<3 {
                let place = group.startIndex + index
                value = value << 8 | (index < group.count ? UInt32(group[place]) : 0)
            }
            for index in 0..<4 {
                if index <= group.count {
                    result.append(alphabet[Int(value >> UInt32(18 - 6 * index) & 63)])
                } else if !urlSafe {
                    result.append(UInt8(ascii: "="))
                }
            }
        }
        let text = String(decoding: result, as: UTF8.self)
        guard urlSafe else { return text }
        return String(text.map { $0 == "+" ? "-" : ($0 == "/" ? "_" : $0) })
    }

    /// `nil` if the text is not Base64.
    package static func decoded(_ text: String, urlSafe: Bool = false) -> [UInt8]? {
        var result: [UInt8] = []
        var value: UInt32 = 0
        var bits = 0
        var digits = 0
        for byte in text.utf8
        where byte != UInt8(ascii: "=") && byte != UInt8(ascii: "\n") && byte != UInt8(ascii: "\r") {
            guard let digit = digit(byte, urlSafe: urlSafe) else { return nil }
            value = (value << 6 | digit) & 0xFFFFFF
            bits += 6
            digits += 1
            if bits >= 8 {
                bits -= 8
                result.append(UInt8(truncatingIfNeeded: value >> UInt32(bits)))
            }
        }
        return digits % 4 == 1 || (!urlSafe && text.utf8.filter { $0 != 10 && $0 != 13 }.count % 4 != 0)
            ? nil : result
    }

    private static func digit(_ byte: UInt8, urlSafe: Bool) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: urlSafe ? "-" : "+"): 62
        case UInt8(ascii: urlSafe ? "_" : "/"): 63
        default: nil
        }
    }
}
