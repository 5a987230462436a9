import KubeClient
import KubeCore
import KubeRuntime
import SyncController
import SyncEngine
import SyncSources

/// `app delete --core` where there is an Application: this process does what a controller would do for it, with the
/// delete hooks of its sources.
struct OwnDeletion: Sendable {
    var access: ApplicationAccess
    var proof: RepositoryProof
    var settings: RenderSettings

    /// Does what is due for an Application, and for no other, until cancelled.
    ///
    /// - Parameter application: Which is being deleted.
    /// - Throws: ``CommandFailure``.
    func work(for application: Application) async throws {
        let cluster = access.connection.cluster
        let (home, namespace) = (application.home, application.metadata.namespace)
        var own = ControllerSettings(namespace: home)
        let label = application.tracking(in: home).labelValue
        own.isOurs = { $0 == label }
        if namespace != home { own.applicationNamespaces = [try Glob(namespace)] }
        own.workers = 1
        let secrets = try await RepositorySecrets(cluster: cluster, namespace: home).read()
        let service = try proof.service(
            settings, secrets: secrets, for: application.spec.sources.all.map(\.repositoryURL))
        let controller = ApplicationController(
            cluster: cluster, settings: own, renderer: SourceRenderer(service, for: cluster.discovery),
            telemetry: ControllerTelemetry(Metrics()), now: WallClock.now)
        do throws(ClientFailure) {
            try await controller.run()
        } catch {
            throw CommandFailure(unreachable: error)
        }
    }
}

extension AppDeleteCommand {
    /// Deletes an Application from this process; a controller that is alive does the work itself.
    ///
    /// - Returns: `false` if there is no Application of that name.
    func deleteOwn(_ name: AppName, on connection: Connection) async throws -> Bool {
        guard let (access, application) = try await proof.application(name, isDirect: true, on: connection)
        else { return false }
        guard propagationPolicy != .orphan else {
            throw CommandFailure(
                .usage,
                "there is an Application \(application.qualifiedName): --cascade=false leaves its objects alone"
            )
        }
        try application.check(destination: destNamespace)
        var deletion = deletion(by: access)
        let sighting = ControllerSighting(connection.cluster.client, application.home)
        if let holder = try await sighting.look() {
            Console.error("the controller \(holder) is alive, and does the work")
        } else {
            let own = OwnDeletion(access: access, proof: proof, settings: rendering.settings)
            deletion.work = { application in
                try await StopSignals.guarding { try await own.work(for: application) }
            }
        }
        _ = try await deletion.run(name, isLast: true)
        return true
    }
}
