/// The fewest decimal digits that read back as the same number: those that Go and Swift print alike.
struct ShortestDigits {
    /// ASCII, without zeros at either end; `0` for zero.
    let digits: [UInt8]
    /// The power of ten of the first digit.
    let exponent: Int

    init(_ value: Float) {
        self.init(description: value.magnitude.description)
    }

    init(_ value: Double) {
        self.init(description: value.magnitude.description)
    }

    /// Swift prints in one of the layouts `0.00123`, `123.0` and `1.23e-05`.
    private init(description: String) {
        let text = description.utf8
        let mantissa = text.prefix { $0 != UInt8(ascii: "e") }
        let power = Int(String(decoding: text.dropFirst(mantissa.count + 1), as: UTF8.self)) ?? 0
        let whole = mantissa.prefix { $0 != UInt8(ascii: ".") }
        let all = Array(whole) + Array(mantissa.dropFirst(whole.count + 1))
        let zero = UInt8(ascii: "0")
        guard let first = all.firstIndex(where: { $0 != zero }),
            let last = all.lastIndex(where: { $0 != zero })
        else {
            (digits, exponent) = ([zero], 0)
            return
        }
        digits = Array(all[first...last])
        exponent = whole.count - 1 - first + power
    }

    /// The digits of a whole number, zeros added; `nil` if there are digits behind the point.
    var wholeNumber: String? {
        guard exponent >= 0, digits.count <= exponent + 1 else { return nil }
        let zeros = Array(repeating: UInt8(ascii: "0"), count: exponent + 1 - digits.count)
        return String(decoding: digits + zeros, as: UTF8.self)
    }
}
