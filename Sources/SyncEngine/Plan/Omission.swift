public import KubeCore

/// A wanted object that a sync leaves alone.
public struct Omission: Hashable, Sendable {
    /// Why it is left alone.
    public enum Reason: Hashable, Sendable, CustomStringConvertible {
        /// The selection does not name it (S27).
        case notSelected
        /// A hook in a selective sync (S27).
        case selectiveSync
        /// A hook, and the strategy is `apply` (S28).
        case applyStrategy
        /// `Skip` (S5).
        case skipped
        /// Only for the deletion of the application (S16).
        case deletionHook
        /// A hook without any valid type (S4).
        case noValidType

        public var description: String {
            switch self {
            case .notSelected: "not selected"
            case .selectiveSync: "hooks do not run in a selective sync"
            case .applyStrategy: "hooks do not run with strategy apply"
            case .skipped: "Skip: left alone"
            case .deletionHook: "runs only when the application is deleted"
            case .noValidType: "a hook without a valid type: left alone"
            }
        }
    }

    public var key: ObjectKey
    public var reason: Reason
}

extension TaskBuilder {
    /// The targets that have no task, in the order of their keys.
    func omissions() -> [Omission] {
        targets.compactMap { target in
            reason(for: target).map { Omission(key: target.key, reason: $0) }
        }
        .sorted { $0.key < $1.key }
    }

    private func reason(for target: Target) -> Omission.Reason? {
        switch target.role {
        case .resource: request.selection.contains(target.key) ? nil : .notSelected
        case .hook:
            if request.runsHooks {
                nil
            } else if request.selection.isEverything {
                .applyStrategy
            } else {
                .selectiveSync
            }
        case .skipped: .skipped
        case .deletionHook: .deletionHook
        case .ignored: .noValidType
        }
    }
}
