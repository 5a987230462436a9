import KubeCore

/// Kinds that extend the API: APIService, CustomResourceDefinition.
extension Health {
    static func apiService(_ object: KubeObject) -> Health {
        guard let available = object.conditions.first(where: { $0.type == "Available" }) else {
            return Health(.progressing, "Waiting to be processed")
        }
        let isAvailable = available.truth == .yes
        return Health(isAvailable ? .healthy : .progressing, "\(available.reason): \(available.message)")
    }

    /// Judges a CustomResourceDefinition: healthy once the server serves its kind.
    static func definition(_ object: KubeObject) -> Health {
        if object.isBeingDeleted || object.trueCondition("Terminating") != nil {
            let message = object.trueCondition("Terminating")?.message ?? ""
            return Health(
                .progressing, message.isEmpty ? "CRD is terminating" : "CRD is terminating: \(message)")
        }
        let conditions = object.conditions
        if conditions.isEmpty { return Health(.progressing, "Status conditions not found") }
        let established = conditions.first { $0.type == "Established" }
        if let established, established.truth == .no, established.reason == "Installing" {
            return Health(.progressing, "CRD is being installed")
        }
        if let names = conditions.first(where: { $0.type == "NamesAccepted" && $0.truth == .no }) {
            return Health(.degraded, "CRD names have not been accepted: \(names.message)")
        }
        if let violations = object.trueCondition("NonStructuralSchema") {
            return Health(.degraded, "Schema violations found: \(violations.message)")
        }
        guard established?.truth == .yes else { return Health(.degraded, "CRD is not established") }
        return Health(.healthy, "CRD is healthy")
    }
}
