extension Double {
    /// The shortest digits that read back as this number, with an exponent only below 1e-6 and from 1e21 on.
    ///
    /// JSON knows no infinity and no NaN; nothing that was parsed holds one, and what was computed writes `null`.
    var asGoWritesIt: String {
        guard isFinite else { return "null" }
        guard !isZero else { return sign == .minus ? "-0" : "0" }
        let (digits, exponent) = shortestDigits
        let sign = sign == .minus ? "-" : ""
        // The value is 0.d1d2d3… times ten to the exponent.
        if magnitude < 1e-6 || magnitude >= 1e21 {
            let power = exponent - 1
            let rest = digits.count > 1 ? "." + digits.dropFirst() : ""
            return "\(sign)\(digits.prefix(1))\(rest)e\(power < 0 ? "-" : "+")\(power.magnitude)"
        }
        if exponent <= 0 { return "\(sign)0.\(String(repeating: "0", count: -exponent))\(digits)" }
        if exponent >= digits.count {
            return sign + digits + String(repeating: "0", count: exponent - digits.count)
        }
        return "\(sign)\(digits.prefix(exponent)).\(digits.dropFirst(exponent))"
    }

    /// The significant digits, and the power of ten that a point before them needs.
    private var shortestDigits: (digits: String, exponent: Int) {
        let parts = magnitude.description.split(separator: "e")
        let mantissa = parts[0].split(separator: ".", omittingEmptySubsequences: false)
        let power = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
        let all = mantissa.joined()
        let leadingZeros = all.prefix { $0 == "0" }.count
        var digits = String(all.dropFirst(leadingZeros))
        while digits.last == "0" { digits.removeLast() }
        return (digits, mantissa[0].count - leadingZeros + power)
    }
}
