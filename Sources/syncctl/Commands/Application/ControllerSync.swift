import ArgumentParser
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// `app sync` by a controller: asks for the operation and follows it (C11 to C28).
struct ControllerSync: Sendable {
    var access: ApplicationAccess
    var wish: SyncWish
    var isAsync: Bool
    var timeout: Duration?
    var format: OutputFormat
    var showsLogs: Bool

    /// Syncs one Application.
    ///
    /// - Parameter name: Of the Application.
    /// - Throws: ``CommandFailure`` where it could not be asked for, or did not succeed (C17).
    func run(_ name: AppName) async throws {
        let now = WallClock.now()
        let windows = try await access.windows(of: Application(try await access.get(name)))
        guard windows.permitsManual else {
            throw RequestRefusal.outsideWindow(problem: windows.problem)
        }
        try await access.store.update(name.name, in: access.namespace(of: name)) {
            (object) throws(RequestRefusal) in
            object.request(try wish.request(for: Application(object), now: now))
        }
        guard !isAsync else { return }
        var goal = WaitGoal()
        goal.operation = true
        let following = Following(
            access: access, name: name, goal: goal, timeout: timeout, format: format.ofApplication,
            asLines: format == .jsonl, showsLogs: showsLogs)
        guard let object = try await following.run() else { return }
        let application = Application(object)
        guard let operation = application.status.operation else {
            throw CommandFailure(.unmet, "the operation of application '\(name)' has left no result")
        }
        let isSelective = !wish.selection.isEverything
        if let complaint = application.complaint(about: operation, isSelective: isSelective) {
            throw CommandFailure(.failed, complaint)
        }
    }
}

extension OutputFormat {
    /// How an Application is shown then.
    fileprivate var ofApplication: ApplicationFormat {
        switch self {
        case .wide, .jsonl: .wide
        case .json: .json
        case .yaml: .yaml
        case .tree: .tree
        case .treeDetailed: .treeDetailed
        }
    }

    /// Whether a sync from this process can be shown so.
    var isForOwnSync: Bool {
        switch self {
        case .wide, .json, .jsonl: true
        case .yaml, .tree, .treeDetailed: false
        }
    }
}

extension AppSyncCommand {
    /// Asks the Applications' controllers, one after the other; the first failure ends it (C18).
    func syncByController() async throws {
        guard source.local == nil || names.count == 1 else {
            throw CommandFailure(.usage, "--local is for one Application: name it")
        }
        guard source.repository.repo == nil else {
            throw CommandFailure(
                .usage, "--repo is for --core: a controller syncs what the Application names")
        }
        try sync.checkForController()
        guard source.destNamespace == nil else {
            throw CommandFailure(
                .usage, "--dest-namespace is for --core: a controller syncs to where the Application says")
        }
        if source.local == nil { try checkSource() }
        try await cluster.withApplications(in: source.repository.proof.appNamespace) { access in
            for name in try await access.names(names, request.filter, projects: request.project) {
                guard let wish = try await wish(for: name, access) else { continue }
                try await ControllerSync(
                    access: access, wish: wish, isAsync: request.isAsync,
                    timeout: sync.timeout == .zero ? nil : sync.timeout, format: output,
                    showsLogs: request.logs
                ).run(name)
            }
        }
    }

    /// Refuses what says how a source is rendered, where it is not this process that renders.
    private func checkSource() throws {
        var described = ApplicationSource(repositoryURL: "")
        try source.tools.fill(&described)
        guard described == ApplicationSource(repositoryURL: "") else {
            throw CommandFailure(
                .usage,
                "options of directories, kustomizations and charts are for --local: a controller renders what the "
                    + "Application says; `app set` changes that")
        }
        let looksItself = preview.previewChanges || !sync.label.isEmpty
        let others =
            (looksItself ? [] : source.repository.given)
            + (source.localRepoRoot == nil ? [] : ["--local-repo-root"])
        guard let other = others.first else { return }
        throw CommandFailure(
            .usage, "\(other) is for --local and --core: a controller reads the source itself")
    }

    /// What a controller is asked for; `nil` if nothing is, after a look at the changes.
    private func wish(for name: AppName, _ access: ApplicationAccess) async throws -> SyncWish? {
        guard source.local != nil || !sync.label.isEmpty || preview.previewChanges else {
            return try request.wish(sync, of: source, dryRun: dryRun)
        }
        let subject = try await source.subject(name, nil, isDirect: false, on: access.connection)
        guard case .application(let own) = subject else { return nil }
        var wish = try await own.wish(request, sync, preview)
        wish?.dryRun = dryRun
        return wish
    }
}

extension SyncRequestOptions {
    /// What has to be named or chosen, and not both (C19).
    func validate(_ names: [AppName]) throws {
        let chooses = filter.selector != nil || !project.isEmpty
        guard !names.isEmpty || chooses else {
            throw ValidationError("name an Application, or choose some by --selector or --project")
        }
        guard names.isEmpty || !chooses else {
            throw ValidationError(
                "name Applications, or choose them by --selector or --project, but not both")
        }
    }
}

extension ApplicationManifests {
    /// Of all texts together, in bytes: they stand in the Application twice, and objects have a limit.
    private static var limit: Int { 512 << 10 }

    /// The objects as texts, as an operation has them (S121).
    func texts() throws -> [String] {
        let texts = objects.map { JSONValue.object($0.object.json).text }
        let size = texts.reduce(0) { $0 + $1.utf8.count }
        guard size <= Self.limit else {
            throw CommandFailure(
                .usage,
                "the manifests of --local have \(size >> 10) KiB, and \(Self.limit >> 10) fit into an Application: put them into its repository"
            )
        }
        return texts
    }
}
