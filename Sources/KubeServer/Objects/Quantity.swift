/// An amount such as `500m` or `1Gi`, in the one way in which the API writes it.
struct Quantity: Hashable, Sendable {
    /// `digits` × 10^`exponent`; binary amounts are digits alone.
    private var digits: Int64
    private var exponent: Int
    private var family: Family

    private enum Family { case decimal, binary, scientific }

    /// Reads an amount; `nil` if it is none, or larger than 64 bits can hold.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
        guard var number = Self.mantissa(&rest) else { return nil }
        let suffix = String(decoding: rest, as: UTF8.self)
        if let power = Self.decimalSuffixes[suffix] {
            family = .decimal
            number.exponent += power
        } else if let shift = Self.binarySuffixes[suffix] {
            family = .binary
            guard Self.scale(&number, by: Int64(1) << Int64(shift)) else { return nil }
        } else if suffix.first == "e" || suffix.first == "E", let power = Int(suffix.dropFirst()),
            abs(power) < 30
        {
            family = .scientific
            number.exponent += power
        } else {
            return nil
        }
        digits = isNegative ? -number.digits : number.digits
        exponent = number.exponent
        roundUpToNano()
    }

    private static let decimalSuffixes = [
        "n": -9, "u": -6, "m": -3, "": 0, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
    ]
    private static let binarySuffixes = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]

    private static func mantissa(_ rest: inout ArraySlice<UInt8>) -> (digits: Int64, exponent: Int)? {
        var digits: Int64 = 0
        var exponent = 0
        var seenPoint = false
        var any = false
        while let byte = rest.first {
            if byte == UInt8(ascii: "."), !seenPoint {
                seenPoint = true
            } else if (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) {
                let (shifted, tooLarge) = digits.multipliedReportingOverflow(by: 10)
                let (sum, carried) = shifted.addingReportingOverflow(Int64(byte - UInt8(ascii: "0")))
                guard !tooLarge, !carried else { return nil }
                digits = sum
                if seenPoint { exponent -= 1 }
                any = true
            } else {
                break
            }
            rest.removeFirst()
        }
        return any ? (digits, exponent) : nil
    }

    private static func scale(_ number: inout (digits: Int64, exponent: Int), by factor: Int64) -> Bool {
        while number.exponent < 0, number.digits % 10 == 0 {
            number.digits /= 10
            number.exponent += 1
        }
        let (product, tooLarge) = number.digits.multipliedReportingOverflow(by: factor)
        guard !tooLarge else { return false }
        number.digits = product
        return true
    }

    /// Nothing below a billionth is kept; what is below rounds up.
    private mutating func roundUpToNano() {
        while exponent < -9 {
            let remainder = digits % 10
            digits = digits / 10 + (remainder > 0 ? 1 : 0)
            exponent += 1
        }
    }

    /// The amount in whole units, rounded up; `nil` if 64 bits do not hold it.
    var rounded: Int64? {
        var value = digits
        var power = exponent
        while power < 0 {
            value = value / 10 + (value % 10 > 0 ? 1 : 0)
            power += 1
        }
        while power > 0 {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            guard !tooLarge else { return nil }
            value = product
            power -= 1
        }
        return value
    }

    var isNegative: Bool { digits < 0 }

    /// The canonical form: no fraction, the largest suffix that divides the amount.
    var text: String {
        guard digits != 0 else { return "0" }
        var digits = digits
        var exponent = exponent
        while digits % 10 == 0 {
            digits /= 10
            exponent += 1
        }
        if family == .binary, exponent >= 0, let whole = rounded, abs(whole) >= 1024 {
            return Self.binaryText(whole)
        }
        // Exponents go in steps of three; the digits make up for the rest.
        while (exponent % 3 + 3) % 3 != 0 {
            digits *= 10
            exponent -= 1
        }
        if family == .scientific { return exponent == 0 ? "\(digits)" : "\(digits)e\(exponent)" }
        let suffix = Self.decimalSuffixes.first { $0.value == exponent }?.key
        return "\(digits)" + (suffix ?? "e\(exponent)")
    }

    private static func binaryText(_ whole: Int64) -> String {
        var value = whole
        var steps = 0
        while value % 1024 == 0, steps < 6 {
            value /= 1024
            steps += 1
        }
        return "\(value)" + ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"][steps]
    }
}

extension Quantity {
    /// Compared as amounts, however they were written; saturated at what 64 bits hold.
    func isBelow(_ other: Quantity) -> Bool {
        let scale = min(exponent, other.exponent)
        return scaled(to: scale) < other.scaled(to: scale)
    }

    private func scaled(to power: Int) -> Int64 {
        var value = digits
        for _ in 0..<(exponent - power) {
            let (product, tooLarge) = value.multipliedReportingOverflow(by: 10)
            if tooLarge { return digits < 0 ? .min : .max }
            value = product
        }
        return value
    }
}
