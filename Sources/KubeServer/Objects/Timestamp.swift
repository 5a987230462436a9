/// A point in time as the API writes it: RFC 3339 in UTC.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Since 1970-01-01T00:00:00Z, without leap seconds.
    public var seconds: Int64
    /// Of the second.
    public var microseconds: Int64

    public init(seconds: Int64, microseconds: Int64 = 0) {
        self.seconds = seconds
        self.microseconds = microseconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.microseconds) < (right.seconds, right.microseconds)
    }

    /// This point, moved; below a microsecond is lost.
    public func advanced(by duration: Duration) -> Timestamp {
        let (whole, atto) = duration.components
        let micro = microseconds + atto / 1_000_000_000_000
        let carry = micro >= 1_000_000 ? 1 : (micro < 0 ? -1 : 0) as Int64
        return Timestamp(seconds: seconds &+ whole &+ carry, microseconds: micro - carry * 1_000_000)
    }
}

extension Timestamp {
    /// `2006-01-02T15:04:05Z`.
    var text: String { "\(day)T\(clock)Z" }

    /// `2006-01-02T15:04:05.000000Z`.
    var microText: String { "\(day)T\(clock).\(Self.padded(microseconds, 6))Z" }

    /// Reads RFC 3339 with any offset; `nil` if it is none.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            bytes[10] == UInt8(ascii: "T") || bytes[10] == UInt8(ascii: "t"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let year = Self.number(bytes[0..<4]), let month = Self.number(bytes[5..<7]),
            let day = Self.number(bytes[8..<10]), let hour = Self.number(bytes[11..<13]),
            let minute = Self.number(bytes[14..<16]), let second = Self.number(bytes[17..<19]),
            (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second < 60
        else { return nil }
        var rest = bytes[19...]
        var fraction: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            guard !digits.isEmpty, let value = Self.number(digits.prefix(6)) else { return nil }
            fraction = value
            for _ in digits.prefix(6).count..<6 { fraction *= 10 }
            rest = rest.dropFirst(digits.count + 1)
        }
        guard let offset = Self.offset(rest) else { return nil }
        let days = Self.days(year: year, month: month, day: day)
        self.init(seconds: days * 86400 + hour * 3600 + minute * 60 + second - offset, microseconds: fraction)
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let sign = bytes.first else { return nil }
        if sign == UInt8(ascii: "Z") || sign == UInt8(ascii: "z") { return bytes.count == 1 ? 0 : nil }
        let digits = bytes.dropFirst()
        guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), digits.count == 5,
            let hours = number(digits.prefix(2)), let minutes = number(digits.suffix(2))
        else { return nil }
        return (hours * 3600 + minutes * 60) * (sign == UInt8(ascii: "-") ? -1 : 1)
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> Int64? {
        var value: Int64 = 0
        for byte in bytes {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            value = value * 10 + Int64(byte - UInt8(ascii: "0"))
        }
        return bytes.isEmpty ? nil : value
    }

    /// Days since 1970-01-01 in the proleptic Gregorian calendar; years begin in March, so that leap days come last.
    private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private var day: String {
        let days = (seconds >= 0 ? seconds : seconds - 86399) / 86400 + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        return "\(Self.padded(year, 4))-\(Self.padded(month, 2))-\(Self.padded(day, 2))"
    }

    private var clock: String {
        let ofDay = ((seconds % 86400) + 86400) % 86400
        return
            "\(Self.padded(ofDay / 3600, 2)):\(Self.padded(ofDay / 60 % 60, 2)):\(Self.padded(ofDay % 60, 2))"
    }

    private static func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
