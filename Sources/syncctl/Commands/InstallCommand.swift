import ArgumentParser
import KubeClient
import KubeCore
import KubeYAML

/// `syncctl install`
struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Installs the controller in a cluster: definitions, rights and the Deployment.",
        discussion: """
            Applies the manifests that are part of this program, by server-side apply; again is an upgrade. \
            Definitions of Argo CD, the namespace and the project `default` are left as they are where they exist.

            Without --namespaced the controller may do everything in the cluster. With it, it may work in its own \
            namespace and in those that --destination names, and nowhere else.

            Example: syncctl install --namespaced --destination shop --wait
            """)

    @Flag(help: "Give the controller rights in namespaces only, and none in the cluster.")
    var namespaced = false

    @Option(
        help: "With --namespaced, a namespace into which it may deploy; can be given more than once.")
    var destination: [String] = []

    @Option(help: "The controller's image, if it is not syncctl:\(Version.text).")
    var image: String?

    @Flag(
        help: ArgumentHelp(
            "Open port 8083 for pushes that git hosts tell of, with a Service.",
            discussion: """
                They are heard with the secrets of argocd-secret only. Put an Ingress that encrypts before the Service \
                syncctl-controller-webhook.
                """))
    var webhook = false

    @Flag(help: "Have the server check everything, and write nothing.")
    var dryRun = false

    @Option(name: .shortAndLong, help: "yaml: print the manifests, and talk to no cluster.")
    var output: InstallOutput?

    @Flag(help: "Wait until the controller is available.")
    var wait = false

    @Option(
        help: "How long definitions and --wait may take, e.g. 5m.", transform: DurationArgument.parse)
    var timeout: Duration = .seconds(300)

    @Flag(help: "Take over fields that another program has set to something else.")
    var forceConflicts = false

    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    func validate() throws {
        guard namespaced || destination.isEmpty else {
            throw ValidationError("--destination is for --namespaced: without it every namespace is one")
        }
        guard !dryRun || !wait else {
            throw ValidationError("--wait cannot be combined with --dry-run, which makes nothing to wait for")
        }
    }

    func run() async throws {
        let parts = try parts()
        if output == .yaml { return Console.print(Self.text(parts)) }
        try await cluster.connected { connection in
            do throws(InstallFailure) {
                try await install(
                    parts,
                    Installer(
                        cluster: connection.cluster, isDryRun: dryRun, takesFields: forceConflicts))
            } catch {
                throw CommandFailure(error)
            }
        }
    }

    private func install(_ parts: [Installation.Part], _ installer: Installer) async throws(InstallFailure) {
        let deadline = ContinuousClock.now + timeout
        try await installer.apply(parts, before: deadline) { object, outcome in
            Console.print("\(object.key) \(outcome.text)\(dryRun ? " (dry run)" : "")")
        }
        guard wait else { return }
        for part in parts where part.object.kind == "Deployment" {
            try await installer.wait(for: part.object, before: deadline)
            Console.print("\(part.object.key) is available")
        }
    }

    private func parts() throws -> [Installation.Part] {
        var installation = Installation()
        if let namespace = cluster.namespace { installation.namespace = namespace }
        installation.image = image
        installation.hearsPushes = webhook
        if namespaced { installation.reach = .namespaces(destination) }
        return try installation.parts()
    }

    private static func text(_ parts: [Installation.Part]) -> String {
        parts.map { YAMLText(.object($0.object.json)).lines.joined(separator: "\n") }
            .joined(separator: "\n---\n")
    }
}

/// What `-o` chooses where manifests are printed.
enum InstallOutput: String, ExpressibleByArgument, CaseIterable {
    case yaml
}

extension Installer.Outcome {
    var text: String {
        switch self {
        case .created: "created"
        case .configured: "configured"
        case .unchanged: "unchanged"
        case .kept: "is there already, and is left as it is"
        case .unchecked: "created, not checked by the server"
        }
    }
}

extension CommandFailure {
    init(_ failure: InstallFailure) {
        let subject = "\(failure.key)"
        switch failure.reason {
        case .degraded(let message):
            self.init(.failed, "\(subject) does not work: \(message)")
        case .late(let message):
            self.init(.timedOut, "timed out waiting for \(subject): \(message)")
        case .client(let client):
            guard let refusal = client.refusal, !refusal.isForbidden else {
                self.init(.unavailable, "\(subject) could not be applied: \(client)")
                return
            }
            guard refusal.isConflict else {
                self.init(.failed, "\(subject) could not be applied: \(refusal.message)")
                return
            }
            self.init(
                .guarded,
                "\(subject): \(refusal.message); --force-conflicts takes the fields over")
        }
    }
}
