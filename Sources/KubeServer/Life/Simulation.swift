/// What stands in for the machines that a real cluster has.
///
/// A pod's annotation `syncctl.dev/simulate` says how it ends: `succeed`, `fail` or `hang`, with a time after `=` for
/// the first two (`fail=90s`).
public struct Simulation: Hashable, Sendable {
    /// Whether pods get to run at all. Without it they stay pending, as in a cluster without nodes.
    public var runsPods: Bool
    /// From a pod's creation until it is ready.
    public var podStart: Duration
    /// How long a pod of a Job takes.
    public var jobRun: Duration

    public init(
        runsPods: Bool = true, podStart: Duration = .milliseconds(500), jobRun: Duration = .seconds(1)
    ) {
        self.runsPods = runsPods
        self.podStart = podStart
        self.jobRun = jobRun
    }

    /// No machines.
    public static let none = Simulation(runsPods: false)
}
