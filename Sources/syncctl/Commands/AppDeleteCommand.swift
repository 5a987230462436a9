import ArgumentParser
import KubeClient
import KubeCore
import SyncController
import SyncEngine

/// `syncctl app delete NAME`
struct AppDeleteCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete", abstract: "Deletes everything that belongs to an application.",
        discussion: """
            Objects go wave by wave, the highest first; the next wave begins when the one before is gone. \
            CustomResourceDefinitions and objects with the sync option Delete=false or Delete=confirm, or with \
            helm.sh/resource-policy: keep, stay.

            Where there is an Application of that name, it is deleted with its objects, with PreDelete hooks before and \
            PostDelete hooks after, and definitions and objects of others stay. Without --core its controller does that, \
            and --wait waits for it and names what holds it up; with --core this process does it, and waits.

            Examples:
            syncctl app delete shop --wait
            syncctl app delete shop --core --dest-namespace shop
            """)

    @Argument(help: "The applications: NAME or NAMESPACE/NAME.")
    var names: [AppName] = []

    @Flag(help: "Delete from this process, without a controller in the cluster.")
    var core = false

    @Option(help: "Namespace of the application's objects; else the context's.")
    var destNamespace: String?

    @Option(help: "false: only the application goes, its objects stay.")
    var cascade = true

    @Option(
        name: [.customShort("p"), .long],
        help: "How deletions reach dependents: foreground, background or orphan.")
    var propagationPolicy: PropagationPolicy?

    @Flag(name: [.short, .long], help: "Do not ask.")
    var yes = false

    @Option(help: "How long it may take, e.g. 5m; 0 means no limit.", transform: DurationArgument.parse)
    var timeout: Duration = .zero

    @OptionGroup(title: "By a controller") var request: DeletionRequestOptions
    @OptionGroup(title: "Repositories") var proof: RepositoryProof
    @OptionGroup(title: "What sources may reach") var rendering: RenderArguments
    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    func validate() throws {
        if core || cluster.embedded {
            guard names.count == 1 else {
                throw ValidationError("with --core one application is deleted: name it")
            }
        } else {
            guard !names.isEmpty || request.filter.selector != nil else {
                throw ValidationError("name an Application, or choose some by --selector")
            }
            guard propagationPolicy != .orphan else {
                throw ValidationError(
                    "orphan is for --core: a controller leaves objects alone by --cascade=false")
            }
        }
    }

    func run() async throws {
        guard core || cluster.embedded else { return try await deleteByController() }
        guard let name = names.first else { throw CommandFailure(.usage, "name the application") }
        try await cluster.connected { try await delete(name, $0) }
    }

    private func delete(_ name: AppName, _ connection: Connection) async throws {
        guard try await !deleteOwn(name, on: connection) else { return }
        guard cascade else {
            Console.print(
                "application '\(name.name)' has no object of its own in the cluster; its resources stay")
            return
        }
        let tracking = Tracking(
            application: name.instance, destinationNamespace: destNamespace ?? connection.namespace)
        let session = DeletionSession(
            cluster: connection.cluster, tracking: tracking,
            propagation: (propagationPolicy ?? .foreground).propagation,
            timeout: timeout == .zero ? nil : timeout)
        do {
            let (plan, live, unlisted) = try await session.prepare()
            unlisted.warn("objects of theirs are not seen and stay")
            try confirm(name, plan, unlisted)
            let outcome = try await session.run(plan, live: live, report: AppDeleteCommand.show)
            try conclude(name, outcome, unlisted)
        } catch let failure as ClientFailure {
            throw CommandFailure(unreachable: failure)
        }
    }

    /// Shows what goes, and asks on a terminal.
    private func confirm(_ name: AppName, _ plan: DeletionPlan, _ unlisted: [GroupKind]) throws {
        guard !plan.items.isEmpty || unlisted.isEmpty else {
            throw CommandFailure(
                .unavailable,
                "nothing is seen of application '\(name.name)', and \(unlisted.count) kinds may not be listed"
            )
        }
        guard !plan.items.isEmpty else {
            throw CommandFailure(.failed, "nothing in the cluster is tracked to application '\(name.name)'")
        }
        let going = plan.items.filter { $0.keptBecause == nil }
        going.forEach { Console.print("\($0.key) will be deleted (wave \($0.wave))") }
        plan.items.forEach { item in
            if let reason = item.keptBecause { Console.print("\(item.key) stays: \(reason)") }
        }
        guard !yes, !going.isEmpty else { return }
        guard Console.isInteractive else {
            throw CommandFailure(
                .guarded, "deleting \(going.count) objects needs a yes: say --yes where nobody can be asked")
        }
        Console.printRaw("Delete application '\(name.name)' and its \(going.count) objects? [y/n] ")
        let answer = readLine()?.lowercased() ?? ""
        guard answer == "y" || answer == "yes" else {
            Console.print("The deletion of application '\(name.name)' was cancelled")
            ExitStatus.exit(.done)
        }
    }

    private static func show(_ event: DeletionSession.Event) {
        switch event {
        case .deleting:
            break
        case .deleted(let key):
            Console.print("\(key) deleted")
        case .refused(let key, let reason):
            Console.error("error: \(key) could not be deleted: \(reason)")
        case .waiting(let held):
            for (key, finalizers) in held.sorted(by: { $0.key < $1.key }) {
                let holders = finalizers.isEmpty ? "" : ", held by \(finalizers.joined(separator: ", "))"
                Console.error("waiting for \(key) to go\(holders)")
            }
        }
    }

    private func conclude(
        _ name: AppName, _ outcome: DeletionSession.Outcome, _ unlisted: [GroupKind]
    ) throws {
        if !outcome.left.isEmpty {
            let left = outcome.left.sorted { $0.key < $1.key }.map { key, finalizers in
                "\(key)" + (finalizers.isEmpty ? "" : " (held by \(finalizers.joined(separator: ", ")))")
            }
            throw CommandFailure(
                .timedOut, "timed out after \(timeout.goText); still there: \(left.joined(separator: "; "))")
        }
        guard outcome.refused.isEmpty else {
            throw CommandFailure(.failed, "\(outcome.refused.count) objects could not be deleted")
        }
        let extent =
            unlisted.isEmpty ? "" : ", as far as it can be seen: \(unlisted.count) kinds may not be listed"
        Console.print("application '\(name.name)' deleted\(extent)")
    }
}

enum PropagationPolicy: String, ExpressibleByArgument, CaseIterable {
    case foreground
    case background
    case orphan

    var propagation: APIRequest.DeleteOptions.Propagation {
        switch self {
        case .foreground: .foreground
        case .background: .background
        case .orphan: .orphan
        }
    }
}
