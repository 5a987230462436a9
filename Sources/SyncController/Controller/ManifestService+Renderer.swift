import SyncEngine
public import SyncSources

/// For a controller, the service renders what an Application names.
extension ManifestService: ManifestRenderer {
    /// How old the knowledge of what a branch stands for may be, where nobody wants it anew.
    private static let age = Duration.seconds(120)

    public func manifests(
        for request: ManifestRequest
    ) async throws(ManifestFailure) -> ApplicationManifests {
        let (metadata, spec) = (request.application.metadata, request.application.spec)
        let identity = RenderIdentity(
            application: metadata.name, namespace: spec.destination.namespace,
            project: spec.project.isEmpty ? "default" : spec.project)
        var wanted = RenderRequest(sources: request.sources.all, identity: identity)
        wanted.revisions = request.revisions
        wanted.generatePaths = metadata.annotations[AnnotationKey.generatePaths] ?? ""
        wanted.age = request.resolvesAnew ? .zero : Self.age
        wanted.rendersAnew = request.rendersAnew
        let rendered: RenderedApplication
        do throws(SourcesFailure) {
            rendered = try await render(wanted)
        } catch {
            throw ManifestFailure(error.message)
        }
        return ApplicationManifests(
            objects: rendered.objects, revisions: rendered.revisions,
            sourceTypes: rendered.types.map(\.rawValue),
            warnings: rendered.warnings)
    }
}
