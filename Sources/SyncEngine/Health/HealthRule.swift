import KubeCore

/// The kinds whose health we know by a rule of their own.
enum HealthRule: Hashable, Sendable, CaseIterable {
    case deployment, replicaSet, statefulSet, daemonSet
    case pod, service, persistentVolumeClaim, ingress
    case job, cronJob, workflow
    case autoscaler, disruptionBudget
    case apiService, customResourceDefinition

    static let definition = GroupKind(group: "apiextensions.k8s.io", kind: "CustomResourceDefinition")

    init?(_ kind: GroupKind) {
        switch (kind.group, kind.kind) {
        case ("apps", "Deployment"): self = .deployment
        case ("apps", "ReplicaSet"): self = .replicaSet
        case ("apps", "StatefulSet"): self = .statefulSet
        case ("apps", "DaemonSet"): self = .daemonSet
        case ("", "Pod"): self = .pod
        case ("", "Service"): self = .service
        case ("", "PersistentVolumeClaim"): self = .persistentVolumeClaim
        case ("networking.k8s.io", "Ingress"), ("extensions", "Ingress"): self = .ingress
        case ("batch", "Job"): self = .job
        case ("batch", "CronJob"): self = .cronJob
        case ("argoproj.io", "Workflow"): self = .workflow
        case ("autoscaling", "HorizontalPodAutoscaler"): self = .autoscaler
        case ("policy", "PodDisruptionBudget"): self = .disruptionBudget
        case ("apiregistration.k8s.io", "APIService"): self = .apiService
        case (Self.definition.group, Self.definition.kind): self = .customResourceDefinition
        default: return nil
        }
    }

    /// The versions whose status the rule can read; empty where the version does not matter (S168).
    var versions: Set<String> {
        switch self {
        case .deployment, .replicaSet, .statefulSet, .daemonSet: ["v1"]
        case .pod, .service, .persistentVolumeClaim, .job: ["v1"]
        case .autoscaler: ["v1", "v2"]
        case .apiService: ["v1", "v1beta1"]
        case .ingress, .cronJob, .workflow, .disruptionBudget, .customResourceDefinition: []
        }
    }

    /// What these rules read of a spec; of the rest of an object they read metadata and status alone.
    static let specMembers = ["paused", "replicas", "restartPolicy", "suspend", "type", "updateStrategy"]

    /// What messages call the kind; only reached by those that have versions.
    var nameInErrors: String {
        switch self {
        case .deployment: "Deployment"
        case .replicaSet: "ReplicaSet"
        case .statefulSet: "StatefulSet"
        case .daemonSet: "DaemonSet"
        case .pod: "Pod"
        case .service: "Service"
        case .persistentVolumeClaim: "PersistentVolumeClaim"
        case .ingress: "Ingress"
        case .job: "Job"
        case .cronJob: "CronJob"
        case .workflow: "Workflow"
        case .autoscaler: "HPA"
        case .disruptionBudget: "PodDisruptionBudget"
        case .apiService: "APIService"
        case .customResourceDefinition: "CustomResourceDefinition"
        }
    }

    /// Judges an object of this kind, in a version that the rule can read.
    func assess(_ object: KubeObject, isHook: Bool) -> Health {
        switch self {
        case .deployment: .deployment(object)
        case .replicaSet: .replicaSet(object)
        case .statefulSet: .statefulSet(object)
        case .daemonSet: .daemonSet(object)
        case .pod: .pod(object, isHook: isHook)
        case .service: .service(object)
        case .persistentVolumeClaim: .persistentVolumeClaim(object)
        case .ingress: .ingress(object)
        case .job: .job(object)
        case .cronJob: .cronJob(object)
        case .workflow: .workflow(object)
        case .autoscaler: .autoscaler(object)
        case .disruptionBudget: .disruptionBudget(object)
        case .apiService: .apiService(object)
        case .customResourceDefinition: .definition(object)
        }
    }
}
