import KubeCore
import KubeYAML

/// What an installation consists of: the manifests that this program carries, fitted to the place where they go.
struct Installation: Equatable {
    /// Where the controller may deploy.
    enum Reach: Equatable {
        case everywhere
        /// Only into these namespaces, besides its own.
        case namespaces([String])
    }

    /// What becomes of an object that is there already.
    enum Precedence: Equatable {
        /// It is made what the manifest says.
        case manifest
        /// It stays as it is: it may have been changed on purpose.
        case live
        /// It stays as it is, unless an installation made it: Argo CD has the same definitions.
        case liveIfForeign
    }

    /// One object of the installation.
    struct Part: Equatable {
        var object: KubeObject
        var precedence = Precedence.manifest
    }

    /// The controller's own; Applications are looked for there.
    var namespace = Installation.home
    /// Instead of the one that the manifests name.
    var image: String?
    var reach = Reach.everywhere
    /// Whether git hosts can tell of pushes.
    var hearsPushes = false

    /// The namespace that the manifests name. It is Argo CD's, so that the manifests of Applications which people have
    /// go on to work.
    static let home = "argocd"
    /// The name of the Deployment, and of everything that goes with it.
    static let controller = "syncctl-controller"

    /// Every object, in the order in which they can be applied.
    ///
    /// - Returns: Definitions first, the Deployment last.
    /// - Throws: ``YAMLFailure``, which would be a fault of the program.
    func parts() throws(YAMLFailure) -> [Part] {
        var parts: [Part] = []
        for file in files {
            for document in try YAMLStream.documents(in: file) {
                guard let object = document.value.object else { continue }
                parts.append(part(KubeObject(object)))
            }
        }
        if case .namespaces(let destinations) = reach {
            // The Deployment stays the last.
            parts.insert(contentsOf: try rights(in: destinations), at: parts.count - 1)
        }
        return parts
    }

    private var files: [[UInt8]] {
        var files = [
            PackageResources.application_yaml, PackageResources.appproject_yaml,
            PackageResources.namespace_yaml, PackageResources.service_account_yaml,
            PackageResources.role_yaml, PackageResources.role_binding_yaml,
        ]
        if reach == .everywhere {
            files += [PackageResources.cluster_role_yaml, PackageResources.cluster_role_binding_yaml]
        }
        if hearsPushes {
            files += [PackageResources.webhook_service_yaml, PackageResources.webhook_network_policy_yaml]
        }
        return files + [
            PackageResources.default_project_yaml, PackageResources.service_yaml,
            PackageResources.network_policy_yaml, PackageResources.deployment_yaml,
        ]
    }

    /// What lets the controller deploy into namespaces.
    private func rights(in destinations: [String]) throws(YAMLFailure) -> [Part] {
        var parts: [Part] = []
        for file in [
            PackageResources.destination_role_yaml, PackageResources.destination_role_binding_yaml,
        ] {
            for document in try YAMLStream.documents(in: file) {
                guard let members = document.value.object else { continue }
                for destination in destinations {
                    var object = KubeObject(members)
                    object.namespace = destination
                    parts.append(part(object))
                }
            }
        }
        return parts
    }

    private func part(_ object: KubeObject) -> Part {
        var object = object
        if object.namespace == Self.home { object.namespace = namespace }
        if let subjects = object["subjects"]?.array { object["subjects"] = .array(subjects.map(placed)) }
        switch object.kind {
        case "CustomResourceDefinition":
            return Part(object: object, precedence: .liveIfForeign)
        case "AppProject":
            return Part(object: object, precedence: .live)
        case "Namespace":
            object.name = namespace
            return Part(object: object, precedence: .live)
        case "ClusterRoleBinding" where namespace != Self.home:
            // Two installations in one cluster: each has its own.
            object.name += "-\(namespace)"
        case "Deployment":
            setContainer(of: &object)
        default:
            break
        }
        return Part(object: object)
    }

    private func placed(_ subject: JSONValue) -> JSONValue {
        guard var members = subject.object, members["namespace"] == .string(Self.home) else { return subject }
        members["namespace"] = .string(namespace)
        return .object(members)
    }

    /// The image, which namespaces the controller watches and writes, and the port for pushes.
    private func setContainer(of deployment: inout KubeObject) {
        let containers = deployment["spec", "template", "spec", "containers"]?.array ?? []
        deployment["spec", "template", "spec", "containers"] = .array(
            containers.map { container in
                guard var members = container.object else { return container }
                if let image { members["image"] = .string(image) }
                members["args"] = .array((members["args"]?.array ?? []) + arguments.map { .string($0) })
                if hearsPushes {
                    members["ports"] = .array((members["ports"]?.array ?? []) + [Self.webhookPort.json])
                }
                return .object(members)
            })
    }

    private var arguments: [String] {
        let namespaces =
            switch reach {
            case .everywhere: [String]()
            case .namespaces(let destinations):
                (destinations.isEmpty ? [namespace] : destinations).flatMap {
                    ["--destination-namespace", $0]
                }
            }
        return namespaces + (hearsPushes ? ["--webhook-port", "\(Self.webhookPort.number)"] : [])
    }

    /// Where a controller is told of pushes: what the Service for them names.
    private static let webhookPort = (
        number: 8083, json: ["name": "webhook", "containerPort": 8083, "protocol": "TCP"] as JSONValue
    )
}
