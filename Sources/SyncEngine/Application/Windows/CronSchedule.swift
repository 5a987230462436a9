/// When something begins again and again, as cron writes it: minute, hour, day, month, day of the week.
///
/// Lists, ranges, steps and English names are read, and `@hourly`, `@daily`, `@weekly`, `@monthly`, `@yearly`. Where
/// both days are restricted, either will do.
public struct CronSchedule: Hashable, Sendable {
    /// Text that is no schedule.
    public struct Failure: Error, Hashable, Sendable, CustomStringConvertible {
        public var text: String
        public var problem: String

        public var description: String { "'\(text)' is no schedule: \(problem)" }
    }

    private var minutes: Set<Int>
    private var hours: Set<Int>
    private var days: CronField
    private var months: Set<Int>
    private var weekdays: CronField

    private static let nicknames = [
        "@hourly": "0 * * * *", "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@weekly": "0 0 * * 0",
        "@monthly": "0 0 1 * *", "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *",
    ]

    /// Reads a schedule.
    ///
    /// - Parameter text: Five fields, or a nickname.
    /// - Throws: ``Failure`` that says which field is wrong.
    public init(_ text: String) throws(Failure) {
        let fields = (Self.nicknames[text] ?? text).split(whereSeparator: \.isWhitespace).map(String.init)
        guard text.utf8.count <= 1000, fields.count == 5 else {
            throw Failure(
                text: text, problem: "it must have five fields, as '0 22 * * *', or be one as @daily")
        }
        do throws(CronField.Failure) {
            minutes = try CronField(fields[0], "minute", 0...59).values
            hours = try CronField(fields[1], "hour", 0...23).values
            days = try CronField(fields[2], "day of the month", 1...31)
            months = try CronField(fields[3], "month", 1...12, names: CronField.months).values
            weekdays = try CronField(fields[4], "day of the week", 0...7, names: CronField.weekdays)
        } catch {
            throw Failure(text: text, problem: error.problem)
        }
        // Sunday goes by both.
        if weekdays.values.contains(7) { weekdays.values.insert(0) }
    }

    // MARK: Starts

    /// The last start that is not later than a time.
    ///
    /// - Parameters:
    ///   - time: The time.
    ///   - earliest: How far back to look: a start must be later than this.
    ///   - zone: Whose clocks count.
    /// - Returns: `nil` if there was none.
    public func lastStart(
        atOrBefore time: Timestamp, after earliest: Timestamp, in zone: ZoneOffsets
    ) -> Timestamp? {
        var time = time.seconds
        while time > earliest.seconds {
            let offset = zone.offset(at: time)
            let clock = WallTime(time + offset)
            guard let miss = miss(clock) else {
                let start = time - clock.second
                return start > earliest.seconds ? Timestamp(seconds: start) : nil
            }
            let back = clock.seconds(since: miss) + 1
            // Over a change of the clocks only in small steps.
            time -= zone.offset(at: time - back) == offset ? back : clock.second + 1
        }
        return nil
    }

    /// The first start that is later than a time.
    ///
    /// - Parameters:
    ///   - time: The time.
    ///   - latest: How far to look: a start must not be later than this.
    ///   - zone: Whose clocks count.
    /// - Returns: `nil` if there is none.
    public func nextStart(
        after time: Timestamp, notAfter latest: Timestamp, in zone: ZoneOffsets
    ) -> Timestamp? {
        var next = time.seconds + 60 - WallTime(time.seconds + zone.offset(at: time.seconds)).second
        while next <= latest.seconds {
            let offset = zone.offset(at: next)
            let clock = WallTime(next + offset)
            guard let miss = miss(clock) else { return Timestamp(seconds: next) }
            let ahead = clock.seconds(until: miss)
            next += zone.offset(at: next + ahead) == offset ? ahead : 60 - clock.second
        }
        return nil
    }

    /// The longest span of clock time around a moment that has no start; `nil` if the moment's minute is one.
    private func miss(_ clock: WallTime) -> WallTime.Span? {
        if !months.contains(clock.month) || !fitsDay(clock) { return .day }
        if !hours.contains(clock.hour) { return .hour }
        return minutes.contains(clock.minute) ? nil : .minute
    }

    private func fitsDay(_ clock: WallTime) -> Bool {
        let (day, weekday) = (days.values.contains(clock.day), weekdays.values.contains(clock.weekday))
        return days.isAny || weekdays.isAny ? day && weekday : day || weekday
    }
}
