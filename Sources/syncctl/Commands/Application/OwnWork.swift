import KubeClient
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// What a command works on in this process.
enum Subject {
    /// An Application of the cluster, which says what is wanted.
    case application(OwnWork)
    /// No Application: the command line says it all.
    case manifests(RenderedSource)
}

/// An Application of the cluster for which this process does itself what a controller would do.
struct OwnWork {
    var name: AppName
    var access: ApplicationAccess
    var source: SourceOptions
    var work: ApplicationWork

    var application: Application { work.application }

    /// What is to be planned, compared or printed.
    ///
    /// - Parameter wish: With the revisions that were named.
    /// - Returns: The manifests, and the operation that would sync them.
    /// - Throws: ``CommandFailure``.
    func manifests(
        of wish: SyncWish
    ) async throws -> (manifests: ApplicationManifests, operation: OperationRequest) {
        var wish = wish
        wish.isForController = false
        let operation = try wish.preview(of: application, now: WallClock.now())
        if let local = source.local {
            let rendered = try await source.renderLocal(
                local, for: application, on: access.connection)
            let revision = source.recordedRevision(of: rendered)
            return (ApplicationManifests(objects: rendered.objects, revisions: [revision]), operation)
        }
        let manifests = try await StopSignals.guarding { [work, name] in
            do throws(ApplicationWork.Failure) {
                return try await work.manifests(for: operation.sync ?? SyncOperation())
            } catch {
                throw CommandFailure(error, name)
            }
        }
        manifests.warnings.forEach { Console.error("warning: \($0)") }
        return (manifests, operation)
    }

    /// What is asked for, of what this process has looked at itself.
    ///
    /// - Parameters:
    ///   - request: What a controller can be asked for.
    ///   - arguments: What is to be done.
    ///   - preview: Whether the changes are to be shown first.
    /// - Returns: `nil` if nothing is to be done after a look at the changes.
    /// - Throws: ``CommandFailure``, or ``RequestRefusal`` where nothing is selected.
    func wish(
        _ request: SyncRequestOptions, _ arguments: SyncArguments, _ preview: PreviewOptions
    ) async throws -> SyncWish? {
        var wish = try request.wish(arguments, of: source, dryRun: false)
        guard source.local != nil || !arguments.label.isEmpty || preview.previewChanges else { return wish }
        let (manifests, _) = try await manifests(of: wish)
        wish.selection = try arguments.selection(among: manifests.objects)
        if wish.filters.isEmpty { wish.filters = arguments.label }
        if source.local != nil {
            wish.manifests = try manifests.texts()
            wish.revision = manifests.revision
        }
        guard preview.previewChanges else { return wish }
        let overlay = try arguments.overlay(wish.selection)
        let report: DiffSession.Report
        do throws(ApplicationWork.Failure) {
            report = try await work.compare(manifests, adjust: overlay).report
        } catch {
            throw CommandFailure(error, name, arguments)
        }
        return try await preview.agrees(to: report, of: name) ? wish : nil
    }

    /// Plans a sync of the Application.
    ///
    /// - Parameters:
    ///   - wish: What is asked for.
    ///   - arguments: Beside the Application.
    /// - Returns: The session, which can be run as a dry run, its plan, and the revision of each source.
    /// - Throws: ``CommandFailure``.
    func plan(
        _ wish: SyncWish, _ arguments: SyncArguments
    ) async throws -> (session: SyncSession, prepared: SyncSession.Prepared, revisions: [String]) {
        let (manifests, operation) = try await manifests(of: wish)
        let overlay = try arguments.overlay(arguments.selection(among: manifests.objects))
        do throws(ApplicationWork.Failure) {
            let plan = try await work.plan(operation, manifests, adjust: overlay)
            warn(of: plan.prepared, prunes: arguments.prune)
            return (plan.session, plan.prepared, manifests.revisions)
        } catch {
            throw CommandFailure(error, name, arguments)
        }
    }

    /// Says what the plan leaves open.
    func warn(of prepared: SyncSession.Prepared, prunes: Bool) {
        prepared.warnings.forEach { Console.error("warning: \($0)") }
        if prunes { prepared.unlisted.warn("objects of theirs are not seen and not pruned") }
    }
}

extension SyncWish {
    /// What a look wants: the revisions that the command line names. Files of this machine have none.
    init(_ source: SourceOptions, _ sources: SourceRevisionOptions) {
        self.init()
        look(at: source, sources)
    }

    /// Puts the revisions that the command line names into a wish.
    mutating func look(at source: SourceOptions, _ sources: SourceRevisionOptions) {
        revision = source.local == nil ? source.revision ?? "" : ""
        sources.fill(&self)
    }
}

extension SourceOptions {
    /// Finds out what a command works on.
    ///
    /// - Parameters:
    ///   - name: What the user calls it.
    ///   - early: The manifests, where the command line has said which, and they are there already.
    ///   - isDirect: `--core`: then there need not be an Application of that name.
    ///   - connection: Where it is looked for.
    /// - Returns: The Application if there is one, else what the command line says.
    /// - Throws: ``CommandFailure``.
    func subject(
        _ name: AppName, _ early: RenderedSource?, isDirect: Bool, on connection: Connection
    ) async throws -> Subject {
        if let (access, application) = try await repository.proof.application(
            name, isDirect: isDirect, on: connection)
        {
            try check(for: application)
            return .application(try await work(name, application, access))
        }
        if let early { return .manifests(early) }
        return .manifests(try await render(for: name, on: connection))
    }

    private func work(
        _ name: AppName, _ application: Application, _ access: ApplicationAccess
    ) async throws -> OwnWork {
        let cluster = access.connection.cluster
        let secrets =
            local == nil
            ? try await RepositorySecrets(cluster: cluster, namespace: application.home).read() : []
        let service = try repository.proof.service(
            tools.settings, secrets: secrets, for: application.spec.sources.all.map(\.repositoryURL))
        return OwnWork(
            name: name, access: access, source: self,
            work: ApplicationWork(
                application, in: cluster, renderer: SourceRenderer(service, for: cluster.discovery),
                now: WallClock.now))
    }

    /// Refuses what an Application says itself.
    private func check(for application: Application) throws {
        let name = application.qualifiedName
        guard repository.repo == nil else {
            throw CommandFailure(
                .usage,
                "there is an Application \(name), which names its source: leave --repo out, or give another one by `app set`"
            )
        }
        try application.check(destination: destNamespace)
        var tool = ApplicationSource()
        try tools.fill(&tool)
        guard local != nil || tool == ApplicationSource() else {
            throw CommandFailure(
                .usage,
                "options of charts, kustomizations and directories are set in Application \(name) by `app set`; here they go with --local"
            )
        }
        guard local == nil || application.spec.sources.all.count < 2 else {
            throw CommandFailure(.usage, "--local is for one source: Application \(name) has several")
        }
    }
}

extension RepositoryProof {
    /// The Application of that name; `nil` if there is none, and need not be.
    func application(
        _ name: AppName, isDirect: Bool, on connection: Connection
    ) async throws -> (access: ApplicationAccess, application: Application)? {
        do throws(KindStoreFailure) {
            let access = try await ApplicationAccess(connection, namespace: appNamespace)
            if let found = try await access.find(name) { return (access, Application(found)) }
            guard !isDirect else { return nil }
            throw KindStoreFailure.missing(access.key(of: name))
        } catch {
            switch error {
            // Nobody has to have heard of Applications to sync without one.
            case .unknownKind where isDirect: return nil
            case .client(let failure) where isDirect && failure.refusal?.isForbidden == true:
                Console.error("warning: whether there is an Application '\(name)' may not be looked up")
                return nil
            case .unknownKind, .missing, .contended, .refusal, .client: throw error
            }
        }
    }
}

extension Application {
    /// Refuses another namespace for the objects than the one that the Application says.
    func check(destination namespace: String?) throws {
        let destination = spec.destination.namespace
        guard namespace.map({ $0 == destination }) ?? true else {
            throw CommandFailure(
                .usage,
                "the objects of Application \(qualifiedName) go to namespace '\(destination)': leave --dest-namespace out"
            )
        }
    }
}

extension CommandFailure {
    /// Why nothing came of the work for an Application.
    init(_ failure: ApplicationWork.Failure, _ name: AppName, _ arguments: SyncArguments? = nil) {
        switch failure {
        case .invalid(let problems):
            self.init(.unmet, "application '\(name)': \(problems.joined(separator: "; "))")
        case .manifests(let problem): self.init(.usage, problem)
        case .plan(let failure): self.init(failure, arguments?.resource ?? [])
        case .client(let failure): self.init(unreachable: failure)
        }
    }
}
