/// A point in time in whole seconds since 1970, UTC: the precision of Kubernetes' own times.
public struct Timestamp: Hashable, Sendable, Comparable {
    public var seconds: Int64

    public init(seconds: Int64) {
        self.seconds = seconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    /// How long after `earlier` this is; negative if before.
    public func since(_ earlier: Timestamp) -> Duration { .seconds(seconds - earlier.seconds) }
}

extension Timestamp {
    /// `2026-01-02T03:04:05Z`
    public var rfc3339: String {
        let day = (seconds - Timestamp.wrap(seconds, 86400)) / 86400
        let clock = Timestamp.wrap(seconds, 86400)
        let (year, month, date) = Timestamp.civil(day)
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(date, 2))"
            + "T\(pad(clock / 3600, 2)):\(pad(clock / 60 % 60, 2)):\(pad(clock % 60, 2))Z"
    }

    /// Reads `2026-01-02T03:04:05Z`, also with a fraction or an offset such as `+02:00`; `nil` if it is no time.
    public init?(rfc3339 text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 20, bytes[4] == 45, bytes[7] == 45, bytes[10] == 84 || bytes[10] == 116,
            bytes[13] == 58, bytes[16] == 58,
            let year = Timestamp.number(bytes[0..<4]), let month = Timestamp.number(bytes[5..<7]),
            let day = Timestamp.number(bytes[8..<10]), let hour = Timestamp.number(bytes[11..<13]),
            let minute = Timestamp.number(bytes[14..<16]), let second = Timestamp.number(bytes[17..<19]),
            hour < 24, minute < 60, second < 61
        else { return nil }
        var rest = bytes[19...]
        if rest.first == 46 {
            let digits = rest.dropFirst().prefix { $0 >= 48 && $0 <= 57 }
            guard !digits.isEmpty else { return nil }
            rest = rest[digits.endIndex...]
        }
        let days = Timestamp.days(year, month, day)
        // A date that does not exist, such as February 30th, counts on into another.
        guard (1...12).contains(month), Timestamp.civil(days) == (year, month, day),
            let offset = Timestamp.offset(rest)
        else { return nil }
        seconds = days * 86400 + hour * 3600 + minute * 60 + second - offset
    }

    /// The day in UTC, of the Gregorian calendar.
    var date: (year: Int64, month: Int, day: Int) {
        let (year, month, day) = Timestamp.civil((seconds - Timestamp.wrap(seconds, 86400)) / 86400)
        return (year, Int(month), Int(day))
    }

    private static func offset(_ bytes: ArraySlice<UInt8>) -> Int64? {
        let zone = Array(bytes)
        if zone == [90] || zone == [122] { return 0 }
        guard zone.count == 6, zone[0] == 43 || zone[0] == 45, zone[3] == 58,
            let hours = number(zone[1..<3]), let minutes = number(zone[4..<6])
        else { return nil }
        return (hours * 3600 + minutes * 60) * (zone[0] == 43 ? 1 : -1)
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        digits.allSatisfy { $0 >= 48 && $0 <= 57 } ? digits.reduce(0) { $0 * 10 + Int64($1 - 48) } : nil
    }

    /// The remainder that is never negative.
    private static func wrap(_ value: Int64, _ size: Int64) -> Int64 { ((value % size) + size) % size }

    /// Days since 1970 of a date of the Gregorian calendar, counted in years that begin in March.
    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let shifted = month > 2 ? year : year - 1
        let era = (shifted - wrap(shifted, 400)) / 400
        let yearOfEra = wrap(shifted, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719468
    }

    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + 719468
        let dayOfEra = wrap(shifted, 146097)
        let era = (shifted - dayOfEra) / 146097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (
            yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1
        )
    }
}

/// Digits with leading zeros.
private func pad(_ number: Int64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
