/// Which events are to be written, and how often each has happened: the decisions of an ``EventRecorder``. Pure.
///
/// What is said again of an object in the same words is counted, not written anew. Each object may have so many writes
/// in a row and then one from time to time; there is a bound for everything together, too.
struct EventBook: Sendable {
    /// How much is written and kept.
    struct Limits: Hashable, Sendable {
        /// Writes in a row for one object.
        var burst = 20
        /// After that, one in so long.
        var interval = Duration.seconds(60)
        /// Events that wait to be written.
        var waiting = 1000
        /// Events whose counts are remembered.
        var remembered = 4000
    }

    /// An event as it is to be written.
    struct Entry: Hashable, Sendable {
        var note: EventNote
        /// What makes its name unlike all others.
        var number: UInt64
        var count: Int64
        /// RFC 3339.
        var first: String
        var last: String
        /// Whether the API server has it.
        var isWritten = false
    }

    /// What becomes of a note.
    enum Fate: Hashable, Sendable {
        case written
        /// It happened again before the last time was written: one write tells of both.
        case joined
        /// Too much is said of this object.
        case limited
        /// Too much waits to be written.
        case dropped
    }

    /// The writes that an object may have.
    private struct Allowance: Sendable {
        var left: Int
        var since: Duration
    }

    private let limits: Limits
    private var entries: [EventNote: Entry] = [:]
    /// In the order in which they are to be written.
    private var waiting: [EventNote] = []
    private var isWaiting: Set<EventNote> = []
    private var allowances: [EventNote.Subject: Allowance] = [:]

    init(_ limits: Limits = Limits()) {
        self.limits = limits
    }

    var waitingCount: Int { waiting.count }

    /// Takes a note: of what happened `now` for the rate, at `date` for people. No other event of the object has its
    /// `number`.
    mutating func take(_ note: EventNote, at now: Duration, date: String, number: UInt64) -> Fate {
        entries[note]?.count += 1
        entries[note]?.last = date
        if isWaiting.contains(note) { return .joined }
        guard waiting.count < limits.waiting else { return .dropped }
        guard isAllowed(note.subject, at: now) else { return .limited }
        if entries[note] == nil {
            forget(keeping: limits.remembered - 1)
            entries[note] = Entry(note: note, number: number, count: 1, first: date, last: date)
        }
        waiting.append(note)
        isWaiting.insert(note)
        return .written
    }

    /// The next event to be written.
    mutating func next() -> Entry? {
        guard !waiting.isEmpty else { return nil }
        let note = waiting.removeFirst()
        isWaiting.remove(note)
        defer { entries[note]?.isWritten = true }
        return entries[note]
    }

    private mutating func isAllowed(_ subject: EventNote.Subject, at now: Duration) -> Bool {
        if allowances.count >= limits.remembered {
            // Whoever was silent for long enough has all of its allowance again.
            let whole = limits.interval * limits.burst
            allowances = allowances.filter { $0.value.since + whole > now }
            if allowances.count >= limits.remembered { allowances = [:] }
        }
        var allowance = allowances[subject] ?? Allowance(left: limits.burst, since: now)
        let earned = Int((now - allowance.since) / limits.interval)
        if earned > 0 {
            allowance.left = min(allowance.left + earned, limits.burst)
            allowance.since += limits.interval * earned
        }
        defer { allowances[subject] = allowance }
        guard allowance.left > 0 else { return false }
        allowance.left -= 1
        return true
    }

    /// Forgets what happened longest ago, as far as it is written.
    private mutating func forget(keeping count: Int) {
        guard entries.count > count else { return }
        let old = entries.values.filter { !isWaiting.contains($0.note) }
            .sorted { $0.last < $1.last }.prefix(max(entries.count - count, limits.remembered / 4))
        for entry in old { entries[entry.note] = nil }
    }
}
