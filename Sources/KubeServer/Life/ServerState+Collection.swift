import KubeCore

/// Garbage collection by owner references, and the life of namespaces and definitions.
extension ServerState {
    /// Deletes the dependents of an object that is gone, unless another owner is there.
    mutating func collectDependents(of uid: String) {
        for place in store.dependents(of: uid) { collectIfOrphaned(place) }
    }

    /// Deletes an object none of whose owners is there; a reference to a missing one beside others is taken out.
    mutating func collectIfOrphaned(_ place: ObjectPlace) {
        guard let record = record(place) else { return }
        let references = record.object.metadata("ownerReferences")?.array ?? []
        let present = references.filter { isPresent($0, record.namespace) }
        guard present.count < references.count else { return }
        if present.isEmpty {
            remove(place)
        } else {
            change(place) { $0.setMetadata("ownerReferences", .array(present)) }
        }
    }

    private func isPresent(_ reference: JSONValue, _ namespace: String) -> Bool {
        // Of kinds that nobody serves nothing is known: such an owner counts as there.
        guard let place = place(ofOwner: reference, in: namespace) else { return true }
        return record(place)?.uid == reference["uid"]?.string
    }

    /// Does what an object whose deletion was asked for still waits for.
    mutating func advanceDeletion(_ place: ObjectPlace) {
        guard let record = record(place) else { return }
        let object = record.object
        if object.finalizers.contains("orphan") {
            for dependent in store.dependents(of: record.uid) {
                change(dependent) { dependent in
                    let kept = (dependent.metadata("ownerReferences")?.array ?? []).filter {
                        $0["uid"]?.string != record.uid
                    }
                    dependent.setMetadata(
                        "ownerReferences", kept.isEmpty ? Optional<JSONValue>.none : .array(kept))
                }
            }
            change(place) { $0.setFinalizers($0.finalizers.filter { $0 != "orphan" }) }
        }
        if object.finalizers.contains("foregroundDeletion") { deleteForeground(place, record) }
        let protection = ["kubernetes.io/pvc-protection", "kubernetes.io/pv-protection"]
        if object.finalizers.contains(where: protection.contains) {
            change(place) { $0.setFinalizers($0.finalizers.filter { !protection.contains($0) }) }
        }
        if place.resource == .customResourceDefinitions { cleanUp(definition: place) }
        if place.resource == .pods { endPod(place) }
        if place.resource == .namespaces, let record = self.record(place) { finish(namespace: record) }
    }

    /// Dependents first; the owner when none is left that blocks it.
    private mutating func deleteForeground(_ place: ObjectPlace, _ record: Record) {
        var isBlocked = false
        for dependent in store.dependents(of: record.uid) {
            guard let object = self.record(dependent)?.object else { continue }
            let reference = (object.metadata("ownerReferences")?.array ?? []).first {
                $0["uid"]?.string == record.uid
            }
            if reference?["blockOwnerDeletion"] == true { isBlocked = true }
            if !object.isBeingDeleted {
                remove(
                    dependent,
                    store.dependents(of: self.record(dependent)?.uid ?? "").isEmpty
                        ? .background : .foreground)
            }
        }
        let isStillBlocked =
            isBlocked
            && store.dependents(of: record.uid).contains { dependent in
                (self.record(dependent)?.object.metadata("ownerReferences")?.array ?? [])
                    .contains { $0["uid"]?.string == record.uid && $0["blockOwnerDeletion"] == true }
            }
        if isStillBlocked {
            // The last dependent's end comes back here.
            foregroundOwners.insert(place)
            return
        }
        foregroundOwners.remove(place)
        change(place) { $0.setFinalizers($0.finalizers.filter { $0 != "foregroundDeletion" }) }
    }

    // MARK: - Namespaces

    /// Whether it is something that a namespace is never without.
    static func isFurniture(_ record: Record, of resource: GroupResource) -> Bool {
        switch resource.description {
        case "serviceaccounts": record.name == "default"
        case "configmaps": record.name == "kube-root-ca.crt"
        default: false
        }
    }

    /// What every namespace has from the start.
    mutating func furnish(namespace: String) {
        makeOwn("v1", "serviceaccounts", ["metadata": ["name": "default"]], in: namespace)
        makeOwn(
            "v1", "configmaps", ["metadata": ["name": "kube-root-ca.crt"], "data": ["ca.crt": ""]],
            in: namespace)
    }

    /// Empties a namespace, and lets it go once it is empty.
    mutating func finish(namespace record: Record) {
        var isEmpty = true
        // In an order that is the same in every run.
        let collections = store.collections.sorted {
            ($0.key.group, $0.key.plural) < ($1.key.group, $1.key.plural)
        }
        for (resource, collection) in collections where resource != .namespaces {
            for content in collection.records(in: record.name) where !content.namespace.isEmpty {
                let place = ObjectPlace(resource: resource, place: content.place)
                if !content.isMarked { remove(place) }
                if self.record(place) != nil { isEmpty = false }
            }
        }
        guard isEmpty else { return }
        change(ObjectPlace(resource: .namespaces, place: record.place)) { namespace in
            let left = (namespace[path: ["spec", "finalizers"]]?.array ?? []).filter { $0 != "kubernetes" }
            namespace[path: ["spec", "finalizers"]] = left.isEmpty ? Optional<JSONValue>.none : .array(left)
        }
    }

    // MARK: - Definitions of custom resources

    /// Serves what the definitions describe that are there from the start.
    mutating func serveDefinitions() {
        for record in store.collection(.customResourceDefinitions).records {
            guard let resource = CustomDefinition.resource(record.object) else { continue }
            if registry[resource.groupResource]?.isCustom ?? true { registry.insert(resource) }
        }
    }

    /// Serves what a definition describes, and says so.
    mutating func establish(_ place: ObjectPlace) {
        guard let definition = record(place)?.object, let resource = CustomDefinition.resource(definition)
        else { return }
        if registry[resource.groupResource]?.isCustom ?? true { registry.insert(resource) }
        let time = now
        change(place) { CustomDefinition.establish(&$0, at: time) }
    }

    /// Deletes the objects of a definition that is to go.
    private mutating func cleanUp(definition place: ObjectPlace) {
        guard let definition = record(place)?.object, let resource = CustomDefinition.resource(definition),
            definition.finalizers.contains(CustomDefinition.cleanupFinalizer)
        else { return }
        for instance in store.collection(resource.groupResource).records {
            remove(ObjectPlace(resource: resource.groupResource, place: instance.place))
        }
        guard store.collection(resource.groupResource).records.isEmpty else { return }
        change(place) { definition in
            definition.setFinalizers(definition.finalizers.filter { $0 != CustomDefinition.cleanupFinalizer })
        }
    }

    /// Ends the service of what a definition described.
    mutating func withdraw(_ definition: Record) {
        guard let resource = CustomDefinition.resource(definition.object),
            registry[resource.groupResource]?.isCustom == true
        else { return }
        registry.remove(resource.groupResource)
        store.drop(resource.groupResource)
    }

    /// Definitions and owners whose last object may have gone.
    mutating func recheckWaiting() {
        for place in foregroundOwners.sorted() { advanceDeletion(place) }
        for record in store.collection(.customResourceDefinitions).records where record.isMarked {
            cleanUp(definition: ObjectPlace(resource: .customResourceDefinitions, place: record.place))
        }
    }
}
