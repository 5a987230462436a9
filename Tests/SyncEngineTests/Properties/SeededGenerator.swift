import Foundation

/// Random numbers that can be had again: SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Whether something happens that does so in so many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }

    /// Another seed for each run, printed; `SYNC_TEST_SEED` repeats one.
    static let runSeed: UInt64 = {
        let given = ProcessInfo.processInfo.environment["SYNC_TEST_SEED"].flatMap { UInt64($0) }
        let seed = given ?? UInt64.random(in: 0..<1_000_000_000)
        print("SYNC_TEST_SEED=\(seed)")
        return seed
    }()

    /// How many cases a property is tried on; `SYNC_TEST_CASES` sets another number.
    static let cases = ProcessInfo.processInfo.environment["SYNC_TEST_CASES"].flatMap { Int($0) } ?? 60
}
