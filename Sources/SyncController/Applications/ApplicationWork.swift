public import KubeClient
import KubeCore
public import SyncEngine

/// What a process without a controller does for one Application: the same as a controller, once.
public struct ApplicationWork: Sendable {
    /// Why it could not be done.
    public enum Failure: Error, Sendable {
        /// What is wrong with the Application, or with its project.
        case invalid([String])
        /// There are no manifests.
        case manifests(String)
        case plan(PlanFailure)
        case client(ClientFailure)
    }

    public let cluster: Cluster
    /// As it was just read.
    public let application: Application
    public let renderer: any ManifestRenderer
    let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - application: As it was just read.
    ///   - cluster: Where it and its objects are.
    ///   - renderer: Renders its sources.
    ///   - now: The time, in whole seconds.
    public init(
        _ application: Application, in cluster: Cluster, renderer: any ManifestRenderer,
        now: @escaping @Sendable () -> Timestamp
    ) {
        self.application = application
        self.cluster = cluster
        self.renderer = renderer
        self.now = now
    }

    /// The namespace of the controller that the Application belongs to; where none has looked at it, its own.
    public var home: String { application.home }

    var settings: ControllerSettings { ControllerSettings(namespace: home) }

    /// The project whose rules hold; `nil` where we may not read it.
    ///
    /// - Throws: ``Failure/invalid(_:)`` if there is none of that name.
    public func project() async throws(Failure) -> AppProject? {
        let name = application.spec.project
        let found: KubeObject?
        do throws(ClientFailure) {
            found = try await cluster.client.get(.appProjects, namespace: home, name: name)
        } catch {
            guard error.refusal?.isForbidden == true else { throw .client(error) }
            return nil
        }
        if let found { return try await merged(AppProject(found)) }
        guard name == AppProject.permissive.name else {
            throw .invalid([
                "application references project \(name) which does not exist in namespace \(home)"
            ])
        }
        return try await merged(.permissive)
    }

    /// A project with what global projects add (S204), as far as we may read which they are.
    private func merged(_ project: AppProject) async throws(Failure) -> AppProject {
        do throws(ClientFailure) {
            let map = try await cluster.client.get(
                .core("ConfigMap", "configmaps"), namespace: home, name: InstallationSettings.name)
            guard let map else { return project }
            let settings = InstallationSettings(configMap: map)
            var others: [String: AppProject] = [:]
            for name in Set(settings.globalProjects.map(\.name)) {
                let other = try await cluster.client.get(.appProjects, namespace: home, name: name)
                others[name] = other.map { AppProject($0) }
            }
            return project.merged(settings) { others[$0] }
        } catch {
            guard error.refusal?.isForbidden == true else { throw .client(error) }
            return project
        }
    }

    /// What the sources want, at the revisions that are named, or else the newest.
    ///
    /// - Parameter sync: Which revisions, or which objects.
    /// - Returns: The objects of all sources.
    /// - Throws: ``Failure``.
    public func manifests(for sync: SyncOperation = SyncOperation()) async throws(Failure)
        -> ApplicationManifests
    {
        let problems = application.specProblems.map(\.description)
        guard problems.isEmpty else { throw .invalid(problems) }
        var request = ManifestRequest(application: application, sources: application.sources(of: sync))
        request.revisions = sync.allRevisions
        request.resolvesAnew = true
        do throws(ManifestFailure) {
            return try await renderer.manifests(for: request)
        } catch {
            throw .manifests(error.message)
        }
    }

    /// Compares with what is live, as a controller does.
    ///
    /// - Parameters:
    ///   - manifests: What is wanted.
    ///   - adjust: Puts over the request what was said beside the Application.
    /// - Returns: What differs, and the plan that was made for it.
    /// - Throws: ``Failure``.
    public func compare(
        _ manifests: ApplicationManifests, adjust: (inout SyncRequest) -> Void = { _ in }
    ) async throws(Failure) -> (prepared: SyncSession.Prepared, report: DiffSession.Report) {
        let project = try await project()
        try check(project)
        var session = refresh.session(application, project, manifests)
        adjust(&session.request)
        let prepared = try await prepare(session, manifests)
        do throws(ClientFailure) {
            return (prepared, try await DiffSession(cluster: cluster).run(prepared))
        } catch {
            throw .client(error)
        }
    }

    /// Plans a sync, as a controller would carry it out; writes nothing.
    ///
    /// - Parameters:
    ///   - operation: What is asked for.
    ///   - manifests: What is wanted.
    ///   - adjust: Puts over the request what was said beside the Application.
    /// - Returns: The session, which can be run as a dry run, and its plan.
    /// - Throws: ``Failure``.
    public func plan(
        _ operation: OperationRequest, _ manifests: ApplicationManifests,
        adjust: (inout SyncRequest) -> Void = { _ in }
    ) async throws(Failure) -> (session: SyncSession, prepared: SyncSession.Prepared) {
        let project = try await project()
        try check(project)
        if let objection = operation.sync?.objection(toEmpty: manifests.objects, of: application) {
            throw .invalid([objection])
        }
        var state = OperationState.accepted(operation, at: now(), by: application)
        state.pin(to: manifests.revisions, of: application.spec.sources)
        var request = SyncRequest(state, of: application, in: home)
        request.project = project
        adjust(&request)
        request.switches.dryRun = true
        var session = SyncSession(cluster: cluster, request: request, now: now)
        session.isPinned = true
        return (session, try await prepare(session, manifests))
    }

    var refresh: ApplicationRefresh {
        ApplicationRefresh(place: LivePlace(cluster), renderer: renderer, settings: settings, now: now)
    }

    /// A project that we may not read stops nobody from looking.
    private func check(_ project: AppProject?) throws(Failure) {
        let problems = application.problems(under: project ?? .permissive, home: home)
        guard problems.isEmpty else { throw .invalid(problems.map(\.message)) }
    }

    private func prepare(
        _ session: SyncSession, _ manifests: ApplicationManifests
    ) async throws(Failure) -> SyncSession.Prepared {
        do throws(SyncSession.Failure) {
            return try await session.prepare(manifests.objects)
        } catch {
            switch error {
            case .plan(let failure): throw .plan(failure)
            case .client(let failure): throw .client(failure)
            }
        }
    }
}

extension Application {
    /// The namespace of the controller that it belongs to; where none has looked at it, its own.
    public var home: String {
        status.remarks.namespace.isEmpty ? metadata.namespace : status.remarks.namespace
    }
}
