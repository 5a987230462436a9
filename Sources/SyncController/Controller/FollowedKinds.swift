import KubeClient
import KubeCore
import KubeRuntime
import Synchronization

/// What a controller follows for its own sake, Applications, projects and settings, and how alive these watches are.
final class FollowedKinds: Sendable {
    private struct Entry {
        var pulse: WatchPulse<ContinuousClock>?
        /// Whether the first list has been handed over.
        var isFilled = false
    }

    private let client: APIClient
    /// Ends when everything has been listed.
    private let filling = AsyncStream<Never>.makeStream()
    private let entries: Mutex<[WatchTarget: Entry]>

    /// - Parameters:
    ///   - client: What to ask.
    ///   - targets: What will be followed.
    init(client: APIClient, _ targets: [WatchTarget]) {
        self.client = client
        entries = Mutex(Dictionary(targets.map { ($0, Entry()) }) { first, _ in first })
    }

    /// Hands over every change, until cancelled.
    func follow(_ target: WatchTarget, _ changed: (WatchChange) -> Void) async {
        let watcher = Watcher(target, client: client)
        entries.withLock { $0[target, default: Entry()].pulse = watcher.pulse }
        for await change in watcher {
            changed(change)
            guard case .replaced = change else { continue }
            let isFilled = entries.withLock { entries in
                entries[target]?.isFilled = true
                return entries.allSatisfy(\.value.isFilled)
            }
            if isFilled { filling.continuation.finish() }
        }
    }

    /// Returns once everything that is followed has been listed, or the task is cancelled. To be called once.
    ///
    /// What is decided before that would be decided without rules that are there: a project, or a setting, that no watch
    /// has shown yet looks like one that nobody has written.
    func filled() async {
        for await _ in filling.stream {}
    }

    /// Whether everything that is followed has been listed.
    var isFilled: Bool { entries.withLock { $0.allSatisfy(\.value.isFilled) } }

    var vitals: [WatchSet.Vitals] {
        entries.withLock { entries in
            entries.compactMap { target, entry in
                entry.pulse.map {
                    WatchSet.Vitals(
                        kind: target.resource.kind.groupKind, namespace: target.namespace, pulse: $0)
                }
            }
        }
    }

    /// What has not been listed yet, and why; `nil` for nothing.
    var missing: String? {
        let missing = entries.withLock { $0.filter { !$0.value.isFilled } }.map { target, entry in
            "\(target.resource.kind.groupKind) not listed yet"
                + (entry.pulse?.failure.map { ": \($0)" } ?? "")
        }
        return missing.isEmpty ? nil : missing.sorted().joined(separator: "; ")
    }
}
