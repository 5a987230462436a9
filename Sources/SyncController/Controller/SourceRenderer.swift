public import KubeClient
import SyncEngine
public import SyncSources

/// Renders what an Application names, and tells charts of the cluster for which it is.
public struct SourceRenderer: ManifestRenderer {
    private let service: ManifestService
    private let discovery: Discovery

    private let age: Duration

    /// How old the knowledge of what the server serves may be, where nobody has noticed that there is more.
    private static let servedAge = Duration.seconds(600)

    /// - Parameters:
    ///   - service: What renders.
    ///   - discovery: Of the cluster.
    ///   - age: How old the knowledge of what a branch stands for may be, where nobody wants it anew.
    public init(
        _ service: ManifestService, for discovery: Discovery, age: Duration = .seconds(30)
    ) {
        self.age = age
        self.service = service
        self.discovery = discovery
    }

    public func manifests(
        for request: ManifestRequest
    ) async throws(ManifestFailure) -> ApplicationManifests {
        let (metadata, spec) = (request.application.metadata, request.application.spec)
        let served = try await served()
        let identity = RenderIdentity(
            application: metadata.name, namespace: spec.destination.namespace,
            project: spec.project.isEmpty ? "default" : spec.project, kubeVersion: served.server,
            apiVersions: served.api)
        var wanted = RenderRequest(sources: request.sources.all, identity: identity)
        wanted.revisions = request.revisions
        wanted.generatePaths = metadata.annotations[AnnotationKey.generatePaths] ?? ""
        wanted.age = request.resolvesAnew ? .zero : age
        wanted.believesOutage = request.believesOutage
        wanted.rendersAnew = request.rendersAnew
        let rendered: RenderedApplication
        do throws(SourcesFailure) {
            rendered = try await service.render(wanted)
        } catch {
            throw ManifestFailure(error.message, isTransient: error.isTransient)
        }
        return ApplicationManifests(
            objects: rendered.objects, revisions: rendered.revisions,
            sourceTypes: rendered.types.map(\.rawValue),
            warnings: rendered.warnings)
    }
    private func served() async throws(ManifestFailure) -> ServedVersions {
        do throws(ClientFailure) {
            return try await discovery.versions(notOlderThan: Self.servedAge)
        } catch {
            throw ManifestFailure(
                "what the API server serves, which charts ask for, cannot be read: \(error)",
                isTransient: error.isTransient)
        }
    }
}
