import KubeCore

/// What `app sync` without `--core` asks an Application's controller for (section 4 of the command line).
public struct SyncWish: Hashable, Sendable {
    /// Empty: what the spec wants.
    public var revision = ""
    /// Revisions by the place of their source, from 0.
    public var revisions: [Int: String] = [:]
    /// Revisions by the name of their source.
    public var revisionsByName: [String: String] = [:]
    public var prune = false
    public var dryRun = false
    public var strategy = SyncOperation.Strategy.hook(force: false)
    public var selection = ResourceSelection()
    /// The patterns of ``selection`` as they were given.
    public var filters: [String] = []
    /// C14: of any, only these are the operation's.
    public var options: [String] = []
    /// Whether everything may be pruned where there are no manifests (D8).
    public var allowsEmpty = false
    /// C15; `nil`: the spec's.
    public var retry: RetryStrategy?
    public var info: [NamedText] = []
    /// Objects as JSON, instead of the source's (S121).
    public var manifests: [String] = []

    /// Whether a controller finds out what is newest; this process always looks.
    public var isForController = true

    public init() {}

    /// The operation for an Application as it is.
    ///
    /// - Parameters:
    ///   - application: As it was just read.
    ///   - now: The time.
    /// - Returns: What its `operation` is to be.
    /// - Throws: ``RequestRefusal`` where it may not be asked for now (S113), or nothing is selected (C12).
    public func request(
        for application: Application, now: Timestamp
    ) throws(RequestRefusal) -> OperationRequest {
        try check(application)
        var request = try preview(of: application, now: now)
        request.sync?.resources = try chosen(of: application.status)
        return request
    }

    /// The operation for an Application, whether or not it may be asked for now, and of everything.
    ///
    /// - Parameters:
    ///   - application: As it was just read.
    ///   - now: The time.
    /// - Returns: What is planned or compared.
    /// - Throws: ``RequestRefusal`` for a source that it does not have.
    public func preview(
        of application: Application, now: Timestamp
    ) throws(RequestRefusal) -> OperationRequest {
        var sync = SyncOperation()
        try fillRevisions(&sync, application, now)
        sync.prune = prune
        sync.dryRun = dryRun
        sync.strategy = strategy
        sync.manifests = manifests
        sync.options = options.isEmpty ? application.spec.syncPolicy.options : SyncOptions(options)
        if allowsEmpty { sync.options.items.append("AllowEmpty=true") }
        var request = OperationRequest(sync)
        request.initiator = OperationRequest.Initiator(username: Self.user)
        request.retry = retry ?? application.spec.syncPolicy.retry
        request.info = info
        return request
    }

    /// Who is said to have asked, where the API server does not say who we are.
    static let user = "syncctl"

    /// After so long nobody looks at the Application any more.
    private static let longAgo = Duration.seconds(86_400)

    private func check(_ application: Application) throws(RequestRefusal) {
        guard application.metadata.deletionTimestamp == nil else { throw .beingDeleted }
        guard application.operation == nil else { throw .operationInProgress }
        guard !application.spec.isHydrated else { throw .hydrated }
        guard let automated = application.spec.syncPolicy.automated, automated.isEnabled, !dryRun else {
            return
        }
        let tracked = application.spec.sources.all.first?.targetRevision ?? ""
        guard revision.isEmpty || revision == tracked else {
            throw .automatedSync(revision: revision, tracked: tracked)
        }
    }

    /// Without a word of ours the controller takes the newest revision. Where none has looked at the Application for a
    /// day, the request names the one that was compared last: it is what its status, and so the person, speaks of.
    private func fillRevisions(
        _ sync: inout SyncOperation, _ application: Application, _ now: Timestamp
    ) throws(RequestRefusal) {
        let sources = application.spec.sources
        let revisions = try places(among: sources.all)
        let isLeft =
            isForController
            && (application.status.reconciledAt.map { now.since($0) > Self.longAgo } ?? false)
        guard case .several(let all) = sources else {
            if let place = revisions.keys.first(where: { $0 != 0 }) { throw .noSuchSource("\(place + 1)") }
            sync.revision = revisions[0] ?? revision
            if sync.revision.isEmpty, isLeft { sync.revision = application.status.sync.revision }
            return
        }
        guard revision.isEmpty else {
            throw .badValue(
                "--revision is for one source, and there are \(all.count): say --revisions with --source-positions or "
                    + "--source-names")
        }
        guard !revisions.isEmpty else {
            if isLeft { sync.revisions = application.status.sync.revisions }
            return
        }
        if let place = revisions.keys.first(where: { !all.indices.contains($0) }) {
            throw .noSuchSource("\(place + 1)")
        }
        sync.revisions = all.indices.map { revisions[$0] ?? all[$0].targetRevision }
    }

    /// The revisions by place, those given by name among them.
    private func places(among sources: [ApplicationSource]) throws(RequestRefusal) -> [Int: String] {
        var places = revisions
        for (name, revision) in revisionsByName {
            guard let place = sources.firstIndex(where: { $0.name == name }) else {
                throw .noSuchSource(name)
            }
            places[place] = revision
        }
        return places
    }

    /// C12: only what the status knows can be chosen.
    private func chosen(of status: ApplicationStatus) throws(RequestRefusal) -> [SyncOperation.Resource] {
        guard !selection.isEverything else { return [] }
        let keys = status.resources.map(\.key).filter(selection.contains)
        guard !keys.isEmpty else { throw .nothingSelected(filters) }
        return keys.map {
            SyncOperation.Resource(group: $0.group, kind: $0.kind, namespace: $0.namespace, name: $0.name)
        }
    }
}

extension Application {
    /// Why a finished operation counts as no success to who waited for it (C17); `nil` if it is one.
    ///
    /// - Parameters:
    ///   - operation: As it ended.
    ///   - isSelective: Whether only some objects were asked for: what else there is does not matter.
    /// - Returns: For people.
    public func complaint(about operation: OperationState, isSelective: Bool) -> String? {
        guard !(operation.request?.sync?.dryRun ?? false) else { return nil }
        guard operation.phase == .succeeded else {
            return "Operation has completed with phase: \(operation.phase.rawValue)"
        }
        guard status.sync.status != .synced, !isSelective else { return nil }
        let left = operation.syncResult.resources.count { $0.status == .pruneSkipped }
        return left > 0 ? "\(left) resources require pruning" : nil
    }
}
