import KubeCore

/// All objects, under one growing version.
///
/// Pure: whoever owns it decides when it changes and tells the watchers.
struct ObjectStore: Sendable {
    /// The version of the newest change anywhere.
    private(set) var version: UInt64 = 1
    private(set) var collections: [GroupResource: RecordCollection] = [:]
    /// What was done since ``settleSteps()``, in order.
    private(set) var steps: [StoreStep] = []
    /// The version at that time.
    private var settledVersion: UInt64 = 1
    /// Changes up to this version happened before this process, and are not known.
    private let origin: UInt64
    /// Who names an object as owner: by the owner's uid.
    private var dependents: [String: Set<ObjectPlace>] = [:]
    /// Collections that changed since ``takeChanged()`` was last asked.
    private var changed: Set<GroupResource> = []

    init() {
        origin = 0
    }

    /// Takes over what an archive holds.
    init(_ archived: ArchivedState) throws(UnreadableObject) {
        version = max(1, archived.version)
        settledVersion = version
        origin = version > 1 ? version : 0
        var records: [GroupResource: [Record]] = [:]
        for object in archived.objects {
            let resource = GroupResource(group: object.place.group, plural: object.place.plural)
            let record = try Record(object)
            records[resource, default: []].append(record)
            for owner in record.owners {
                dependents[owner, default: []].insert(ObjectPlace(resource: resource, place: record.place))
            }
        }
        for (resource, records) in records {
            collections[resource] = RecordCollection(restoring: records, startingAfter: origin)
        }
    }

    func collection(_ resource: GroupResource) -> RecordCollection {
        collections[resource] ?? RecordCollection(startingAfter: origin)
    }

    subscript(_ resource: GroupResource, _ namespace: String, _ name: String) -> Record? {
        collections[resource]?[RecordPlace(namespace: namespace, name: name)]
    }

    /// Keeps a new state of an object under the next version, which it gets as its resource version.
    ///
    /// - Returns: The state as it is kept.
    @discardableResult
    mutating func put(_ object: JSONObject, in resource: GroupResource) -> Record {
        version += 1
        let record = Record(Self.stamped(object, version), version: version)
        let change = collections[resource, default: RecordCollection(startingAfter: origin)].put(record)
        let place = ObjectPlace(resource: resource, place: record.place)
        moveDependent(place, from: change.before, to: record)
        steps.append(.changed(resource, change))
        changed.insert(resource)
        return record
    }

    /// Takes an object out under the next version.
    ///
    /// - Returns: Its last state as watchers see it.
    @discardableResult
    mutating func remove(_ object: JSONObject, from resource: GroupResource) -> Record {
        version += 1
        let last = Record(Self.stamped(object, version), version: version)
        if let change = collections[resource]?.remove(last) {
            steps.append(.changed(resource, change))
            moveDependent(ObjectPlace(resource: resource, place: last.place), from: change.before, to: nil)
        }
        changed.insert(resource)
        return last
    }

    /// Forgets a collection altogether, as when its definition goes.
    mutating func drop(_ resource: GroupResource) {
        guard let collection = collections.removeValue(forKey: resource) else { return }
        for record in collection.records {
            moveDependent(ObjectPlace(resource: resource, place: record.place), from: record, to: nil)
        }
        steps.append(.dropped(resource, collection))
        changed.insert(resource)
    }

    /// The objects that name this uid as an owner, in a stable order.
    func dependents(of uid: String) -> [ObjectPlace] { (dependents[uid] ?? []).sorted() }

    /// The uids that objects name as owners.
    var owners: some Collection<String> { dependents.keys }

    /// What happened anywhere after a version, in order. Collections whose history does not reach back that far give
    /// their present objects as if they had just been made.
    func changes(after version: UInt64) -> [(GroupResource, RecordCollection.Change)] {
        var found: [(GroupResource, RecordCollection.Change)] = []
        for (resource, collection) in collections where collection.newest > version {
            if let changes = collection.changes(after: version) {
                found += changes.map { (resource, $0) }
            } else {
                found += collection.records.map {
                    (
                        resource,
                        RecordCollection.Change(
                            version: $0.version, before: nil, after: $0, isDeletion: false)
                    )
                }
            }
        }
        return found.sorted { $0.1.version < $1.1.version }
    }

    /// Which collections changed since this was last asked.
    mutating func takeChanged() -> Set<GroupResource> {
        defer { changed = [] }
        return changed
    }

    private mutating func moveDependent(_ place: ObjectPlace, from before: Record?, to after: Record?) {
        let (old, new) = (before?.owners ?? [], after?.owners ?? [])
        guard old != new else { return }
        for owner in old {
            dependents[owner]?.remove(place)
            if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
        }
        for owner in new { dependents[owner, default: []].insert(place) }
    }

    /// What is to be kept of the steps; `nil` if nothing happened.
    var unsettledChanges: ArchiveChanges? {
        version == settledVersion ? nil : ArchiveChanges(steps, version: version)
    }

    /// The steps are kept: they will not be taken back.
    mutating func settleSteps() {
        steps.removeAll(keepingCapacity: true)
        settledVersion = version
    }

    /// Undoes all steps, as if they had never been: nobody has seen them.
    mutating func takeBackSteps() {
        for step in steps.reversed() {
            switch step {
            case .changed(let resource, let change):
                collections[resource]?.takeBack(change)
                moveDependent(
                    ObjectPlace(resource: resource, place: change.after.place),
                    from: change.isDeletion ? nil : change.after, to: change.before)
            case .dropped(let resource, let collection):
                collections[resource] = collection
                for record in collection.records {
                    moveDependent(ObjectPlace(resource: resource, place: record.place), from: nil, to: record)
                }
            }
        }
        steps = []
        changed = []
        version = settledVersion
    }

    private static func stamped(_ object: JSONObject, _ version: UInt64) -> JSONObject {
        var object = object
        object.setMetadata("resourceVersion", .string(String(version)))
        return object
    }
}

/// An object's place in the whole store.
struct ObjectPlace: Hashable, Sendable, Comparable {
    var resource: GroupResource
    var place: RecordPlace

    static func < (left: ObjectPlace, right: ObjectPlace) -> Bool {
        if left.resource != right.resource {
            return (left.resource.group, left.resource.plural) < (right.resource.group, right.resource.plural)
        }
        return left.place < right.place
    }
}
