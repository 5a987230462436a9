import KubeCore

/// Turns targets and live objects into tasks (S24, S27–S30, S43–S47).
struct TaskBuilder {
    var request: SyncRequest
    var targets: [Target]
    var live: [ObjectKey: KubeObject]
    var kinds: KindCatalog

    func tasks() -> [SyncTask] {
        let order = TaskOrder(
            destinationNamespace: request.tracking.destinationNamespace,
            prunesLast: request.options.contains("PruneLast=true"))
        return order.sorted(distinct(targets.flatMap(applications)) + prunes(), live: live)
    }

    /// Gives hooks to which the same name was generated names of their own: `…-2`, `…-3`, in render order.
    private func distinct(_ tasks: [SyncTask]) -> [SyncTask] {
        var counts: [SyncTask.ID: Int] = [:]
        return tasks.map { task in
            let count = counts[task.id, default: 0] + 1
            counts[task.id] = count
            guard count > 1, case .runHook(var object, let terms) = task.work else { return task }
            object.name += "-\(count)"
            request.tracking.mark(&object)
            let id = SyncTask.ID(key: object.key, phase: task.phase)
            return SyncTask(id: id, kind: task.kind, wave: task.wave, work: .runHook(object, terms))
        }
    }

    // MARK: Wanted objects

    private func applications(of target: Target) -> [SyncTask] {
        switch target.role {
        case .resource:
            guard request.selection.contains(target.key) else { return [] }
            let id = SyncTask.ID(key: target.key, phase: .sync)
            return [
                SyncTask(
                    id: id, kind: target.object.groupVersionKind, wave: target.wave,
                    work: .apply(target.object))
            ]
        case .hook(let phases):
            guard request.runsHooks else { return [] }
            return SyncPhase.allCases.filter(phases.contains).map { hook(target, in: $0) }
        case .skipped, .deletionHook, .ignored:
            return []
        }
    }

    private func hook(_ target: Target, in phase: SyncPhase) -> SyncTask {
        var object = target.object
        if target.hasGeneratedName {
            object.name = request.generatedName(object.generateName, in: phase)
            object["metadata", "generateName"] = nil
            request.tracking.mark(&object)
        }
        request.stamp(&object, in: phase)
        let terms = SyncTask.HookTerms(policies: target.policies, timeout: HookTimeout.read(object).timeout)
        return SyncTask(
            id: SyncTask.ID(key: object.key, phase: phase), kind: object.groupVersionKind, wave: target.wave,
            work: .runHook(object, terms))
    }

    // MARK: Unwanted objects

    private func prunes() -> [SyncTask] {
        let wanted = Set(targets.map(\.key))
        let wantedUIDs = Set(wanted.compactMap { live[$0]?.uid })
        return live.filter { key, object in
            !wanted.contains(key) && !wantedUIDs.contains(object.uid) && request.selection.contains(key)
                && request.tracking.owns(object) && !object.hasOwner && SyncRole(of: object).isResource
                && request.permits(live: object) && !isManagedNamespace(key)
        }
        .map { key, object in
            SyncTask(
                id: SyncTask.ID(key: key, phase: .sync), kind: object.groupVersionKind,
                wave: SyncWave.of(object),
                work: .prune(pruneGuard(of: object)))
        }
    }

    /// The object's own word before the application's (S94, S95).
    private func pruneGuard(of object: KubeObject) -> SyncTask.PruneGuard {
        let own = SyncOptions(of: object).value("Prune") ?? request.options.value("Prune")
        if own == "confirm", !request.switches.confirmPrune { return .awaitsConfirmation }
        if !request.switches.prune { return .skipped("ignored (requires pruning)") }
        return own == "false" ? .skipped("ignored (no prune)") : .none
    }

    // MARK: The destination

    /// S97: the namespace that the application manages is no orphan.
    private func isManagedNamespace(_ key: ObjectKey) -> Bool {
        request.managesNamespace
            && key
                == ObjectKey(
                    group: "", kind: "Namespace", namespace: "", name: request.tracking.destinationNamespace)
    }

    /// S105: only if nothing else brings the namespace, and it is not there. Before the first task (S47).
    ///
    /// S107: with metadata of its own in every sync.
    func namespaceTask(before first: SyncTask?) -> SyncTask? {
        let name = request.tracking.destinationNamespace
        let key = ObjectKey(group: "", kind: "Namespace", namespace: "", name: name)
        let isBrought = targets.contains { $0.role.isResource && $0.key == key }
        guard request.options.contains("CreateNamespace=true"), !name.isEmpty, !isBrought,
            live[key] == nil || request.managesNamespace
        else {
            return nil
        }
        var object = KubeObject([
            "apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)],
        ])
        request.namespaceMetadata?.write(to: &object)
        let id = SyncTask.ID(key: key, phase: .preSync)
        let wave = first.map { $0.phase == .preSync ? min(0, $0.wave) : 0 } ?? 0
        return SyncTask(id: id, kind: object.groupVersionKind, wave: wave, work: .apply(object))
    }

    // MARK: What can't be done

    /// Kinds that a definition among the targets brings (S37), and those whose absence is excused (S38).
    func lateKinds() -> Set<GroupVersionKind> {
        let defined = Set(targets.compactMap { DefinedKind(of: $0.object)?.kind })
        return Set(
            targets.lazy.map(\.object).filter { object in
                defined.contains(object.groupVersionKind.groupKind) || skipsDryRun(object)
            }
            .map(\.groupVersionKind).filter { kinds.resources[$0] == nil })
    }

    private func skipsDryRun(_ object: KubeObject) -> Bool {
        let option = "SkipDryRunOnMissingResource=true"
        return request.options.contains(option) || SyncOptions(of: object).contains(option)
    }

    func refusals(of tasks: [SyncTask]) -> [SyncTask.ID: String] {
        let late = lateKinds()
        var refusals: [SyncTask.ID: String] = [:]
        for task in tasks {
            guard let target = task.target else { continue }
            if let refusal = request.refusal(of: task, kinds) {
                refusals[task.id] = refusal
                continue
            }
            if kinds.resources[task.kind] == nil, !late.contains(task.kind) {
                refusals[task.id] =
                    kinds.unknown[task.kind]
                    ?? "the API server does not know the kind \(task.kind.kind) in \(task.kind.apiVersion)"
            } else if kinds.resources[task.kind]?.isNamespaced == true, target.namespace.isEmpty {
                refusals[task.id] =
                    "Namespace for \(target.name) \(task.kind.apiVersion), Kind=\(task.kind.kind) is missing: name one in "
                    + "the manifest, or as the destination's"
            } else if let owner = foreignOwner(of: target) {
                refusals[task.id] =
                    "Shared resource found: \(target.kind)/\(target.name) is part of applications "
                    + "\(request.tracking.application) and \(owner)"
            }
        }
        return refusals
    }

    /// The other application that a live object is tracked to (DESIGN 5); `nil` where we may take it.
    private func foreignOwner(of target: KubeObject) -> String? {
        // FailOnSharedResource says once more what is so anyway, and weighs more than a flag (S108).
        let mayTake =
            request.switches.forceAdopt && !request.options.contains("FailOnSharedResource=true")
        guard !mayTake, let found = live[target.key],
            let owner = Tracking.owner(of: found)
        else {
            return nil
        }
        return owner == request.tracking.application ? nil : owner
    }
}

extension SyncRequest {
    /// The name of a hook that has none (S30): the same in every process that works on this operation.
    func generatedName(_ prefix: String, in phase: SyncPhase) -> String {
        let short = revision.count >= 8 ? String(revision.prefix(7)) : revision
        let suffix = "\(short)-\(phase.rawValue)".lowercased()
        // A revision that is no commit may hold what no name can: a branch's slash.
        let name = suffix.map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == ".") ? $0 : "-" }
        return prefix + String(name) + "-\(startedAt.seconds)"
    }

    /// Marks a hook object as made for this operation, and takes its time to live away until the end (D2, I2).
    func stamp(_ object: inout KubeObject, in phase: SyncPhase) {
        object.setAnnotation(AnnotationKey.syncID, operationID.description)
        object.setAnnotation(AnnotationKey.syncPhase, phase.rawValue)
        object.setAnnotation(AnnotationKey.syncStartedAt, startedAt.rfc3339)
        guard object.kind == "Job", let ttl = object["spec", "ttlSecondsAfterFinished"]?.int else { return }
        object["spec", "ttlSecondsAfterFinished"] = nil
        object.setAnnotation(AnnotationKey.heldTTL, String(ttl))
    }
}
