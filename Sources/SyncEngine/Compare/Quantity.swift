/// An amount of a resource: `500m`, `1Gi`, `0.5`, `1e3`.
///
/// Held exactly, in billionths: the finest step that a server keeps. Two quantities are equal if they are the
/// same amount, however they are written.
struct Quantity: Hashable, Sendable {
    private var billionths: Int128

    /// Reads an amount; `nil` if it is none, finer than a billionth, or too great to be held.
    init?(_ text: String) {
        var rest = Substring(text)
        let isNegative = rest.first == "-"
        if isNegative || rest.first == "+" { rest.removeFirst() }
        let number = rest.prefix { $0 == "." || ("0"..."9").contains($0) }
        guard let scale = Scale(rest[number.endIndex...]) else { return nil }

        let parts = number.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count == 2 ? parts[1] : ""
        // The limit keeps what follows within 128 bits in the common case; overflow is looked at all the
        // same.
        guard !number.allSatisfy({ $0 == "." }), !fraction.contains("."), number.utf8.count <= 30,
            let digits = Int128(parts[0] + fraction)
        else { return nil }
        guard let amount = scale.applied(to: digits, fractionDigits: fraction.utf8.count) else { return nil }
        billionths = isNegative ? -amount : amount
    }

    /// What stands behind the digits: a power of ten, or of 1024.
    private struct Scale {
        var powerOfTen = 0
        var powerOfTwo = 0

        init?(_ suffix: Substring) {
            if let tens = Self.decimal[String(suffix)] {
                powerOfTen = tens
            } else if let twos = Self.binary[String(suffix)] {
                powerOfTwo = twos
            } else {
                guard suffix.first == "e" || suffix.first == "E", let exponent = Int(suffix.dropFirst()),
                    (-30...30).contains(exponent)
                else { return nil }
                powerOfTen = exponent
            }
        }

        func applied(to digits: Int128, fractionDigits: Int) -> Int128? {
            guard digits != 0 else { return 0 }
            let (shifted, overflow) = digits.multipliedReportingOverflow(by: Int128(1) << powerOfTwo)
            guard !overflow else { return nil }
            var amount = shifted
            let exponent = powerOfTen + 9 - fractionDigits
            for _ in 0..<max(exponent, 0) {
                let (product, overflow) = amount.multipliedReportingOverflow(by: 10)
                guard !overflow else { return nil }
                amount = product
            }
            for _ in 0..<max(-exponent, 0) {
                guard amount % 10 == 0 else { return nil }
                amount /= 10
            }
            return amount
        }

        private static let decimal = [
            "": 0, "n": -9, "u": -6, "m": -3, "k": 3, "M": 6, "G": 9, "T": 12, "P": 15, "E": 18,
        ]
        private static let binary = ["Ki": 10, "Mi": 20, "Gi": 30, "Ti": 40, "Pi": 50, "Ei": 60]
    }
}
