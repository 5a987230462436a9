import KubeCore

/// All objects, under one growing version.
///
/// Pure: whoever owns it decides when it changes and tells the watchers.
struct ObjectStore: Sendable {
    /// The version of the newest change anywhere.
    private(set) var version: UInt64 = 1
    private(set) var collections: [GroupResource: RecordCollection] = [:]
    /// Who names an object as owner: by the owner's uid.
    private var dependents: [String: Set<ObjectPlace>] = [:]
    /// Collections that changed since ``takeChanged()`` was last asked.
    private var changed: Set<GroupResource> = []

    func collection(_ resource: GroupResource) -> RecordCollection {
        collections[resource] ?? RecordCollection(startingAfter: 0)
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
        let before = collections[resource, default: RecordCollection(startingAfter: 0)].put(record)
        let place = ObjectPlace(resource: resource, place: record.place)
        if let before, before.owners != record.owners { forget(place, of: before.owners) }
        for owner in record.owners { dependents[owner, default: []].insert(place) }
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
        collections[resource]?.remove(last)
        forget(ObjectPlace(resource: resource, place: last.place), of: last.owners)
        changed.insert(resource)
        return last
    }

    /// Forgets a collection altogether, as when its definition goes.
    mutating func drop(_ resource: GroupResource) {
        for record in collections[resource]?.records ?? [] {
            forget(ObjectPlace(resource: resource, place: record.place), of: record.owners)
        }
        collections[resource] = nil
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

    private mutating func forget(_ place: ObjectPlace, of owners: [String]) {
        for owner in owners {
            dependents[owner]?.remove(place)
            if dependents[owner]?.isEmpty == true { dependents[owner] = nil }
        }
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
