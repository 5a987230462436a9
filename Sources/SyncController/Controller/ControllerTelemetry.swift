import KubeCore
public import KubeRuntime
import SyncEngine
import Synchronization

/// The numbers of a process, and how well it is: one of it, however many controllers work in the process.
///
/// - Rule: I6: labels are bounded by what Kubernetes knows of kinds, never by applications.
public final class ControllerTelemetry: Sendable {
    /// What can be asked of a controller while it works.
    struct Vitals: Sendable {
        var load: @Sendable () -> WorkLoad
        var watches: @Sendable () -> [WatchSet.Vitals]
        /// What the controller still has to learn before it can do its work; `nil` for nothing.
        var missing: @Sendable () -> String?
    }

    /// How much a controller has to do.
    struct WorkLoad: Sendable {
        /// Applications, whether they have work or not.
        var applications: Int
        /// Of them, those that are due for a look, or will be.
        var waiting: Int
        var looks: Int
        var operations: Int
        var objects = TrackedObjects.Size()
    }

    private struct State {
        var working: [Int: Vitals] = [:]
        var next = 0
    }

    let looks: Histogram
    let operations: Counter
    let operationTime: Histogram
    let hookDelay: Histogram
    let droppedEvents: Counter
    private let state = Mutex(State())

    /// - Parameter metrics: Gets all families; to be called once.
    public init(_ metrics: Metrics) {
        looks = metrics.histogram(
            "syncctl_reconcile_seconds", "How long looks at applications took, by what came of them.",
            labels: ["outcome"])
        operations = metrics.counter(
            "syncctl_operations_total", "Operations that have ended, by how.", labels: ["phase"])
        operationTime = metrics.histogram(
            "syncctl_operation_seconds", "How long operations took, by how they ended.", labels: ["phase"])
        hookDelay = metrics.histogram(
            "syncctl_hook_detection_seconds",
            "From the end of a hook, which Kubernetes tells in whole seconds, to the written state.",
            labels: ["kind"])
        droppedEvents = EventRecorder.droppedCounter(in: metrics)
        addGauges(to: metrics)
    }

    private func addGauges(to metrics: Metrics) {
        metrics.gauge(
            "syncctl_tracked_objects", "Objects of applications that are known, in full or abridged.",
            labels: ["form"]
        ) { [weak self] in
            let sizes = self?.loads.map(\.objects) ?? []
            return [
                (["abridged"], sizes.reduce(0) { $0 + Double($1.abridged) }),
                (["whole"], sizes.reduce(0) { $0 + Double($1.whole) }),
            ]
        }
        let loads = { @Sendable [weak self] (number: @Sendable (WorkLoad) -> Int) in
            [(values: [String](), number: Double(self?.loads.reduce(0) { $0 + number($1) } ?? 0))]
        }
        metrics.gauge("syncctl_applications", "Applications that fall to this process.") {
            loads(\.applications)
        }
        metrics.gauge("syncctl_queue_depth", "Applications that wait for a look, due or not.") {
            loads(\.waiting)
        }
        metrics.gauge("syncctl_tracked_bytes", "What the known objects take as text.") {
            loads(\.objects.bytes)
        }
        metrics.gauge("syncctl_looks_running", "Looks at applications that are under way.") {
            loads(\.looks)
        }
        metrics.gauge("syncctl_operations_running", "Operations that are under way.") { loads(\.operations) }
        metrics.gauge(
            "syncctl_watch_silence_seconds", "Since the API server last said anything on a watch.",
            labels: ["kind"]
        ) { [weak self] in
            let silences = (self?.watches ?? []).map { ("\($0.kind)", $0.silence / .seconds(1)) }
            return Dictionary(silences, uniquingKeysWith: max).sorted { $0.key < $1.key }
                .map { (values: [$0.key], number: $0.value) }
        }
    }

    // MARK: Who works

    /// Counts a controller in, until ``leave(_:)``.
    func enter(_ vitals: Vitals) -> Int {
        state.withLock { state in
            state.next += 1
            state.working[state.next] = vitals
            return state.next
        }
    }

    func leave(_ ticket: Int) { state.withLock { $0.working[ticket] = nil } }

    private var working: [Vitals] { state.withLock { Array($0.working.values) } }
    private var loads: [WorkLoad] { working.map { $0.load() } }
    private var watches: [WatchSet.Vitals] { working.flatMap { $0.watches() } }

    /// Whether the process is to be started anew: a watch that it needs has been dead for too long.
    public var isHealthy: HealthCheck {
        HealthCheck("watches") { [weak self] in
            WatchSet.Vitals.problem(among: self?.watches ?? [])
        }
    }

    /// Whether the process could do its work; one that waits for its turn to lead could.
    public var isReady: HealthCheck {
        HealthCheck("caches") { [weak self] in
            let missing = (self?.working ?? []).compactMap { $0.missing() }
            return missing.isEmpty ? nil : missing.joined(separator: "; ")
        }
    }
}
