public import KubeCore

extension Application {
    /// What stands in the way of comparing or syncing anything (S154, S200, S201, S205).
    ///
    /// - Parameters:
    ///   - project: The one that the Application names; `nil` if there is none.
    ///   - home: The controller's namespace.
    ///   - sources: Of the operation, where it brings its own.
    /// - Returns: Of one kind, or empty.
    public func problems(
        under project: AppProject?, home: String, sources: SourceSet? = nil
    ) -> [ApplicationCondition] {
        let own = specProblems.map(\.description)
        guard own.isEmpty else { return own.map { ApplicationCondition(.invalidSpecError, $0) } }
        guard let project else {
            return [
                ApplicationCondition(
                    .invalidSpecError,
                    "application references project \(spec.project) which does not exist")
            ]
        }
        var judged = self
        if let sources { judged.spec.sources = sources }
        let objections = project.objections(to: judged, home: home)
        guard objections.isEmpty, !spec.destination.isOwnCluster else {
            return objections.map { ApplicationCondition(.invalidSpecError, $0) }
        }
        let cluster = spec.destination.server.isEmpty ? spec.destination.name : spec.destination.server
        return [
            ApplicationCondition(
                .invalidSpecError,
                "there is no cluster \(cluster): a controller syncs the cluster that it runs in, "
                    + Destination.ownServer)
        ]
    }
}

extension ApplicationCondition {
    /// That the manifests can't be had, for that reason (S119).
    public static func unrendered(_ reason: String) -> ApplicationCondition {
        ApplicationCondition(.comparisonError, "Failed to load target state: \(reason)")
    }
}

extension [ApplicationCondition] {
    /// The message of an operation that they kept from beginning (S119).
    public var operationMessage: String {
        map { "\($0.kind.rawValue): \($0.message)" }.joined(separator: ";")
    }
}

extension SyncPlan {
    /// The wanted objects that another application's mark is on (S108), one sentence each.
    ///
    /// - Parameters:
    ///   - application: What people call the one that wants them.
    ///   - live: What exists, as the plan was made with it.
    /// - Returns: In the order of the keys.
    public func sharedResources(of application: String, live: [ObjectKey: KubeObject]) -> [String] {
        shared(live: live).map { key, owner in
            "\(key.kind)/\(key.name) is part of applications \(application) and \(owner)"
        }
    }

    /// The tracking labels that those objects bear: with a change of one of them, another comparison may come out.
    ///
    /// - Parameter live: What exists, as the plan was made with it.
    /// - Returns: Empty where nothing is shared.
    public func sharedLabels(live: [ObjectKey: KubeObject]) -> Set<String> {
        Set(shared(live: live).compactMap { live[$0.key]?.label(AnnotationKey.application) })
    }

    private func shared(live: [ObjectKey: KubeObject]) -> [(key: ObjectKey, owner: String)] {
        let wanted = tasks.filter { !$0.isHook && !$0.isPrune }.map(\.key).sorted()
        return wanted.compactMap { key in
            guard let owner = live[key].flatMap(Tracking.owner), owner != request.tracking.application else {
                return nil
            }
            return (key, owner)
        }
    }
}
