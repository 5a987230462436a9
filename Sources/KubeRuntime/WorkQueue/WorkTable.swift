/// Which keys have work, and when: the decisions of a ``WorkQueue``. Pure.
struct WorkTable<Key: Hashable & Sendable>: Sendable {
    fileprivate enum Slot: Hashable {
        /// `place`: its number in the line.
        case waiting(until: Duration, place: UInt64)
        case running
        /// Was asked for again while it runs.
        case runningThenDue(at: Duration)
    }

    private var slots: [Key: Slot] = [:]
    /// In a row, of keys whose last work failed.
    private var failures: [Key: Int] = [:]
    private var line = DueLine<Key>()
    /// Of keys whose last work failed: what they wait for may hold them up again, and must not hold up all others.
    private var failedLine = DueLine<Key>()
    /// Places given out so far.
    private var places: UInt64 = 0
    private(set) var runningCount = 0
    /// Keys in work whose work before failed.
    private var retried: Set<Key> = []
    private let limit: Int
    private let backoff: Backoff

    init(limit: Int, backoff: Backoff) {
        self.limit = limit
        self.backoff = backoff
    }

    /// Keys that have work, be it begun or not.
    var count: Int { slots.count }

    /// How often in a row the work of a key has failed.
    func failures(of key: Key) -> Int { failures[key] ?? 0 }

    /// Asks for work; of several wishes the earliest counts, and one while the key runs is for afterwards.
    ///
    /// - Returns: `false` if there is no place for another key.
    mutating func add(_ key: Key, at time: Duration) -> Bool {
        switch slots[key] {
        case nil:
            guard slots.count < limit else { return false }
            wait(key, until: time)
        case .waiting(let until, place: _):
            if time < until { wait(key, until: time) }
        case .running:
            slots[key] = .runningThenDue(at: time)
        case .runningThenDue(let earlier):
            slots[key] = .runningThenDue(at: min(earlier, time))
        }
        return true
    }

    /// Begins the work that is due for longest; `nil` if none is, or only of keys that have to wait for others.
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - retries: Keys whose last work failed that may be in work at the same time.
    /// - Returns: The key.
    mutating func take(at now: Duration, retries: Int = .max) -> Key? {
        guard let (first, isRetry) = next(retries), first.due <= now else { return nil }
        if isRetry {
            failedLine.removeFirst()
            retried.insert(first.key)
        } else {
            line.removeFirst()
        }
        slots[first.key] = .running
        runningCount += 1
        return first.key
    }

    /// When the next work is due that may begin; `nil` if there is none.
    mutating func nextDue(retries: Int = .max) -> Duration? { next(retries)?.place.due }

    private mutating func next(_ retries: Int) -> (place: DueLine<Key>.Place, isRetry: Bool)? {
        line.skip { !slots.hold($0) }
        failedLine.skip { !slots.hold($0) }
        let retry = retried.count < retries ? failedLine.first : nil
        guard let first = line.first else { return retry.map { ($0, true) } }
        if let retry, retry.isBefore(first) { return (retry, true) }
        return (first, false)
    }

    /// Takes what came of the work of a key; `random`, from 0 to below 1, spreads the waits after failures.
    mutating func finish(_ key: Key, _ outcome: WorkOutcome, at now: Duration, random: Double) {
        guard let slot = slots[key], !slot.isWaiting else { return }
        runningCount -= 1
        retried.remove(key)
        var due: Duration?
        if case .runningThenDue(let time) = slot { due = time }
        switch outcome {
        case .done:
            failures[key] = nil
        case .again(let delay):
            failures[key] = nil
            due = min(due ?? .seconds(Int64.max), now + max(delay, .zero))
        case .failed(let most):
            let count = failures(of: key) + 1
            failures[key] = count
            let delay = backoff.delay(afterFailures: count, random: random)
            due = min(due ?? .seconds(Int64.max), now + min(delay, max(most ?? delay, .zero)))
        }
        slots[key] = nil
        if let due { wait(key, until: due) }
    }

    private mutating func wait(_ key: Key, until time: Duration) {
        places &+= 1
        slots[key] = .waiting(until: time, place: places)
        let place = DueLine.Place(due: time, number: places, key: key)
        if failures[key] == nil { line.insert(place) } else { failedLine.insert(place) }
        // Wishes that became earlier leave their old place in the line.
        guard line.count + failedLine.count > 2 * slots.count + 64 else { return }
        line.keep { slots.hold($0) }
        failedLine.keep { slots.hold($0) }
    }
}

extension Dictionary {
    /// Whether a place in a line is the one at which its key waits.
    fileprivate func hold(_ place: DueLine<Key>.Place) -> Bool where Value == WorkTable<Key>.Slot {
        self[place.key] == .waiting(until: place.due, place: place.number)
    }
}

extension WorkTable.Slot {
    fileprivate var isWaiting: Bool {
        if case .waiting = self { true } else { false }
    }
}

/// Keys by the time at which they are due; of equal times the one that came first.
private struct DueLine<Key: Sendable>: Sendable {
    struct Place: Sendable {
        var due: Duration
        var number: UInt64
        var key: Key

        func isBefore(_ other: Place) -> Bool { (due, number) < (other.due, other.number) }
    }

    /// A binary heap: no place is after one of its two children.
    private var places: [Place] = []

    var count: Int { places.count }
    var first: Place? { places.first }

    /// Removes places from the front as long as they are like that.
    mutating func skip(while isSkipped: (Place) -> Bool) {
        while let first, isSkipped(first) { removeFirst() }
    }

    /// Leaves out the other places.
    mutating func keep(_ isKept: (Place) -> Bool) {
        let kept = places.filter(isKept)
        places = []
        for place in kept { insert(place) }
    }

    mutating func insert(_ place: Place) {
        places.append(place)
        var child = places.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard places[child].isBefore(places[parent]) else { return }
            places.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() {
        guard places.count > 1 else { return places.removeAll() }
        places[0] = places.removeLast()
        var parent = 0
        while true {
            let children = [2 * parent + 1, 2 * parent + 2].filter { $0 < places.count }
            guard let least = children.min(by: { places[$0].isBefore(places[$1]) }),
                places[least].isBefore(places[parent])
            else { return }
            places.swapAt(least, parent)
            parent = least
        }
    }
}
