import KubeCore

/// Keeps `metadata.managedFields` true: merges what is applied, and notes who changed what.
///
/// Pure: the time comes in. Objects go in and out as the server writes them (see ``Shape/normalized(_:)``).
struct FieldManager: Sendable {
    let shape: Shape
    /// Of the request, such as `apps/v1`.
    let apiVersion: String
    let time: String
    /// Writes an object as the server does, defaults included.
    let normalize: @Sendable (JSONObject) throws(StatusFailure) -> JSONObject

    /// How many updaters an object remembers one by one.
    static let updaterLimit = 10

    /// Why an apply could not be done.
    enum ApplyFailure: Error {
        case conflicts(FieldConflicts)
        case refused(StatusFailure)
    }
}

// MARK: - Update

extension FieldManager {
    /// The new object with the fields that this update changed noted as `manager`'s.
    ///
    /// - Parameters:
    ///   - live: The object before; the empty object of its kind on a create.
    ///   - new: The object after; `managedFields` that it brings replace those of the live object.
    ///   - manager: Who asked.
    ///   - ignoringGiven: Whether `managedFields` in `new` do not count, as in a subresource.
    /// - Returns: The new object, with the owners of its fields.
    func updating(_ live: JSONObject, to new: JSONObject, by manager: String, ignoringGiven: Bool = false)
        -> JSONObject
    {
        var new = new
        var live = live
        let given = new[path: Self.place]?.array
        let before = ManagedFields(live[path: Self.place]?.array ?? []) ?? ManagedFields()
        let isCreate = live[path: ["metadata", "uid"]] == nil
        new[path: Self.place] = nil
        live[path: Self.place] = nil
        var managed = before
        if !ignoringGiven, let given {
            let isReset = given.isEmpty || (given.count == 1 && given[0].object?.isEmpty != false)
            if isReset {
                managed = ManagedFields()
            } else if let read = ManagedFields(given), !read.isEmpty {
                managed = read
            }
        }
        if managed.isEmpty, !isCreate { return new }
        guard let result = try? noted(managed, live, new, manager) else {
            // The real server, too, drops what it cannot compute and goes on.
            return new
        }
        return Self.with(result, in: new)
    }

    private func noted(
        _ managed: ManagedFields, _ live: JSONObject, _ new: JSONObject, _ name: String
    ) throws(TypedFailure) -> ManagedFields {
        var managed = managed
        let old = TypedValue(value: .object(live), shape: shape)
        try old.validate()
        try TypedValue(value: .object(new), shape: shape).validate()
        let change = try old.comparison(with: .object(new))
        let manager = ManagedFields.Manager(
            name: name.isEmpty ? "unknown" : name, isApplier: false, apiVersion: apiVersion)
        let former = managed.entries[manager]
        managed.release(change, from: { _ in true })
        let taken = change.modified.union(change.added).subtracting(Self.unowned)
        guard !taken.isEmpty else { return managed }
        let fields = taken.union(managed.entries[manager]?.fields ?? FieldSet())
        managed.entries[manager] = ManagedFields.Entry(
            fields: fields, apiVersion: apiVersion, time: former?.fields == fields ? former?.time : time)
        managed.capUpdaters(to: Self.updaterLimit)
        return managed
    }
}

// MARK: - Apply

extension FieldManager {
    /// The live object with an applied one merged in, and without what its applier no longer wants.
    ///
    /// - Parameters:
    ///   - applied: What the manager wants to own, as it was sent.
    ///   - live: The object before; the empty object of its kind if there was none.
    ///   - manager: Who applies.
    ///   - force: Whether fields of others are taken over instead of refused.
    /// - Returns: The merged object, with the owners of its fields.
    /// - Throws: Conflicts, or why the applied object cannot be merged.
    func applying(
        _ applied: JSONObject, to live: JSONObject, by manager: String, force: Bool
    ) throws(ApplyFailure) -> JSONObject {
        guard var managed = ManagedFields(live[path: Self.place]?.array ?? []) else {
            throw .refused(.internalError("failed to decode managed fields"))
        }
        guard applied[path: Self.place] == nil || applied[path: Self.place]?.isNull == true else {
            throw .refused(.badRequest("metadata.managedFields must be nil"))
        }
        var bare = live
        bare[path: Self.place] = nil
        do throws(TypedFailure) {
            try TypedValue(value: .object(applied), shape: shape).validate()
        } catch {
            throw .refused(.internalError("failed to create typed patch object: \(error.message)"))
        }
        do {
            if managed.isEmpty { managed = try beforeFirstApply(bare) }
            return try merged(applied, bare, managed, manager, force: force)
        } catch let error as TypedFailure {
            throw .refused(.internalError(error.message))
        } catch let error as ApplyFailure {
            throw error
        } catch let error as StatusFailure {
            throw .refused(.internalError("failed to convert new object to proper version: \(error.message)"))
        } catch {
            throw .refused(.internalError("\(error)"))
        }
    }

    /// Fields that were there before anyone's changes were noted belong to nobody in particular.
    private func beforeFirstApply(_ live: JSONObject) throws -> ManagedFields {
        let empty = try normalizeEmpty()
        return try noted(ManagedFields(), empty, live, "before-first-apply")
    }

    private func normalizeEmpty() throws -> JSONObject {
        try shape.normalized(.object(JSONObject())).object ?? JSONObject()
    }

    private func merged(
        _ applied: JSONObject, _ live: JSONObject, _ before: ManagedFields, _ name: String, force: Bool
    ) throws -> JSONObject {
        var managed = before
        let manager = ManagedFields.Manager(name: name, isApplier: true, apiVersion: "")
        let old = TypedValue(value: .object(live), shape: shape)
        try old.validate()
        var new = try old.merging(.object(applied))
        let last = managed.entries[manager]
        let set = try TypedValue(value: .object(applied), shape: shape).fieldSet()
        managed.entries[manager] = ManagedFields.Entry(fields: set, apiVersion: apiVersion, time: last?.time)
        if let last, !last.fields.isEmpty { new = try pruned(new, of: last.fields, keeping: managed) }
        let comparison = try old.comparison(with: new.value)
        if !force {
            let allowed = name == "kubectl" ? lastAppliedFields(of: live) : FieldSet()
            if let conflicts = managed.conflicts(with: comparison, except: manager, allowing: allowed) {
                throw ApplyFailure.conflicts(conflicts)
            }
        }
        managed.release(comparison, from: { $0 != manager })
        managed.strip(Self.unowned, from: manager)
        if !comparison.isSame || managed.withoutTime(of: manager) != before.withoutTime(of: manager) {
            managed.entries[manager]?.time = time
        }
        let object = comparison.isSame ? live : try normalize(new.value.object ?? JSONObject())
        return Self.withLastApplied(applied, by: name, in: Self.with(managed, in: object))
    }

    /// Removes what this manager applied last time, not this time, and nobody else wants.
    private func pruned(_ merged: TypedValue, of last: FieldSet, keeping managed: ManagedFields) throws
        -> TypedValue
    {
        let mergedSet = try merged.fieldSet()
        let owned = managed.entries.values.reduce(FieldSet()) { $0.union($1.fields) }
        let without = merged.removing(last)
        let kept = merged.removing(mergedSet.subtracting(try without.fieldSet().union(owned)))
        return merged.removing(mergedSet.subtracting(try kept.fieldSet()).intersection(last))
    }

    /// What `kubectl` applied from the client's side and nobody changed since: it may take these fields over.
    private func lastAppliedFields(of live: JSONObject) -> FieldSet {
        // An annotation that nobody can read allows nothing.
        guard let text = live[path: Self.lastApplied]?.string, let json = try? JSONValue(parsing: text) else {
            return FieldSet()
        }
        let applied = TypedValue(value: json, shape: shape)
        guard let set = try? applied.fieldSet(), let change = try? applied.comparison(with: .object(live))
        else {
            return FieldSet()
        }
        return set.subtracting(change.modified).subtracting(change.added).subtracting(change.removed)
    }
}

// MARK: - Places

extension FieldManager {
    static let place = ["metadata", "managedFields"]
    static let lastApplied = ["metadata", "annotations", "kubectl.kubernetes.io/last-applied-configuration"]

    /// What nobody owns: the server writes it.
    static let unowned: FieldSet = {
        var set = FieldSet()
        for name in ["apiVersion", "kind", "metadata"] { set.insert(path: [name]) }
        for name in [
            "name", "namespace", "creationTimestamp", "selfLink", "uid", "clusterName", "generation",
            "managedFields", "resourceVersion",
        ] { set.insert(path: ["metadata", name]) }
        return set
    }()

    private static func with(_ managed: ManagedFields, in object: JSONObject) -> JSONObject {
        var object = object
        object[path: place] = managed.isEmpty ? Optional<JSONValue>.none : .array(managed.json)
        return object
    }

    /// Keeps the annotation of the client's side true, if there is one.
    private static func withLastApplied(_ applied: JSONObject, by name: String, in object: JSONObject)
        -> JSONObject
    {
        guard name == "kubectl", object[path: lastApplied] != nil else { return object }
        var object = object
        var bare = applied
        bare[path: lastApplied] = nil
        object[path: lastApplied] = .string(JSONValue.object(bare).text(.canonical) + "\n")
        return object
    }
}

extension ManagedFields {
    /// Takes fields that changed away from those who owned them.
    fileprivate mutating func release(_ change: FieldComparison, from loses: (Manager) -> Bool) {
        let taken = change.modified.union(change.added)
        for (manager, entry) in entries where loses(manager) {
            let left = entry.fields.subtracting(entry.fields.intersection(taken)).subtracting(change.removed)
            entries[manager] =
                left.isEmpty ? nil : Entry(fields: left, apiVersion: entry.apiVersion, time: entry.time)
        }
    }

    fileprivate mutating func strip(_ set: FieldSet, from manager: Manager) {
        guard let entry = entries[manager] else { return }
        let left = entry.fields.subtracting(set)
        entries[manager] =
            left.isEmpty ? nil : Entry(fields: left, apiVersion: entry.apiVersion, time: entry.time)
    }

    fileprivate func withoutTime(of manager: Manager) -> ManagedFields {
        var result = self
        result.entries[manager]?.time = nil
        return result
    }

    fileprivate func conflicts(
        with change: FieldComparison, except applier: Manager, allowing allowed: FieldSet
    ) -> FieldConflicts? {
        var found: [FieldConflicts.Conflict] = []
        let taken = change.modified.union(change.added)
        let others = entries.filter { $0.key != applier }.sorted {
            ($0.key.name, $0.key.apiVersion) < ($1.key.name, $1.key.apiVersion)
        }
        for (manager, entry) in others {
            let set = entry.fields.intersection(taken).subtracting(allowed)
            found += set.paths.map { FieldConflicts.Conflict(manager: manager, path: $0) }
        }
        return found.isEmpty ? nil : FieldConflicts(conflicts: found)
    }

    /// Old updaters of one version become one entry, once there are too many.
    fileprivate mutating func capUpdaters(to limit: Int) {
        let updaters = entries.filter { !$0.key.isApplier }
            .sorted {
                ($0.value.time ?? "", $0.key.name, $0.key.apiVersion) < (
                    $1.value.time ?? "", $1.key.name, $1.key.apiVersion
                )
            }
        var count = updaters.count
        var firstOf: [String: Manager] = [:]
        for (manager, entry) in updaters where count > limit {
            guard let first = firstOf[entry.apiVersion] else {
                firstOf[entry.apiVersion] = manager
                continue
            }
            let bucket = Manager(name: "ancient-changes", isApplier: false, apiVersion: entry.apiVersion)
            if entries[bucket] == nil { entries[bucket] = entries.removeValue(forKey: first) }
            let old = entries[bucket]?.fields ?? FieldSet()
            entries[manager] = nil
            entries[bucket] = Entry(
                fields: old.union(entry.fields), apiVersion: entry.apiVersion, time: entry.time)
            count -= 1
        }
    }
}
