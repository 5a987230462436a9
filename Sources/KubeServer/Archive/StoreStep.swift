/// Something that was done to a store and is not yet kept: enough to keep it, and enough to take it back.
enum StoreStep: Sendable {
    case changed(GroupResource, RecordCollection.Change)
    /// A collection that went as a whole.
    case dropped(GroupResource, RecordCollection)
}

extension ArchiveChanges {
    /// What is to be kept of steps that were done one after the other.
    init(_ steps: [StoreStep], version: UInt64) {
        // Of several states of one object only the last counts.
        var last: [ObjectPlace: Record?] = [:]
        for step in steps {
            switch step {
            case .changed(let resource, let change):
                let place = ObjectPlace(resource: resource, place: change.after.place)
                last[place] = .some(change.isDeletion ? nil : change.after)
            case .dropped(let resource, let collection):
                for record in collection.records {
                    last[ObjectPlace(resource: resource, place: record.place)] = .some(nil)
                }
            }
        }
        self.init(version: version, kept: [], removed: [])
        for (place, record) in last {
            guard let record else {
                removed.append(ArchivedPlace(place))
                continue
            }
            kept.append(
                ArchivedObject(place: ArchivedPlace(place), version: record.version, bytes: record.bytes))
        }
    }
}

extension ArchivedPlace {
    init(_ place: ObjectPlace) {
        self.init(
            group: place.resource.group, plural: place.resource.plural, namespace: place.place.namespace,
            name: place.place.name)
    }
}
