/// The query of a request, percent-encoded.
struct HTTPQuery {
    private var items: [String] = []

    mutating func add(_ name: String, _ value: String) {
        items.append("\(name.percentEncoded())=\(value.percentEncoded())")
    }

    /// With the question mark; empty if there is nothing to ask.
    var text: String { items.isEmpty ? "" : "?" + items.joined(separator: "&") }
}

extension String {
    /// With everything but RFC 3986's unreserved characters, and those to keep, as `%XX`.
    func percentEncoded(keeping others: String = "") -> String {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(utf8.count)
        for byte in utf8 {
            if byte.isUnreserved || others.utf8.contains(byte) {
                encoded.append(byte)
            } else {
                encoded += [UInt8(ascii: "%"), (byte >> 4).hexadecimalDigit, (byte & 0xF).hexadecimalDigit]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }
}

extension UInt8 {
    fileprivate var isUnreserved: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"):
            true
        default: false
        }
    }

    fileprivate var hexadecimalDigit: UInt8 {
        self < 10 ? UInt8(ascii: "0") + self : UInt8(ascii: "A") + self - 10
    }
}
