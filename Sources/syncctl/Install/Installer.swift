import KubeClient
import KubeCore
import SyncController
import SyncEngine

/// Applies the parts of an installation, one after the other.
struct Installer {
    /// What became of a part.
    enum Outcome: Equatable {
        case created
        case configured
        case unchanged
        /// It was there, and is left as it is.
        case kept
        /// A dry run could not ask the server: what it stands in or is an instance of would be made by the same
        /// installation.
        case unchecked
    }

    var cluster: Cluster
    var isDryRun: Bool
    /// Whether fields are taken that other programs have set to something else.
    var takesFields: Bool

    /// Applies every part.
    ///
    /// - Parameters:
    ///   - parts: In order.
    ///   - deadline: Until when a definition must be served.
    ///   - report: Told of each part when it is done.
    /// - Throws: ``InstallFailure`` at the first part that cannot be applied; what was applied before it stays.
    func apply(
        _ parts: [Installation.Part], before deadline: ContinuousClock.Instant,
        report: (KubeObject, Outcome) -> Void
    ) async throws(InstallFailure) {
        var missing = Missing()
        for part in parts {
            guard !isDryRun || !missing.concern(part.object) else {
                report(part.object, .unchecked)
                continue
            }
            let outcome = try await apply(part)
            if isDryRun, outcome == .created { missing.add(part.object) }
            if !isDryRun, part.object.kind == "CustomResourceDefinition" {
                try await wait(for: part.object, before: deadline)
            }
            report(part.object, outcome)
        }
    }

    /// Waits until an object is healthy: a definition served, a Deployment available.
    func wait(
        for object: KubeObject, before deadline: ContinuousClock.Instant
    ) async throws(InstallFailure) {
        var pause = Duration.milliseconds(50)
        while true {
            let live = try await asked(object) { (resource) throws(ClientFailure) in
                try await cluster.client.get(resource, namespace: object.namespace, name: object.name)
            }
            let health = live.flatMap { Health(of: $0) }
            switch health?.status {
            case .healthy: return
            case .degraded: throw InstallFailure(object.key, .degraded(health?.message ?? ""))
            case .progressing, .suspended, .missing, .unknown, nil: break
            }
            guard ContinuousClock.now < deadline else {
                throw InstallFailure(object.key, .late(health?.message ?? "it is not there"))
            }
            do {
                try await Task.sleep(for: pause)
            } catch {
                throw InstallFailure(object.key, .late("the wait was cancelled"))
            }
            pause = min(pause * 2, .seconds(1))
        }
    }

    private func apply(_ part: Installation.Part) async throws(InstallFailure) -> Outcome {
        let object = part.object
        return try await asked(object) { (resource) throws(ClientFailure) in
            let client = cluster.client
            let live = try await client.get(resource, namespace: object.namespace, name: object.name)
            if let live, part.isKept(live) { return .kept }
            let applied = try await client.apply(
                object, as: resource, force: takesFields, dryRun: isDryRun)
            guard let live else { return .created }
            return live.isSame(as: applied.object) ? .unchanged : .configured
        }
    }

    private func asked<Answer>(
        _ object: KubeObject, _ ask: (APIResource) async throws(ClientFailure) -> Answer
    ) async throws(InstallFailure) -> Answer {
        do throws(ClientFailure) {
            return try await ask(try await cluster.resource(for: object.groupVersionKind))
        } catch {
            throw InstallFailure(object.key, .client(error))
        }
    }
}

extension Installation.Part {
    /// Whether the object that is there stays as it is.
    func isKept(_ live: KubeObject) -> Bool {
        let label = "app.kubernetes.io/part-of"
        return switch precedence {
        case .manifest: false
        case .live: true
        case .liveIfForeign: live.label(label) != object.label(label)
        }
    }
}

extension KubeObject {
    /// Whether two answers of a server show the same object, but for what a write itself leaves behind.
    fileprivate func isSame(as other: KubeObject) -> Bool {
        func rest(_ object: KubeObject) -> KubeObject {
            var object = object
            for field in ["resourceVersion", "managedFields", "generation"] {
                object["metadata", field] = nil
            }
            return object
        }
        return rest(self) == rest(other)
    }
}

/// What a dry run would have made, so that nothing in it can be asked for.
private struct Missing {
    private var namespaces: Set<String> = []
    private var kinds: Set<GroupKind> = []

    mutating func add(_ object: KubeObject) {
        switch object.kind {
        case "Namespace":
            namespaces.insert(object.name)
        case "CustomResourceDefinition":
            if let group = object["spec", "group"]?.string, let kind = object["spec", "names", "kind"]?.string
            {
                kinds.insert(GroupKind(group: group, kind: kind))
            }
        default:
            break
        }
    }

    func concern(_ object: KubeObject) -> Bool {
        namespaces.contains(object.namespace) || kinds.contains(object.groupVersionKind.groupKind)
    }
}

/// Why an installation could not go on.
struct InstallFailure: Error, Equatable {
    enum Reason: Equatable {
        case client(ClientFailure)
        case degraded(String)
        /// What it waited for did not come in time.
        case late(String)
    }

    var key: ObjectKey
    var reason: Reason

    init(_ key: ObjectKey, _ reason: Reason) {
        self.key = key
        self.reason = reason
    }
}
