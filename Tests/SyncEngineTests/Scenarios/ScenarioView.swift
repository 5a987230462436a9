import KubeCore
import SyncEngine

/// What the engine's driver knows of the world: read once, then kept up by watches, direct reads and answers, and by
/// nothing else.
struct ScenarioView {
    private(set) var live: [ObjectKey: KubeObject]
    private(set) var departed: [ObjectKey: KubeObject] = [:]
    /// Whether the watches tell of anything; direct reads are left if not (I4).
    var hasWatches = true

    init(_ live: [ObjectKey: KubeObject]) {
        self.live = live
    }

    /// Everything that a sync reads before it plans: what bears the application's label, and what is there under the
    /// targets' keys.
    static func read(_ world: ScenarioWorld, tracking: Tracking, targets: [Target]) -> [ObjectKey: KubeObject]
    {
        var keys = Set(targets.map(\.key))
        keys.insert(
            ObjectKey(group: "", kind: "Namespace", namespace: "", name: tracking.destinationNamespace))
        return world.objects.filter { key, object in
            keys.contains(key) || object.label(AnnotationKey.application) == tracking.labelValue
        }
    }

    /// Takes in what watches and direct reads would tell.
    mutating func refresh(from world: ScenarioWorld, plan: SyncPlan, progress: SyncProgress) {
        if hasWatches {
            for watched in plan.watched {
                let isSeen = { (key: ObjectKey) in
                    key.groupKind == watched.kind.groupKind && watched.namespaces.contains(key.namespace)
                }
                for key in live.keys where isSeen(key) && world.objects[key]?.uid != live[key]?.uid {
                    departed[key] = world.departed[key]
                    live[key] = nil
                }
                for (key, object) in world.objects where isSeen(key) { live[key] = object }
                for (key, object) in world.departed where isSeen(key) { departed[key] = object }
            }
        }
        for (key, _) in plan.awaited(after: progress, live: live) { live[key] = world.objects[key] }
    }

    /// Takes in the answer to an action.
    mutating func keep(_ outcome: ActionOutcome, of action: SyncAction) {
        switch (outcome, action.work) {
        case (_, .validate), (.refused, _), (.immutable, _):
            break
        case (.done(_, let object), _):
            live[action.task.key] = object
        case (.absent, _):
            live[action.task.key] = nil
        }
    }
}
