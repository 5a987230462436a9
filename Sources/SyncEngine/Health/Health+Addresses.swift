import KubeCore

/// Kinds that something outside has to provide for: Service, Ingress, PersistentVolumeClaim.
extension Health {
    /// Only a Service of type LoadBalancer waits for anybody.
    static func service(_ object: KubeObject) -> Health {
        let waits = object["spec", "type"]?.string == "LoadBalancer" && !object.hasLoadBalancer
        return Health(waits ? .progressing : .healthy)
    }

    static func ingress(_ object: KubeObject) -> Health {
        Health(object.hasLoadBalancer ? .healthy : .progressing)
    }

    static func persistentVolumeClaim(_ object: KubeObject) -> Health {
        switch object["status", "phase"]?.string {
        case "Bound": Health(.healthy)
        case "Pending": Health(.progressing)
        case "Lost": Health(.degraded)
        default: Health(.unknown)
        }
    }
}

extension KubeObject {
    /// Whether an address was given to a Service or an Ingress.
    fileprivate var hasLoadBalancer: Bool {
        self["status", "loadBalancer", "ingress"]?.array?.isEmpty == false
    }
}
