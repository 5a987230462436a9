import KubeCore

/// The controllers: what happens by itself after objects changed or time passed.
///
/// Level-based: a reaction looks at what is there now, so that it does no harm to react twice. Everything is done when
/// a request's answer is on its way, before the next request.
extension ServerState {
    /// How often changes may lead to further changes before the rest is left for the next request.
    private static let roundLimit = 1000

    /// Reacts to every alarm that is due.
    mutating func answerAlarms() {
        for place in alarms.takeDue(at: now) { reconcile(place) }
    }

    /// Reacts to everything that happened.
    mutating func settle() {
        for _ in 0..<Self.roundLimit where settled < store.version {
            let changes = store.changes(after: settled)
            settled = store.version
            var due: Set<ObjectPlace> = []
            for (resource, change) in changes { react(to: change, of: resource, due: &due) }
            for place in due.sorted() { reconcile(place) }
            if changes.contains(where: { $0.1.isDeletion }) { recheckWaiting() }
        }
    }

    private mutating func react(
        to change: RecordCollection.Change, of resource: GroupResource, due: inout Set<ObjectPlace>
    ) {
        let place = ObjectPlace(resource: resource, place: change.after.place)
        if Workloads.all.contains(resource) { due.insert(place) }
        for owner in controllers(of: change.after, change.before) { due.insert(owner) }
        if change.isDeletion {
            alarms.cancel(place)
            collectDependents(of: change.after.uid)
            if resource == .customResourceDefinitions { withdraw(change.after) }
            if let namespace = store[.namespaces, "", change.after.namespace] {
                if namespace.isMarked {
                    finish(namespace: namespace)
                } else if Self.isFurniture(change.after, of: resource) {
                    furnish(namespace: namespace.name)
                }
            }
            return
        }
        if !change.after.owners.isEmpty, change.before?.owners != change.after.owners {
            collectIfOrphaned(place)
        }
        if change.after.isMarked { advanceDeletion(place) }
        switch resource {
        case .namespaces: if change.before == nil { furnish(namespace: change.after.name) }
        case .customResourceDefinitions: establish(place)
        default: break
        }
    }

    /// The places of the owners that control an object, now or before.
    private func controllers(of records: Record?...) -> [ObjectPlace] {
        records.flatMap { record -> [ObjectPlace] in
            guard let record, !record.owners.isEmpty else { return [] }
            return (record.object.metadata("ownerReferences")?.array ?? []).compactMap { reference in
                guard reference["controller"] == true else { return nil }
                return self.place(ofOwner: reference, in: record.namespace)
            }
        }
    }

    /// The place that an owner reference names, whether or not the owner is there.
    func place(ofOwner reference: JSONValue, in namespace: String) -> ObjectPlace? {
        let kind = GroupVersionKind(
            apiVersion: reference["apiVersion"]?.string ?? "", kind: reference["kind"]?.string ?? "")
        guard let resource = registry.resource(of: kind.groupKind) else { return nil }
        return ObjectPlace(
            resource: resource.groupResource,
            place: RecordPlace(
                namespace: resource.isNamespaced ? namespace : "", name: reference["name"]?.string ?? ""))
    }

    /// The record at a place.
    func record(_ place: ObjectPlace) -> Record? { store.collections[place.resource]?[place.place] }

    /// Changes an object on behalf of a controller; an object that nothing keeps any more goes.
    mutating func change(_ place: ObjectPlace, _ body: (inout JSONObject) -> Void) {
        guard let record = record(place), let scope = scope(of: place) else { return }
        let live = record.object
        var object = live
        body(&object)
        guard object != live else { return }
        let isFree =
            object.isBeingDeleted && object.finalizers.isEmpty
            && object.number("metadata", "deletionGracePeriodSeconds") ?? 0 == 0
            && object[path: ["spec", "finalizers"]]?.array?.isEmpty ?? true
        if isFree {
            store.remove(object, from: place.resource)
            return
        }
        if live["spec"] != object["spec"], scope.rules.hasGeneration {
            object.setMetadata("generation", .int((live.number("metadata", "generation") ?? 0) &+ 1))
        }
        object = scope.fieldManager.updating(live, to: object, by: WriteOptions.serversOwnManager)
        store.put(object, in: place.resource)
    }

    /// Deletes an object on behalf of a controller.
    mutating func remove(_ place: ObjectPlace, _ propagation: DeleteOptions.Propagation = .background) {
        guard let record = record(place), let scope = scope(of: place) else { return }
        var options = DeleteOptions()
        options.propagation = propagation
        // Without preconditions a deletion is not refused.
        _ = try? delete(record, scope, options)
    }

    /// The scope of a controller's write in the version in which objects are kept.
    private func scope(of place: ObjectPlace) -> RequestScope? {
        guard let resource = registry[place.resource],
            let version = resource.versions.first(where: { $0.name == resource.storageVersion }),
            let target = ResourceTarget(
                [
                    "apis", resource.group, version.name, "namespaces", place.place.namespace,
                    resource.plural, place.place.name,
                ])
        else { return nil }
        return RequestScope(resource: resource, version: version, target: target, form: .whole, now: now)
    }
}

/// When which object is to be looked at again.
struct Alarms: Sendable {
    private var times: [ObjectPlace: Timestamp] = [:]
    /// The earliest; asked for with every request, so that it is kept.
    private(set) var next: Timestamp?

    func isSet(_ place: ObjectPlace) -> Bool { times[place] != nil }

    /// Sets an alarm; an earlier one stays.
    mutating func set(_ place: ObjectPlace, at time: Timestamp) {
        times[place] = min(time, times[place] ?? time)
        next = min(time, next ?? time)
    }

    mutating func cancel(_ place: ObjectPlace) {
        guard let time = times.removeValue(forKey: place), time == next else { return }
        next = times.values.min()
    }

    /// Takes the objects whose time has come, the earliest first.
    mutating func takeDue(at now: Timestamp) -> [ObjectPlace] {
        guard let next, next <= now else { return [] }
        let due = times.filter { $0.value <= now }
        for place in due.keys { times[place] = nil }
        self.next = times.values.min()
        return due.sorted { ($0.value, $0.key) < ($1.value, $1.key) }.map(\.key)
    }
}
