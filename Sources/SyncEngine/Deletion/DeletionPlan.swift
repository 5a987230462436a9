public import KubeCore

/// What the deletion of an application removes, and in which order (S188–S190).
///
/// One wave at a time, the highest first; the next begins when nothing of the one before is left.
public struct DeletionPlan: Hashable, Sendable {
    /// An object and what becomes of it.
    public struct Item: Hashable, Sendable {
        public var key: ObjectKey
        public var kind: GroupVersionKind
        public var wave: Int
        /// Why the object stays; `nil` if it goes.
        public var keptBecause: String?
    }

    public struct Action: Hashable, Sendable {
        public var key: ObjectKey
        public var kind: GroupVersionKind
        public var uid: String

        /// The deletion of this very object.
        public init(of object: KubeObject) {
            key = object.key
            kind = object.groupVersionKind
            uid = object.uid
        }
    }

    /// What one step decides.
    public enum Step: Hashable, Sendable {
        case delete([Action])
        /// Until these are gone; each with what holds it.
        case wait([ObjectKey: [String]])
        case done
    }

    /// In the order of their deletion, what is kept last.
    public let items: [Item]

    /// Plans the deletion.
    ///
    /// - Parameters:
    ///   - tracking: The application.
    ///   - live: What bears its label.
    ///   - options: Of the application; an object's own come first.
    ///   - isApproved: Whether a person has agreed to the deletion of what asks for that (S191).
    ///   - ownKey: The Application, which may be among its objects.
    public init(
        of tracking: Tracking, live: [ObjectKey: KubeObject], options: SyncOptions = SyncOptions(),
        isApproved: Bool = false, ownKey: ObjectKey? = nil
    ) {
        items = live.values.filter { tracking.owns($0) && !$0.hasOwner && $0.key != ownKey }.map { object in
            Item(
                key: object.key, kind: object.groupVersionKind, wave: SyncWave.of(object),
                keptBecause: DeletionPlan.reasonToKeep(object, options, isApproved))
        }
        .sorted { left, right in
            let leftKept = left.keptBecause != nil
            let rightKept = right.keptBecause != nil
            if leftKept != rightKept { return rightKept }
            return (-left.wave, left.key) < (-right.wave, right.key)
        }
    }

    /// S190.
    private static func reasonToKeep(
        _ object: KubeObject, _ options: SyncOptions, _ isApproved: Bool
    ) -> String? {
        if object.kind == "CustomResourceDefinition", object.groupVersionKind.group == "apiextensions.k8s.io"
        {
            return "a CustomResourceDefinition is never deleted with an application"
        }
        switch SyncOptions(of: object).value("Delete") ?? options.value("Delete") {
        case "false": return "Delete=false"
        case "confirm" where !isApproved: return "Delete=confirm"
        default: break
        }
        return object.annotation(AnnotationKey.helmResourcePolicy) == "keep"
            ? "helm.sh/resource-policy: keep" : nil
    }

    /// Advances the deletion by one step.
    ///
    /// - Parameters:
    ///   - live: What exists now.
    ///   - refused: Objects whose deletion the server has refused: nobody waits for them.
    /// - Returns: What to do next.
    public func next(seeing live: [ObjectKey: KubeObject], refused: Set<ObjectKey>) -> Step {
        let left = items.filter { $0.keptBecause == nil && live[$0.key] != nil && !refused.contains($0.key) }
        let leaving = left.filter { live[$0.key]?.isBeingDeleted == true }
        guard leaving.isEmpty else {
            return .wait(
                Dictionary(leaving.map { ($0.key, live[$0.key]?.finalizers ?? []) }) { first, _ in first })
        }
        guard let highest = left.map(\.wave).max() else { return .done }
        return .delete(
            left.filter { $0.wave == highest }.compactMap { live[$0.key].map(Action.init(of:)) })
    }
}
