import KubeCore

extension SyncRequest {
    /// The request that an Application's operation makes.
    ///
    /// - Parameters:
    ///   - operation: The state of the operation: with what was asked, its start, and the revision that it is pinned to.
    ///   - application: For destination, ignored differences and approvals.
    ///   - home: The controller's namespace.
    public init(_ operation: OperationState, of application: Application, in home: String) {
        self.init(
            tracking: application.tracking(in: home), revision: operation.syncResult.revision,
            startedAt: operation.startedAt)
        attempt = operation.retryCount
        endedHooks = operation.syncResult.resources.filter(\.isEndedHook)
        let sync = operation.request?.sync ?? SyncOperation()
        switches.prune = sync.prune
        switches.dryRun = sync.dryRun
        switches.force = sync.isForced
        switches.replace = sync.options.contains("Replace=true")
        switches.confirmPrune = application.metadata.approvesDeletion(since: operation.startedAt)
        if case .apply = sync.strategy { strategy = .apply }
        options = sync.options
        selection = ResourceSelection(sync.resources.map { ResourceSelection.Pattern($0) })
        reading.ignoreRules = application.spec.ignoreRules
        destination = application.spec.destination
        namespaceMetadata = application.spec.syncPolicy.namespaceMetadata
        if let policies = application.metadata.annotations[AnnotationKey.defaultHookDeletePolicy] {
            reading.defaultHookPolicy = HookDeletePolicy(rawValue: policies)
        }
        timeout = application.metadata.annotations[AnnotationKey.syncTimeout].flatMap(GoDuration.parse)
    }
}

extension ResourceSelection.Pattern {
    /// An entry of `operation.sync.resources` (S27).
    public init(_ resource: SyncOperation.Resource) {
        isExclusion = false
        group = resource.group
        kind = resource.kind
        namespace = resource.namespace.isEmpty ? nil : resource.namespace
        name = resource.name
    }
}
