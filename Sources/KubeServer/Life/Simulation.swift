/// What stands in for the machines that a real cluster has.
///
/// A pod's annotation `syncctl.dev/simulate` says what becomes of it; see ``Fate``.
public struct Simulation: Hashable, Sendable {
    /// Whether pods get to run at all. Without it they stay pending, as in a cluster without nodes.
    public var runsPods: Bool
    /// From a pod's creation until it is ready.
    public var podStart: Duration
    /// How long a pod of a Job takes.
    public var jobRun: Duration
    /// The node that really runs the pods that end by themselves: those of Jobs, and single ones that are not always
    /// restarted. They are given to it and left alone, unless their annotation asks for a simulation.
    public var jobNode: String?

    public init(
        runsPods: Bool = true, podStart: Duration = .milliseconds(500), jobRun: Duration = .seconds(1),
        jobNode: String? = nil
    ) {
        self.runsPods = runsPods
        self.podStart = podStart
        self.jobRun = jobRun
        self.jobNode = jobNode
    }

    /// No machines.
    public static let none = Simulation(runsPods: false)
}

/// What a pod's annotation `syncctl.dev/simulate` wishes: `succeed`, `fail` or `hang`, with a time after `=` for the
/// first two (`fail=90s`).
///
/// A pod that is always restarted never ends: `succeed=90s` is ready after that time, `fail` is restarted again and
/// again without ever being ready, `hang` runs and is not ready either.
struct Fate: Hashable, Sendable {
    enum Outcome: String, Hashable, Sendable {
        case succeed
        case fail
        case hang
    }

    static let annotation = "syncctl.dev/simulate"

    var outcome: Outcome
    var after: Duration?

    /// What is written; `nil` if it is not understood.
    init?(_ text: String) {
        let parts = text.split(separator: "=", maxSplits: 1)
        guard let word = parts.first, let outcome = Outcome(rawValue: String(word)) else { return nil }
        self.outcome = outcome
        after = parts.dropFirst().first.flatMap(Self.duration)
    }

    /// `90s`, `2m`, `500ms`, `1h`.
    private static func duration(_ text: Substring) -> Duration? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count < 1 << 40 else { return nil }
        return switch text.dropFirst(digits.count) {
        case "ms": .milliseconds(count)
        case "s", "": .seconds(count)
        case "m": .seconds(count * 60)
        case "h": .seconds(count * 3600)
        default: nil
        }
    }
}
