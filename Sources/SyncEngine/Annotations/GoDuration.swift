/// Durations as Go and Kubernetes write them: `90s`, `1h30m`, `1.5h`, `250ms`.
public enum GoDuration {
    /// Reads a duration.
    ///
    /// - Parameter text: Numbers with units `h`, `m`, `s`, `ms`; nothing negative, and no more than a century.
    /// - Returns: `nil` if the text is none.
    public static func parse(_ text: String) -> Duration? {
        var rest = Substring(text)
        guard !rest.isEmpty else { return nil }
        if rest == "0" { return .zero }
        var seconds = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), let factor = factors[String(unit)] else { return nil }
            seconds += number * factor
        }
        return seconds <= longest ? .milliseconds(Int64((seconds * 1000).rounded())) : nil
    }

    private static let factors = ["h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001]
    private static let longest = 100.0 * 365 * 86400
}

extension Duration {
    /// `1h30m`, `45s`: what ``GoDuration`` reads back, in whole seconds, or in milliseconds below one.
    public var goText: String {
        let total = components.seconds
        if total == 0, components.attoseconds > 0 {
            return "\(components.attoseconds / 1_000_000_000_000_000)ms"
        }
        let parts = [(total / 3600, "h"), (total / 60 % 60, "m"), (total % 60, "s")].filter { $0.0 != 0 }
        return parts.isEmpty ? "0s" : parts.map { "\($0.0)\($0.1)" }.joined()
    }
}
