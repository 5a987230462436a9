/// The text of a number that stands as a key.
///
/// sigs.k8s.io/yaml prints it as a 32-bit float in Go's shortest `%g` form: `1e6` becomes `1e+06`, and digits that
/// such a float cannot hold are lost.
enum FloatKey {
    static func text(of number: Double) -> String {
        let value = Float(number)
        if value.isNaN { return ".nan" }
        if value.isInfinite { return value < 0 ? "-.inf" : ".inf" }
        let sign = value.sign == .minus ? "-" : ""
        let shortest = ShortestDigits(value)
        let (digits, exponent) = (shortest.digits, shortest.exponent)
        guard (-4..<6).contains(exponent) else { return sign + scientific(digits, exponent) }
        return sign + (shortest.wholeNumber ?? plain(digits, exponent))
    }

    private static func plain(_ digits: [UInt8], _ exponent: Int) -> String {
        let zero = UInt8(ascii: "0")
        let point = UInt8(ascii: ".")
        if exponent < 0 {
            return String(
                decoding: [zero, point] + Array(repeating: zero, count: -exponent - 1) + digits, as: UTF8.self
            )
        }
        let wholeDigits = exponent + 1
        return String(decoding: digits[..<wholeDigits] + [point] + digits[wholeDigits...], as: UTF8.self)
    }

    private static func scientific(_ digits: [UInt8], _ exponent: Int) -> String {
        let fraction = digits.count > 1 ? "." + String(decoding: digits.dropFirst(), as: UTF8.self) : ""
        let power = String(exponent.magnitude)
        let padding = power.utf8.count < 2 ? "0" : ""
        return String(decoding: digits.prefix(1), as: UTF8.self) + fraction + "e" + (exponent < 0 ? "-" : "+")
            + padding + power
    }
}
