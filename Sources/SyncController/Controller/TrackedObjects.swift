import KubeCore
import KubeRuntime
import SyncEngine
import Synchronization

/// Every object in the cluster that bears the tracking label, by application: fed by one watch a kind, read by all
/// applications' comparisons and running operations.
///
/// - Rule: I3, I10.
final class TrackedObjects: Sendable {
    fileprivate struct State {
        var objects: [ObjectKey: PackedObject] = [:]
        var byLabel: [String: Set<ObjectKey>] = [:]
        /// What each watch has shown and not taken back.
        var shown: [WatchTarget: Set<ObjectKey>] = [:]
        /// Running operations, by the label that their objects bear.
        var views: [String: [Int: LiveView]] = [:]
        var nextView = 0
    }

    private let state = Mutex(State())
    private let changed: @Sendable (Set<String>) -> Void

    private let isOurs: @Sendable (String) -> Bool

    /// - Parameters:
    ///   - isOurs: Whether objects are kept, by the value of their tracking label.
    ///   - changed: Told which applications' objects differ now, by the same value.
    init(
        isOurs: @escaping @Sendable (String) -> Bool = { _ in true },
        changed: @escaping @Sendable (Set<String>) -> Void
    ) {
        self.isOurs = isOurs
        self.changed = changed
    }

    /// The object as it was last seen; `nil` if there is none.
    func object(_ key: ObjectKey) -> KubeObject? { state.withLock { $0.objects[key] }?.object }

    /// The objects that bear the label, some of them abridged.
    func tracked(labelled label: String) -> LiveReader.Tracked {
        let packed = state.withLock { state in
            (state.byLabel[label] ?? []).compactMap { state.objects[$0] }
        }
        var tracked = LiveReader.Tracked(objects: [:], unlisted: [])
        for object in packed {
            tracked.objects[object.key] = object.object
            tracked.proofs[object.key] = object.proof
        }
        return tracked
    }

    /// The kinds of the objects that bear the label.
    func kinds(labelled label: String) -> Set<GroupKind> {
        state.withLock { Set(($0.byLabel[label] ?? []).map(\.groupKind)) }
    }

    /// How much is kept.
    struct Size: Hashable, Sendable {
        var whole = 0
        var abridged = 0
        /// The text of all objects together.
        var bytes = 0
    }

    var size: Size {
        state.withLock { state in
            state.objects.values.reduce(into: Size()) { size, object in
                if object.proof == nil { size.whole += 1 } else { size.abridged += 1 }
                size.bytes += object.cost
            }
        }
    }

    // MARK: Feeding

    /// Takes a change of a watch that shows only objects with the tracking label.
    func take(_ change: WatchChange, of target: WatchTarget) {
        let labels: Set<String>
        switch change {
        case .replaced(let objects, let version): labels = replace(with: objects, asOf: version, target)
        case .changed(let object): labels = put(object, target)
        case .removed(let object): labels = remove(object, target)
        }
        if !labels.isEmpty { changed(labels) }
    }

    /// Forgets what a watch has shown, when it is not kept any more.
    func forget(_ target: WatchTarget) {
        state.withLock { state in
            for key in state.shown.removeValue(forKey: target) ?? [] { state.drop(key) }
        }
    }

    private func put(_ object: KubeObject, _ target: WatchTarget) -> Set<String> {
        guard isOurs(object.label(AnnotationKey.application) ?? "") else {
            // It may have been ours before somebody changed its label.
            return remove(object, target)
        }
        let packed = PackedObject(object)
        let (labels, views) = state.withLock { state in
            state.shown[target, default: []].insert(packed.key)
            let before = state.keep(packed)
            let labels = Set([packed.label, before].compactMap { $0 })
            return (labels, labels.flatMap { state.views[$0].map { Array($0.values) } ?? [] })
        }
        views.forEach { $0.put(object, as: packed.key) }
        return labels
    }

    private func remove(_ object: KubeObject, _ target: WatchTarget) -> Set<String> {
        let key = object.key
        let (labels, views) = state.withLock { state in
            state.shown[target]?.remove(key)
            // A later object of that name stays.
            let known = state.objects[key].flatMap { $0.uid == object.uid ? $0.label : nil }
            if known != nil { state.drop(key) }
            let labels = Set([known, object.label(AnnotationKey.application)].compactMap { $0 })
            return (labels, labels.flatMap { state.views[$0].map { Array($0.values) } ?? [] })
        }
        views.forEach { $0.depart(object, as: key) }
        return labels
    }

    private func replace(
        with objects: [KubeObject], asOf version: String, _ target: WatchTarget
    ) -> Set<String> {
        let packed = objects.filter { isOurs($0.label(AnnotationKey.application) ?? "") }.map {
            PackedObject($0)
        }
        let (labels, views) = state.withLock { state in
            let present = Set(packed.map(\.key))
            let before = state.shown.updateValue(present, forKey: target) ?? []
            var labels: Set<String> = []
            for key in before.subtracting(present) {
                if let gone = state.drop(key) { labels.insert(gone) }
            }
            for object in packed {
                labels.insert(object.label)
                if let old = state.keep(object) { labels.insert(old) }
            }
            return (labels, state.views)
        }
        for (label, members) in views where !members.isEmpty {
            let own = objects.filter { $0.label(AnnotationKey.application) == label }
            for view in members.values {
                view.replace(with: own, asOf: version) {
                    target.covers($0) && $0.label(AnnotationKey.application) == label
                }
            }
        }
        return labels
    }

    /// Takes over what a finished operation has seen, so that the next comparison knows of its writes even where the
    /// watch is late.
    func note(_ live: [ObjectKey: KubeObject], labelled label: String) {
        let packed = live.values.map { PackedObject($0) }.filter { $0.label == label }
        state.withLock { state in
            for key in (state.byLabel[label] ?? []).subtracting(live.keys) { state.drop(key) }
            for object in packed { _ = state.keep(object) }
        }
    }

    // MARK: Content that need not be kept (I10)

    /// Keeps the abridged form of objects, unless they have changed, or a running operation may look at them.
    func abridge(_ proven: [ProvenObject], labelled label: String) {
        let packed = proven.map { PackedObject($0) }.filter { $0.label == label }
        state.withLock { state in
            guard state.views[label] == nil else { return }
            for object in packed where state.objects[object.key]?.isSameState(as: object) == true {
                state.objects[object.key] = object
            }
        }
    }

    /// Keeps objects in full again that somebody had to read.
    func restore(_ objects: some Sequence<KubeObject>) {
        let packed = objects.map { PackedObject($0) }
        state.withLock { state in
            for object in packed {
                guard let known = state.objects[object.key], known.label == object.label,
                    !known.isNewer(than: object)
                else { continue }
                state.objects[object.key] = object
            }
        }
    }

    // MARK: Operations

    /// Puts every change of objects with that label into the view, until cancelled.
    func feed(_ view: LiveView, labelled label: String) async {
        let ticket = state.withLock { state in
            state.nextView += 1
            state.views[label, default: [:]][state.nextView] = view
            return state.nextView
        }
        // What changed between the view's making and its entry above.
        // What it knows in full stays so.
        for (key, object) in tracked(labelled: label).objects
        where view.object(key)?.resourceVersion != object.resourceVersion {
            view.put(object, as: key)
        }
        // Ends only when cancelled.
        for await _ in AsyncStream<Never>.makeStream().stream {}
        state.withLock { state in
            state.views[label]?[ticket] = nil
            if state.views[label]?.isEmpty == true { state.views[label] = nil }
        }
    }
}

extension TrackedObjects.State {
    /// - Returns: The label that the object bore before, if it was known.
    fileprivate mutating func keep(_ packed: PackedObject) -> String? {
        if let known = objects[packed.key], known.isNewer(than: packed) || known.isSameState(as: packed) {
            return known.label
        }
        let before = objects.updateValue(packed, forKey: packed.key)?.label
        if let before, before != packed.label { byLabel[before]?.remove(packed.key) }
        byLabel[packed.label, default: []].insert(packed.key)
        return before
    }

    /// - Returns: The label of what is dropped.
    @discardableResult
    fileprivate mutating func drop(_ key: ObjectKey) -> String? {
        guard let old = objects.removeValue(forKey: key) else { return nil }
        byLabel[old.label]?.remove(key)
        if byLabel[old.label]?.isEmpty == true { byLabel[old.label] = nil }
        return old.label
    }
}

extension WatchTarget {
    /// Whether an object's kind and place are watched.
    fileprivate func covers(_ object: KubeObject) -> Bool {
        object.groupVersionKind.groupKind == resource.kind.groupKind
            && (namespace.isEmpty || object.namespace == namespace)
    }
}
