public import KubeCore

extension [ApplicationCondition] {
    /// The conditions after a pass that has looked for some kinds of them.
    ///
    /// - Parameters:
    ///   - kinds: What the pass has looked for: of these only `found` is left.
    ///   - found: What it has found; the same message of a kind once.
    ///   - now: When what is new began; what was there before keeps its time.
    /// - Returns: Sorted by kind, then message.
    public func evaluated(
        _ kinds: Set<ApplicationCondition.Kind>, to found: [ApplicationCondition], at now: Timestamp
    ) -> [ApplicationCondition] {
        let kept = filter { !kinds.contains($0.kind) }
        var unique: [ApplicationCondition] = []
        for condition in found where !unique.contains(where: { $0.isSame(as: condition) }) {
            var condition = condition
            condition.lastTransitionTime = first { $0.isSame(as: condition) }?.lastTransitionTime ?? now
            unique.append(condition)
        }
        return (kept + unique).sorted { ($0.kind.rawValue, $0.message) < ($1.kind.rawValue, $1.message) }
    }
}

extension ApplicationCondition {
    /// What a refresh looks for.
    public static let ofRefresh: Set<Kind> = [
        .invalidSpecError, .comparisonError, .unknownError, .sharedResourceWarning, .repeatedResourceWarning,
        .excludedResourceWarning, .orphanedResourceWarning,
    ]

    fileprivate func isSame(as other: ApplicationCondition) -> Bool {
        kind == other.kind && message == other.message
    }
}

extension PlanWarning {
    /// What an Application says of it; `nil` for what only concerns who typed a command.
    public var condition: ApplicationCondition? {
        switch self {
        case .repeated: ApplicationCondition(.repeatedResourceWarning, description)
        case .excluded(let key, _):
            ApplicationCondition(
                .excludedResourceWarning,
                "Resource \(key.group)/\(key.kind) \(key.name) is excluded in the settings")
        case .ignoredHook, .unknownOption: nil
        }
    }
}

extension AggregateHealth {
    /// The health after a pass; the time moves with the status alone (S175).
    public func becoming(_ health: Health, at now: Timestamp) -> AggregateHealth {
        AggregateHealth(
            health.status, message: health.message,
            lastTransitionTime: health.status == status ? lastTransitionTime ?? now : now)
    }
}

extension SyncStatus {
    /// Of each source, where there are several.
    public var allRevisions: [String] {
        revisions.isEmpty ? (revision.isEmpty ? [] : [revision]) : revisions
    }
}

extension Application {
    /// Its own key among objects.
    public var key: ObjectKey {
        ObjectKey(
            group: Self.kind.group, kind: Self.kind.kind, namespace: metadata.namespace, name: metadata.name)
    }

    /// The marks that its objects bear.
    ///
    /// - Parameter home: The controller's namespace.
    /// - Returns: With the name that it goes by there (S179).
    public func tracking(in home: String) -> Tracking {
        Tracking(application: instanceName(in: home), destinationNamespace: spec.destination.namespace)
    }

    /// `status.sync` of a comparison with these revisions, one of each source.
    public func compared(_ status: SyncStatus.Code, _ revisions: [String]) -> SyncStatus {
        var sync = SyncStatus()
        sync.status = status
        if case .several = spec.sources {
            sync.revisions = revisions
        } else {
            sync.revision = revisions.first ?? ""
        }
        sync.compared = SyncStatus.Compared(
            sources: spec.sources, destination: spec.destination, ignoreDifferences: spec.ignoreDifferences)
        return sync
    }

    /// Whether the destination namespace bears other metadata than the spec wants (S107).
    public var isNamespaceMetadataDue: Bool {
        guard spec.syncPolicy.options.contains("CreateNamespace=true"),
            let wanted = spec.syncPolicy.namespaceMetadata, let operation = status.operation
        else { return false }
        return operation.syncResult.namespaceMetadata != wanted
    }
}

extension ApplicationSummary {
    /// What the live objects show: images of Pod templates.
    public init(of live: some Sequence<KubeObject>) {
        self.init()
        var images: Set<String> = []
        for object in live {
            let template =
                object["spec", "template", "spec"]
                ?? object["spec", "jobTemplate", "spec", "template", "spec"]
            let pod = object.kind == "Pod" ? object["spec"] : template
            for name in ["initContainers", "containers"] {
                for container in pod?[name]?.array ?? [] {
                    if let image = container["image"]?.string, !image.isEmpty { images.insert(image) }
                }
            }
            if object.groupVersionKind.groupKind == Application.kind.groupKind { isAppOfApps = true }
        }
        self.images = images.sorted()
    }
}
