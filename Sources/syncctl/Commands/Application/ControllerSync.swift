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
        guard windows.permitsManual else { throw RequestRefusal.outsideWindow }
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
        var wish = try request.wish(sync, revision: source.revision, dryRun: dryRun)
        guard source.repository.repo == nil else {
            throw CommandFailure(
                .usage, "--repo is for --core: a controller syncs what the Application names")
        }
        if source.local != nil {
            guard let name = names.first, names.count == 1 else {
                throw CommandFailure(.usage, "--local is for one Application: name it")
            }
            let rendered = try await source.renderEarly(for: name)
            wish.manifests = (rendered?.objects ?? []).map { JSONValue.object($0.object.json).text }
        }
        let asked = wish
        try await cluster.withApplications(in: source.repository.appNamespace) { access in
            let sync = ControllerSync(
                access: access, wish: asked, isAsync: request.isAsync,
                timeout: sync.timeout == .zero ? nil : sync.timeout, format: output,
                showsLogs: request.logs)
            for name in try await access.names(names, request.filter, projects: request.project) {
                try await sync.run(name)
            }
        }
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
