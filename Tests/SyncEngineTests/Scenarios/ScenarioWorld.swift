import KubeCore
import SyncEngine

/// An API server in memory, by the scenarios' contract: nothing changes by itself, no controllers run.
struct ScenarioWorld {
    /// Why the server refuses.
    enum Refusal: Error, Hashable {
        case notFound(String)
        /// The object can't become what is wanted.
        case invalid(String)
    }

    private(set) var objects: [ObjectKey: KubeObject] = [:]
    /// The last state of what is gone.
    private(set) var departed: [ObjectKey: KubeObject] = [:]
    /// Every accepted write that counts, in order.
    private(set) var writes: [ScenarioWrite] = []
    /// How many requests that change something were accepted, counted or not.
    private(set) var accepted = 0
    /// How often each hook's object was made.
    private(set) var creations: [ObjectKey: Int] = [:]
    var faults: [Scenario.Fault] = []
    var kinds = ScenarioKinds()
    var establishesDefinitions = true
    var now: Timestamp
    private var serial: Int64 = 0

    init(now: Timestamp) {
        self.now = now
    }

    // MARK: What the engine asks for

    /// Performs an action as the executor does, and answers in the same words.
    mutating func perform(_ action: SyncAction) -> ActionOutcome {
        let key = action.task.key
        do throws(Refusal) {
            try refuseFaulty(action)
            switch action.work {
            case .validate(let object, _):
                try check(object, kind: action.kind)
                return .done(objects[key] == nil ? .created : .configured, objects[key] ?? object)
            case .apply(let object, _):
                return try apply(object, as: key)
            case .replace(let object, let live):
                guard live != nil else {
                    return .done(.created, try create(object, as: key, isCounted: true))
                }
                return .done(.replaced, try replace(object, as: key))
            case .recreate(let object, let uid):
                if objects[key]?.uid == uid { try delete(key, isCounted: true) }
                return .done(.recreated, try create(object, as: key, isCounted: true))
            case .delete(let uid):
                guard objects[key]?.uid == uid else { return .absent }
                return .done(.deleted, try delete(key, isCounted: true))
            case .record(let patch):
                guard objects[key] != nil else { return .absent }
                return .done(.configured, try merge(patch, into: key))
            }
        } catch {
            return outcome(of: error, for: action.work)
        }
    }

    private func outcome(of refusal: Refusal, for work: SyncAction.Work) -> ActionOutcome {
        switch (refusal, work) {
        case (.invalid(let text), .apply), (.invalid(let text), .validate), (.invalid(let text), .replace):
            .immutable(text)
        case (.notFound(let text), _), (.invalid(let text), _):
            .refused(text)
        }
    }

    private func refuseFaulty(_ action: SyncAction) throws(Refusal) {
        var (operation, isDryRun) = ("apply", false)
        switch action.work {
        case .validate: isDryRun = true
        case .apply, .replace, .recreate: break
        case .delete: operation = "delete"
        case .record: operation = "update"
        }
        let fault = faults.first {
            $0.operation == operation && $0.isDryRun == isDryRun && $0.object.matches(action.task.key)
        }
        if let fault { throw .invalid(fault.error) }
    }

    private mutating func apply(_ object: KubeObject, as key: ObjectKey) throws(Refusal) -> ActionOutcome {
        guard let known = objects[key] else {
            var owned = object
            owned.own(object)
            return .done(.created, try create(owned, as: key, isCounted: true))
        }
        var merged = KubeObject(ScenarioWorld.merge(known.json, object.json))
        merged.own(object)
        guard merged != known else { return .done(.unchanged, known) }
        if ScenarioWorld.isCounted(from: known, to: merged) { writes.append(ScenarioWrite(.apply, key)) }
        merged = put(merged, as: key, over: known)
        accepted += 1
        return .done(.configured, merged)
    }

    private mutating func replace(_ object: KubeObject, as key: ObjectKey) throws(Refusal) -> KubeObject {
        guard let known = objects[key] else { throw .notFound("\(key) not found") }
        var replaced = object
        for field in ["uid", "generation", "creationTimestamp", "finalizers", "deletionTimestamp"] {
            replaced["metadata", field] = known["metadata", field]
        }
        replaced["status"] = known["status"]
        writes.append(ScenarioWrite(.replace, key))
        accepted += 1
        return put(replaced, as: key, over: known)
    }

    /// Whether a change is one that the scenarios count: stamps and a time to live that comes back are not (D2).
    private static func isCounted(from old: KubeObject, to new: KubeObject) -> Bool {
        bare(old) != bare(new)
    }

    private static func bare(_ object: KubeObject) -> KubeObject {
        var object = object
        for part in ["annotations", "labels"] {
            let kept = object["metadata", part]?.object?.filter { !$0.key.hasPrefix("syncctl.dev/") } ?? []
            object["metadata", part] = .object(JSONObject(uniqueMembers: kept))
        }
        object["spec", "ttlSecondsAfterFinished"] = nil
        object["metadata", "managedFields"] = nil
        return object
    }
}

// MARK: - Requests of anybody

extension ScenarioWorld {
    /// Makes an object, with what a server fills in.
    @discardableResult
    mutating func create(
        _ object: KubeObject, as key: ObjectKey, isCounted: Bool = false
    ) throws(Refusal) -> KubeObject {
        try check(object, kind: object.groupVersionKind)
        guard objects[key] == nil else { throw .invalid("\(key) already exists") }
        var made = withDefaults(object)
        serial += 1
        made["metadata", "uid"] = .string("uid-\(serial)")
        made["metadata", "generation"] = 1
        made["metadata", "creationTimestamp"] = .string(now.rfc3339)
        made = put(made, as: key, over: nil)
        if isCounted {
            writes.append(ScenarioWrite(.create, key))
            accepted += 1
            if made.annotation(AnnotationKey.syncID) != nil { creations[key, default: 0] += 1 }
        }
        kinds.add(definition: made)
        return made
    }

    /// Deletes an object, or marks it where a finalizer holds it.
    @discardableResult
    mutating func delete(_ key: ObjectKey, isCounted: Bool = false) throws(Refusal) -> KubeObject? {
        guard var object = objects[key] else { throw .notFound("\(key) not found") }
        if isCounted {
            accepted += 1
            if !object.isBeingDeleted { writes.append(ScenarioWrite(.delete, key)) }
        }
        guard !object.finalizers.isEmpty else {
            remove(key)
            return nil
        }
        if !object.isBeingDeleted { object["metadata", "deletionTimestamp"] = .string(now.rfc3339) }
        return put(object, as: key, over: object)
    }

    /// Makes an object vanish whatever holds it.
    mutating func remove(_ key: ObjectKey) {
        departed[key] = objects[key]
        objects[key] = nil
    }

    /// RFC 7386; never counted, the engine's only merge patches are its own bookkeeping.
    @discardableResult
    mutating func merge(_ patch: JSONValue, into key: ObjectKey) throws(Refusal) -> KubeObject {
        guard let known = objects[key] else { throw .notFound("\(key) not found") }
        let merged = KubeObject(ScenarioWorld.merge(known.json, patch.object ?? JSONObject()))
        accepted += 1
        guard !merged.isBeingDeleted || !merged.finalizers.isEmpty else {
            objects[key] = merged
            remove(key)
            return merged
        }
        return put(merged, as: key, over: known)
    }

    private mutating func put(_ object: KubeObject, as key: ObjectKey, over known: KubeObject?) -> KubeObject
    {
        var object = object
        if let known, known["spec"] != object["spec"] {
            object["metadata", "generation"] = .int(known.generation + 1)
        }
        serial += 1
        object["metadata", "resourceVersion"] = .string("\(serial)")
        objects[key] = object
        return object
    }

    private func check(_ object: KubeObject, kind: GroupVersionKind) throws(Refusal) {
        guard kinds.catalog.resources[kind] != nil else {
            throw .notFound("the server could not find the requested resource")
        }
        let home = ObjectKey(group: "", kind: "Namespace", namespace: "", name: object.namespace)
        guard object.namespace.isEmpty || objects[home] != nil else {
            throw .notFound("namespaces \"\(object.namespace)\" not found")
        }
    }

    private func withDefaults(_ object: KubeObject) -> KubeObject {
        var object = object
        switch object.kind {
        case "Pod":
            object["status", "phase"] = object["status", "phase"] ?? "Pending"
            object["spec", "restartPolicy"] = object["spec", "restartPolicy"] ?? "Always"
        case "PersistentVolumeClaim":
            object["status", "phase"] = object["status", "phase"] ?? "Pending"
        case "CustomResourceDefinition" where establishesDefinitions:
            object["status", "conditions"] = [
                ["type": "NamesAccepted", "status": "True"], ["type": "Established", "status": "True"],
            ]
        default:
            break
        }
        return object
    }

    /// RFC 7386 on members.
    static func merge(_ old: JSONObject, _ patch: JSONObject) -> JSONObject {
        var merged = old
        for member in patch {
            if case .object(let inner) = member.value {
                merged[member.key] = .object(merge(old[member.key]?.object ?? JSONObject(), inner))
            } else {
                merged[member.key] = member.value.isNull ? nil : member.value
            }
        }
        return merged
    }
}
