public import KubeCore

/// The latest known state of objects, by key.
///
/// Fed by watches and by the answers to our own requests, in whatever order these arrive: an older state
/// never replaces a newer one. Objects that are gone are remembered with their last state, up to a bound. For
/// a watch with a selector, an object that no longer bears the label is gone, too.
///
/// - Rule: I3, I6.
public struct Store: Sendable {
    private var objects: [ObjectKey: KubeObject] = [:]
    private var gone: [ObjectKey: KubeObject] = [:]
    /// The keys of ``gone``, the oldest first; may hold keys that have come back.
    private var goneOrder: [ObjectKey] = []
    /// What each watch has shown and not taken back.
    private var shown: [WatchTarget: Set<ObjectKey>] = [:]
    private let remembered: Int

    /// - Parameter remembered: How many objects that are gone are kept.
    public init(remembering remembered: Int = 1000) {
        self.remembered = remembered
    }

    /// The object as it was last seen; `nil` if it is not there.
    public subscript(_ key: ObjectKey) -> KubeObject? { objects[key] }

    /// The last state of an object that is gone; `nil` if it is there or was never seen.
    public func last(_ key: ObjectKey) -> KubeObject? { gone[key] }

    public var all: some Collection<KubeObject> & Sendable { objects.values }

    /// Takes a change of a watch.
    ///
    /// - Parameters:
    ///   - change: As a ``Watcher`` reports it.
    ///   - target: What was watched: a list says nothing about what it would not show.
    /// - Returns: The keys whose state is another now.
    @discardableResult
    public mutating func take(_ change: WatchChange, of target: WatchTarget) -> Set<ObjectKey> {
        switch change {
        case .replaced(let list, let version):
            return replace(list, version, target)
        case .changed(let object):
            shown[target, default: []].insert(object.key)
            return note(object) ? [object.key] : []
        case .removed(let object):
            shown[target]?.remove(object.key)
            return noteGone(object) ? [object.key] : []
        }
    }

    /// Takes an object's state, as a watch or the answer to a request shows it.
    ///
    /// - Returns: Whether it is newer than what was known.
    @discardableResult
    public mutating func note(_ object: KubeObject) -> Bool {
        let key = object.key
        guard Self.isNewer(object, than: objects[key] ?? gone[key]) else { return false }
        objects[key] = object
        gone[key] = nil
        return true
    }

    /// Takes an object's last state.
    ///
    /// - Returns: Whether it was news.
    @discardableResult
    public mutating func noteGone(_ object: KubeObject) -> Bool {
        let key = object.key
        if let known = objects[key] {
            // The end of an earlier object of that name, seen late.
            if known.uid != object.uid, !Self.isNewer(object, than: known) { return false }
            objects[key] = nil
        } else if gone[key] != nil, !Self.isNewer(object, than: gone[key]) {
            return false
        }
        remember(object, as: key)
        return true
    }

    private mutating func replace(
        _ list: [KubeObject], _ version: String, _ target: WatchTarget
    ) -> Set<ObjectKey> {
        var changed: Set<ObjectKey> = []
        let present = Set(list.map(\.key))
        let before = shown.updateValue(present, forKey: target) ?? []
        for (key, object) in objects where !present.contains(key) {
            guard before.contains(key) || target.shows(object) else { continue }
            // Written after the list was made: the watch will tell.
            if Version(object.resourceVersion) > Version(version) { continue }
            objects[key] = nil
            remember(object, as: key)
            changed.insert(key)
        }
        for object in list where note(object) { changed.insert(object.key) }
        return changed
    }

    private mutating func remember(_ object: KubeObject, as key: ObjectKey) {
        if gone.updateValue(object, forKey: key) == nil { goneOrder.append(key) }
        guard goneOrder.count > remembered * 2 else { return forgetOldest() }
        goneOrder.removeAll { gone[$0] == nil }
        forgetOldest()
    }

    private mutating func forgetOldest() {
        guard gone.count > remembered, let oldest = goneOrder.firstIndex(where: { gone[$0] != nil }) else {
            return
        }
        gone[goneOrder[oldest]] = nil
        goneOrder.removeFirst(oldest + 1)
    }

    private static func isNewer(_ object: KubeObject, than known: KubeObject?) -> Bool {
        guard let known else { return true }
        return Version(object.resourceVersion) > Version(known.resourceVersion)
    }
}

/// A `resourceVersion` that can be compared: a number that only grows, on every API server there is.
///
/// Officially opaque; one that is no number counts as newer than anything, so that nothing is ever held back.
private struct Version: Comparable {
    private let digits: Substring?

    init(_ text: String) {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        digits = isNumber ? text.drop { $0 == "0" } : nil
    }

    static func < (left: Version, right: Version) -> Bool {
        guard let mine = left.digits, let other = right.digits else { return true }
        return mine.utf8.count == other.utf8.count ? mine < other : mine.utf8.count < other.utf8.count
    }
}
