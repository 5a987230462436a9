import KubeCore
import KubeRuntime
import SyncEngine
import SyncSources
import Synchronization

/// What the controller's watches have shown of Applications and projects. Kept as text: a thousand Applications with
/// their status are some tens of megabytes as trees.
final class ApplicationBook: Sendable {
    fileprivate struct State {
        var applications: [ObjectKey: PackedObject] = [:]
        var projects: [String: PackedObject] = [:]
        var settings = InstallationSettings()
        /// Which applications go by a tracking label; more than one only by mistake.
        var byLabel: [String: Set<ObjectKey>] = [:]
        /// Comparisons that changes of Applications call for, until the watch has told of the change.
        var due: [ObjectKey: RefreshLevel] = [:]
        /// Applications that want what others have, by the label that those others' objects bear.
        var claimants: [String: Set<ObjectKey>] = [:]
        var labels: [ObjectKey: String] = [:]
        /// When each application was last compared with the newest of its sources, by this process.
        var looks: [ObjectKey: Timestamp] = [:]
    }

    private let state = Mutex(State())
    /// The controller's own namespace.
    let home: String
    /// Whether an application is ours, by the value of its tracking label.
    private let isOurs: @Sendable (String) -> Bool

    init(home: String, isOurs: @escaping @Sendable (String) -> Bool) {
        self.home = home
        self.isOurs = isOurs
    }

    var count: Int { state.withLock { $0.applications.count } }

    /// The value of the tracking label of an application's objects.
    private func label(_ key: ObjectKey) -> String {
        let name = key.namespace == home ? key.name : "\(key.namespace)_\(key.name)"
        return Tracking(application: name, destinationNamespace: "").labelValue
    }

    /// The Application as it was last seen; `nil` if there is none.
    func application(_ key: ObjectKey) -> Application? { object(key).map { Application($0) } }

    /// The same as an object.
    func object(_ key: ObjectKey) -> KubeObject? { state.withLock { $0.applications[key] }?.object }

    /// The project of that name in the controller's namespace, with what global projects add (S204); `nil` if there is
    /// none.
    ///
    /// The default project permits everything until somebody writes it.
    func project(_ name: String) -> AppProject? { plainProject(name).map(merged) }

    private func plainProject(_ name: String) -> AppProject? {
        let known = state.withLock { $0.projects[name] }.map { AppProject($0.object) }
        return known ?? (name == AppProject.permissive.name ? .permissive : nil)
    }

    /// A project with what global projects add.
    func merged(_ project: AppProject) -> AppProject { project.merged(settings, project: plainProject) }

    /// What holds for all Applications.
    var settings: InstallationSettings { state.withLock { $0.settings } }

    /// Takes a change of the watch of the ConfigMap with the settings.
    ///
    /// - Returns: Whether something else holds now.
    func takeSettings(_ change: WatchChange) -> Bool {
        let object: KubeObject? =
            switch change {
            case .replaced(let objects, _): objects.first
            case .changed(let object): object
            case .removed: nil
            }
        let settings = object.map { InstallationSettings(configMap: $0) } ?? InstallationSettings()
        return state.withLock { state in
            defer { state.settings = settings }
            return state.settings != settings
        }
    }

    var keys: Set<ObjectKey> { state.withLock { Set($0.applications.keys) } }

    /// The applications whose objects bear one of these labels, and those that want such objects for themselves (S108).
    func applications(labelled labels: Set<String>) -> Set<ObjectKey> {
        state.withLock { state in
            labels.reduce(into: []) {
                $0.formUnion(state.byLabel[$1] ?? [])
                $0.formUnion(state.claimants[$1] ?? [])
            }
        }
    }

    /// Keeps which others have what an application wants.
    ///
    /// - Parameters:
    ///   - key: The application.
    ///   - labels: What the others' objects bear.
    func claim(_ key: ObjectKey, from labels: Set<String>) {
        state.withLock { state in
            for (label, keys) in state.claimants where keys.contains(key) && !labels.contains(label) {
                state.claimants[label] = keys.count == 1 ? nil : keys.subtracting([key])
            }
            for label in labels { state.claimants[label, default: []].insert(key) }
        }
    }

    /// When this process last compared it with the newest of its sources, whether that was written or not (S152).
    func lastLook(_ key: ObjectKey) -> Timestamp? { state.withLock { $0.looks[key] } }

    /// Keeps that an application was compared with the newest of its sources.
    func noteLook(_ key: ObjectKey, at time: Timestamp) { state.withLock { $0.looks[key] = time } }

    /// The comparison that the changes of an Application, as far as they are told of, call for (S151).
    func takeDue(_ key: ObjectKey) -> RefreshLevel? { state.withLock { $0.due.removeValue(forKey: key) } }

    /// Takes a change of the watch of Applications.
    ///
    /// - Returns: The keys of all that it tells of, also where a write of ours has shown a newer state already: that
    ///   may hold what somebody else has written, and nobody has looked at.
    func takeApplications(_ change: WatchChange) -> Set<ObjectKey> {
        switch change {
        case .replaced(let objects, _):
            let packed = objects.filter { isOurs(label($0.key)) }.map { PackedObject($0) }
            return state.withLock { state in
                let present = Set(packed.map(\.key))
                let gone = Set(state.applications.keys).subtracting(present)
                gone.forEach { state.drop($0) }
                for object in packed { state.keep(object, label: label(object.key)) }
                return gone.union(present)
            }
        case .changed(let object):
            let key = object.key
            return note(object) ? [key] : []
        case .removed(let object):
            let key = object.key
            state.withLock { $0.drop(key) }
            return [key]
        }
    }

    /// Takes what a write has answered, so that the next pass does not decide on an older state.
    ///
    /// - Returns: `false` if the application is not ours.
    @discardableResult
    func note(_ object: KubeObject) -> Bool {
        let label = label(object.key)
        guard isOurs(label) else { return false }
        let packed = PackedObject(object)
        // Trees are large: they are made beside the lock.
        let known = state.withLock { $0.applications[packed.key] }
        let due = known.flatMap { known -> RefreshLevel? in
            guard packed.isNewer(than: known) else { return nil }
            return Application(object).comparison(after: Application(known.object))
        }
        state.withLock { state in
            state.keep(packed, label: label)
            if let due { state.due[packed.key] = max(due, state.due[packed.key] ?? due) }
        }
        return true
    }

    /// Takes a change of the watch of projects.
    ///
    /// - Returns: The names of those that are another, new or gone.
    func takeProjects(_ change: WatchChange) -> Set<String> {
        state.withLock { state in
            switch change {
            case .replaced(let objects, _):
                let before = Set(state.projects.keys)
                state.projects = Dictionary(objects.map { ($0.name, PackedObject($0)) }) { first, _ in first }
                return before.union(state.projects.keys)
            case .changed(let object):
                state.projects[object.name] = PackedObject(object)
                return [object.name]
            case .removed(let object):
                state.projects[object.name] = nil
                return [object.name]
            }
        }
    }

    /// The applications of these projects.
    func applications(ofProjects names: Set<String>) -> Set<ObjectKey> {
        applications { names.contains($0.spec.project) }
    }

    /// The applications that a push may have given something new.
    func applications(concernedBy event: PushEvent) -> Set<ObjectKey> {
        applications(where: event.concerns)
    }

    private func applications(where isWanted: (Application) -> Bool) -> Set<ObjectKey> {
        let all = state.withLock { Array($0.applications.values) }
        return Set(all.filter { isWanted(Application($0.object)) }.map(\.key))
    }
}

extension ApplicationBook.State {
    /// Keeps what is newer than what was known.
    fileprivate mutating func keep(_ object: PackedObject, label: String) {
        if let known = applications[object.key], !object.isNewer(than: known) { return }
        applications[object.key] = object
        labels[object.key] = label
        byLabel[label, default: []].insert(object.key)
    }

    fileprivate mutating func drop(_ key: ObjectKey) {
        applications[key] = nil
        (due[key], looks[key]) = (nil, nil)
        for (label, keys) in claimants where keys.contains(key) {
            claimants[label] = keys.count == 1 ? nil : keys.subtracting([key])
        }
        guard let label = labels.removeValue(forKey: key) else { return }
        byLabel[label]?.remove(key)
        if byLabel[label]?.isEmpty == true { byLabel[label] = nil }
    }
}
