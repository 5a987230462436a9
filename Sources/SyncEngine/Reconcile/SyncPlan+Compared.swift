public import KubeCore

extension SyncPlan {
    /// Every object of the application, as a comparison found it (S157–S160).
    ///
    /// - Parameters:
    ///   - live: What exists, as the plan was made with it.
    ///   - differing: The wanted objects that a sync would change.
    /// - Returns: In the order of their keys.
    public func compared(
        live: [ObjectKey: KubeObject], differing: Set<ObjectKey>
    ) -> [ComparedResource] {
        let applied = tasks.filter { !$0.isHook }.map { resource(of: $0, live[$0.key], differing) }
        let skipped = omissions.filter { $0.reason == .skipped }.map { omission in
            let found = live[omission.key]
            return describe(
                ComparedResource(
                    key: omission.key, version: found?.groupVersionKind.version ?? "", difference: nil,
                    isLive: found != nil),
                target: nil, live: found)
        }
        return (applied + skipped + liveHooks(live)).sorted { $0.key < $1.key }
    }

    private func resource(
        of task: SyncTask, _ found: KubeObject?, _ differing: Set<ObjectKey>
    ) -> ComparedResource {
        let difference: ComparedResource.Difference =
            if task.isPrune {
                .extraneous
            } else if found == nil {
                .missing
            } else {
                differing.contains(task.key) ? .modified : .none
            }
        var resource = ComparedResource(
            key: task.key, version: task.kind.version, difference: difference, isLive: found != nil)
        resource.isRefused = refusals[task.id] != nil
        return describe(resource, target: task.target, live: found)
    }

    /// S159: they are told of, and have no status.
    private func liveHooks(_ live: [ObjectKey: KubeObject]) -> [ComparedResource] {
        let shown = Set(omissions.filter { $0.reason == .skipped }.map(\.key))
        return live.compactMap { key, object -> ComparedResource? in
            guard request.tracking.owns(object), !object.hasOwner, !shown.contains(key),
                !SyncRole(of: object).isResource, SyncRole(of: object) != .skipped
            else { return nil }
            var resource = ComparedResource(
                key: key, version: object.groupVersionKind.version, difference: nil, isLive: true)
            resource.isHook = true
            return describe(resource, target: nil, live: object)
        }
    }

    /// What target and live object say of themselves.
    private func describe(
        _ resource: ComparedResource, target: KubeObject?, live: KubeObject?
    ) -> ComparedResource {
        var resource = resource
        let both = [target, live].compactMap { $0 }
        resource.wave = both.first.map { SyncWave.of($0) } ?? 0
        resource.health = live.flatMap { Health(of: $0, rules: request.reading.healthRules) }
        resource.ignoresExtraneous = both.contains {
            commaList($0.annotation(AnnotationKey.compareOptions)).contains("IgnoreExtraneous")
        }
        resource.ignoresHealth = both.contains { $0.annotation(AnnotationKey.ignoreHealthCheck) == "true" }
        resource.requiresConfirmation = ["Delete", "Prune"].contains { name in
            let own = both.lazy.compactMap { SyncOptions(of: $0).value(name) }.first
            return (own ?? request.options.value(name)) == "confirm"
        }
        return resource
    }
}
