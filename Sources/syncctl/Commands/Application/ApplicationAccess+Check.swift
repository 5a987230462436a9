import KubeClient
import KubeCore
import SyncController
import SyncEngine
import SyncSources

/// What a spec names and is not there, or is not permitted: said at once, and not only by a controller's condition later.
extension ApplicationAccess {
    /// Refuses an Application that could not be synced as it is, unless that was so before.
    ///
    /// - Parameters:
    ///   - object: As it is to be.
    ///   - before: As it is; `nil` for a new one.
    /// - Throws: ``RequestRefusal``, or why the API server could not be asked.
    func check(_ object: KubeObject, insteadOf before: KubeObject? = nil) async throws {
        let (wanted, known) = (Application(object), before.map { Application($0) })
        try wanted.checkFlaws(insteadOf: known)
        if wanted.spec.sources != known?.spec.sources { try checkAddresses(of: wanted) }
        guard
            wanted.spec.sources != known?.spec.sources || wanted.spec.project != known?.spec.project
                || wanted.spec.destination != known?.spec.destination
        else { return }
        guard let (project, home) = try await rules(for: wanted) else { return }
        if let problem = wanted.problems(under: project, home: home).first {
            throw RequestRefusal.badValue(problem.message)
        }
    }

    /// The project of an Application and the namespace of its controller; `nil` where we may not look, for its controller
    /// looks, too.
    private func rules(for application: Application) async throws -> (project: AppProject?, home: String)? {
        let name = application.spec.project
        do throws(KindStoreFailure) {
            let projects = try await KindStore(ProjectEdit.kind, in: connection.cluster)
            let all = try await projects.list(in: "").filter { $0.name == name }
            let places = [application.home, namespace, application.metadata.namespace]
            let own = places.lazy.compactMap { place in all.first { $0.namespace == place } }.first
            if let own { return (AppProject(own), own.namespace) }
            // One of another namespace may be that of the controller, or of another installation.
            let isThere = !all.isEmpty || name == AppProject.permissive.name
            return (isThere ? .permissive : nil, application.home)
        } catch {
            switch error {
            case .unknownKind: return nil
            case .client(let failure) where failure.refusal?.isForbidden == true: return nil
            case .client, .missing, .contended, .refusal: throw error
            }
        }
    }

    /// An address that no controller can read; which of them it may use is its own matter.
    private func checkAddresses(of application: Application) throws {
        for source in application.spec.sources.all where source.chart.isEmpty {
            if let problem = RepositoryURL.problem(of: source.repositoryURL) {
                throw RequestRefusal.badValue(problem)
            }
        }
    }
}
