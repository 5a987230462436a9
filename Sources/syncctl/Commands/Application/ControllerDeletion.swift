import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// `app delete` of an Application of the cluster: it is deleted, and by its finalizers what becomes of its resources.
struct ControllerDeletion: Sendable {
    var access: ApplicationAccess
    var wish: DeletionWish
    var isConfirmed: Bool
    var waits: Bool
    var timeout: Duration?
    /// Does what the finalizers ask for, until cancelled; `nil` where a controller does it.
    var work: (@Sendable (Application) async throws -> Void)?

    /// Between two looks at what holds a deletion.
    private static let patience = Duration.seconds(10)
    /// So many objects are asked for what holds them.
    private static let shownHolders = 20

    /// Deletes one Application.
    ///
    /// - Parameters:
    ///   - name: Of the Application.
    ///   - isLast: False where others follow: then one answer can be for all.
    /// - Returns: Whether the person wants no more questions.
    /// - Throws: ``CommandFailure``.
    func run(_ name: AppName, isLast: Bool) async throws -> Bool {
        let namespace = access.namespace(of: name)
        let object = try await access.get(name)
        let answer = try confirm(Application(object), name, isLast: isLast)
        guard answer != .no else {
            Console.print("The command to delete '\(name)' was cancelled.")
            return false
        }
        try await access.store.update(name.name, in: namespace) { object in
            let finalizers =
                object.isBeingDeleted
                ? wish.finalizers(ofLeaving: object.finalizers)
                : wish.finalizers(instead: object.finalizers)
            guard finalizers != object.finalizers else { return }
            object["metadata", "finalizers"] = .array(finalizers.map { .string($0) })
        }
        var options = APIRequest.DeleteOptions()
        options.uid = object.uid
        try await access.store.delete(name.name, in: namespace, options)
        if waits { try await wait(name, object) }
        Console.print("application '\(name)' deleted")
        return answer == .all
    }

    /// Waits until it is gone, with this process at work where no controller is.
    private func wait(_ name: AppName, _ object: KubeObject) async throws {
        guard let work else { return try await wait(name, uid: object.uid) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await work(Application(object))
                // It ends only when it cannot go on.
                for await _ in AsyncStream<Never>.makeStream().stream {}
            }
            group.addTask { try await wait(name, uid: object.uid) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private enum Answer {
        case yes
        case no
        case all
    }

    /// Shows what goes, and asks a person who is there.
    private func confirm(_ application: Application, _ name: AppName, isLast: Bool) throws -> Answer {
        let isLeaving = application.metadata.deletionTimestamp != nil
        let resources = application.status.resources.filter { $0.health?.status != .missing }
        if isLeaving {
            Console.error("application '\(name)' is being deleted already")
        } else if wish.cascades {
            for resource in resources { Console.error(Self.fate(of: resource)) }
        } else if !resources.isEmpty {
            Console.error("its \(resources.count) resources stay")
        }
        // Where nobody can be asked, a cascade needs a yes; a deletion that leaves all in place does not.
        guard wish.cascades, !isConfirmed else { return .yes }
        guard Console.isInteractive else {
            throw CommandFailure(
                .guarded,
                "deleting application '\(name)' and its resources needs a yes: say --yes where nobody can be asked"
            )
        }
        let choices = isLast ? "[y/n]" : "[y/n/a] where 'a' is to delete all the others, too"
        Console.printRaw("Delete application '\(name)' and its \(resources.count) resources? \(choices) ")
        switch readLine()?.lowercased() ?? "" {
        case "y", "yes": return .yes
        case "a" where !isLast, "all" where !isLast: return .all
        default: return .no
        }
    }

    private static func fate(of resource: ResourceStatus) -> String {
        let isDefinition =
            resource.key.groupKind
            == GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition")
        if isDefinition { return "\(resource.key) stays: definitions are never deleted" }
        return resource.requiresDeletionConfirmation
            ? "\(resource.key) will be deleted once `app confirm-deletion` approves of it"
            : "\(resource.key) will be deleted"
    }

    /// Waits until it is gone, and names what holds it where it takes long.
    private func wait(_ name: AppName, uid: String) async throws {
        let clock = ContinuousClock()
        let deadline = timeout.map { clock.now.advanced(by: $0) }
        while true {
            let left = deadline.map { clock.now.duration(to: $0) } ?? Self.patience
            let sight = try await access.store.look(
                at: name.name, in: access.namespace(of: name), timeout: min(left, Self.patience)
            ) { object in object?.uid == uid ? nil : true }
            guard case .timedOut(let object) = sight else { return }
            let holders = try await holders(of: object)
            guard let deadline, clock.now >= deadline else {
                holders.forEach { Console.error("waiting: \($0)") }
                continue
            }
            throw CommandFailure(
                .timedOut,
                (["timed out after \((timeout ?? .zero).goText): application '\(name)' is still there"]
                    + holders)
                    .joined(separator: "; "))
        }
    }

    /// What holds a deletion: finalizers, whose they are, and objects that do not go.
    private func holders(of object: KubeObject?) async throws -> [String] {
        guard let object else { return [] }
        let failures = Application(object).status.conditions.filter { $0.kind == .deletionError }
        var holders = failures.map(\.message)
        holders += object.finalizers.map {
            "held by finalizer \($0), which is removed by \(DeletionWish.owner(of: $0))"
        }
        let live = LiveObjects(access.connection.cluster)
        for resource in Application(object).status.resources.prefix(Self.shownHolders) {
            guard let found = try await live.find(resource.key), found.isBeingDeleted else { continue }
            let finalizers = found.finalizers.joined(separator: ", ")
            holders.append(
                "\(resource.key) is being deleted" + (finalizers.isEmpty ? "" : ", held by \(finalizers)")
                    + found.ownersText)
        }
        return holders
    }
}

extension KubeObject {
    /// `, owned by apps/Deployment web`
    fileprivate var ownersText: String {
        let owners = self["metadata", "ownerReferences"]?.array?.map { reference in
            "\(reference["kind"]?.string ?? "") \(reference["name"]?.string ?? "")"
        }
        return owners.map { $0.isEmpty ? "" : ", owned by \($0.joined(separator: ", "))" } ?? ""
    }
}

extension AppDeleteCommand {
    /// What is asked for of an Application.
    func deletion(by access: ApplicationAccess) -> ControllerDeletion {
        let policy: DeletionWish.Policy? =
            switch propagationPolicy {
            case .foreground: .foreground
            case .background: .background
            case .orphan, nil: nil
            }
        return ControllerDeletion(
            access: access, wish: DeletionWish(cascades: cascade, policy: policy), isConfirmed: yes,
            waits: true, timeout: timeout == .zero ? nil : timeout)
    }

    /// Deletes Applications, one after the other.
    func deleteByController() async throws {
        try await cluster.withApplications(in: proof.appNamespace) { access in
            var deletion = deletion(by: access)
            deletion.waits = request.wait
            let chosen = try await access.names(names, request.filter)
            for (index, name) in chosen.enumerated() {
                let answersAll = try await deletion.run(name, isLast: index == chosen.count - 1)
                if answersAll { deletion.isConfirmed = true }
            }
        }
    }
}

/// What `app delete` takes where a controller does the work.
struct DeletionRequestOptions: ParsableArguments {
    @OptionGroup var filter: ApplicationFilterOptions

    @Flag(help: "Wait until it is gone.")
    var wait = false
}
