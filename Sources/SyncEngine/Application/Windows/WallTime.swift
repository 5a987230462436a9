/// What clocks and calendars on a wall show.
struct WallTime {
    /// A stretch of time that begins and ends with the clock.
    enum Span {
        case minute
        case hour
        case day
    }

    /// Since the beginning of 1970, by the clock on the wall.
    private let seconds: Int64
    let month: Int
    let day: Int

    init(_ seconds: Int64) {
        self.seconds = seconds
        (_, month, day) = Timestamp(seconds: seconds).date
    }

    var second: Int64 { Self.wrap(seconds, 60) }
    var minute: Int { Int(Self.wrap(seconds, 3600) / 60) }
    var hour: Int { Int(Self.wrap(seconds, 86400) / 3600) }
    /// 0 is Sunday.
    var weekday: Int { Int(Self.wrap((seconds - Self.wrap(seconds, 86400)) / 86400 + 4, 7)) }

    /// How long the span has lasted.
    func seconds(since span: Span) -> Int64 { Self.wrap(seconds, Self.length(span)) }

    /// How long it will last.
    func seconds(until span: Span) -> Int64 { Self.length(span) - seconds(since: span) }

    private static func length(_ span: Span) -> Int64 {
        switch span {
        case .minute: 60
        case .hour: 3600
        case .day: 86400
        }
    }

    /// The remainder that is never negative.
    private static func wrap(_ value: Int64, _ size: Int64) -> Int64 { ((value % size) + size) % size }
}
