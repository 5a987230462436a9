import KubeClient
import KubeCore
import SyncController
import SyncEngine

/// The Applications of a cluster, as a command reaches them: by the API server, without any other.
struct ApplicationAccess: Sendable {
    let connection: Connection
    let store: KindStore
    /// Of Applications that are named without one (C1, C2).
    let namespace: String

    /// Finds out where Applications are.
    init(_ connection: Connection, namespace: String?) async throws(KindStoreFailure) {
        self.connection = connection
        self.namespace = namespace ?? connection.namespace
        store = try await KindStore(Application.kind, in: connection.cluster)
    }

    func namespace(of name: AppName) -> String { name.namespace ?? namespace }

    func key(of name: AppName) -> ObjectKey {
        ObjectKey(
            group: Application.kind.group, kind: Application.kind.kind, namespace: namespace(of: name),
            name: name.name)
    }

    func get(_ name: AppName) async throws(KindStoreFailure) -> KubeObject {
        try await store.get(name.name, in: namespace(of: name))
    }

    /// `nil` if there is no such Application.
    func find(_ name: AppName) async throws(KindStoreFailure) -> KubeObject? {
        try await store.find(name.name, in: namespace(of: name))
    }

    /// What the windows of an Application's project say at the moment; a project that cannot be read stops nobody here,
    /// since its controller looks, too.
    func windows(
        of application: Application
    ) async throws(KindStoreFailure) -> ApplicationOverview.SyncWindowNote {
        do throws(KindStoreFailure) {
            return try await projectWindows(of: application)
        } catch {
            switch error {
            case .unknownKind: break
            case .client(let failure): if failure.refusal?.isForbidden != true { throw error }
            case .missing, .contended, .refusal: throw error
            }
            return ApplicationOverview.SyncWindowNote(verdict: "Unknown (the project cannot be read)")
        }
    }

    private func projectWindows(
        of application: Application
    ) async throws(KindStoreFailure) -> ApplicationOverview.SyncWindowNote {
        guard let project = try await project(of: application) else {
            return ApplicationOverview.SyncWindowNote()
        }
        return ApplicationOverview.SyncWindowNote(
            of: project["spec", "syncWindows"]?.array ?? [], for: application, at: WallClock.now(),
            zones: TimeZoneFiles().zone)
    }

    /// The project of an Application; `nil` if there is none.
    func project(of application: Application) async throws(KindStoreFailure) -> KubeObject? {
        let projects = try await KindStore(ProjectEdit.kind, in: connection.cluster)
        for place in [application.home, application.metadata.namespace] {
            if let project = try await projects.find(application.spec.project, in: place) { return project }
        }
        return nil
    }

    /// Changes an Application's spec on top of what it is.
    ///
    /// - Parameters:
    ///   - name: The Application.
    ///   - isChecked: Whether a spec that could not be synced as it is, and could before, is refused.
    ///   - change: May be called several times.
    /// - Throws: ``RequestRefusal``, or why it could not be changed.
    func changeSpec(
        of name: AppName, isChecked: Bool = true,
        _ change: (JSONObject) throws(RequestRefusal) -> JSONObject
    ) async throws {
        func applied(_ object: inout KubeObject) throws(RequestRefusal) {
            object["spec"] = .object(try change(object["spec"]?.object ?? JSONObject()))
        }
        if isChecked {
            let before = try await get(name)
            var after = before
            try applied(&after)
            try await check(after, insteadOf: before)
        }
        try await store.update(name.name, in: namespace(of: name), applied)
    }
}

extension ClusterOptions {
    /// Works with the Applications of the cluster.
    ///
    /// - Parameters:
    ///   - appNamespace: `-N`.
    ///   - body: What is done.
    /// - Returns: What the body returns.
    /// - Throws: ``CommandFailure``.
    @discardableResult
    func withApplications<Result: Sendable>(
        in appNamespace: String?, _ body: (ApplicationAccess) async throws -> Result
    ) async throws -> Result {
        try await connected { connection in
            try await CommandFailure.explaining {
                try await body(ApplicationAccess(connection, namespace: appNamespace))
            } hint: { key in
                await ApplicationHint(connection: connection).text(instead: key)
            }
        }
    }
}

extension CommandFailure {
    /// Does something, and says of what came in the way what a person can do about it.
    ///
    /// - Parameters:
    ///   - body: What is done.
    ///   - hint: What may be meant instead of an object that is not there; empty for nothing.
    /// - Returns: What the body returns.
    /// - Throws: ``CommandFailure``.
    static func explaining<Result>(
        _ body: () async throws -> Result, hint: (ObjectKey) async -> String = { _ in "" }
    ) async throws -> Result {
        do {
            return try await body()
        } catch KindStoreFailure.missing(let key) {
            throw CommandFailure(.unmet, KindStoreFailure.missing(key).description + (await hint(key)))
        } catch let failure as KindStoreFailure {
            throw CommandFailure(failure)
        } catch let refusal as RequestRefusal {
            throw CommandFailure(.refusal(refusal))
        } catch let failure as ClientFailure {
            throw CommandFailure(.client(failure))
        }
    }

    /// What came in the way at an object of the cluster.
    init(_ failure: KindStoreFailure) {
        switch failure {
        case .client(.refused(let refusal)) where !refusal.isForbidden:
            self.init(.unmet, refusal.message)
        case .client(let failure):
            self.init(unreachable: failure)
        case .refusal(.badValue(let problem)):
            self.init(.usage, problem)
        case .refusal(.nothingSelected):
            self.init(.failed, failure.description)
        case .unknownKind, .missing, .contended, .refusal:
            self.init(.unmet, failure.description)
        }
    }
}
