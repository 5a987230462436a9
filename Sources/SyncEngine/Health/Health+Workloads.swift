import KubeCore

/// The four kinds of `apps` that keep Pods running: healthy once the rollout of the last generation is
/// through.
extension Health {
    static func deployment(_ object: KubeObject) -> Health {
        if object["spec", "paused"]?.bool == true { return Health(.suspended, "Deployment is paused") }
        if object.isAheadOfStatus {
            return waitingForRollout("observed deployment generation less than desired generation")
        }
        let deadline = object.conditions.first { $0.type == "Progressing" }
        if deadline?.reason == "ProgressDeadlineExceeded" {
            return Health(.degraded, "Deployment \"\(object.name)\" exceeded its progress deadline")
        }
        let updated = object.statusCount("updatedReplicas")
        if let wanted = object["spec", "replicas"]?.int, updated < wanted {
            return waitingForRollout("\(updated) out of \(wanted) new replicas have been updated...")
        }
        let replicas = object.statusCount("replicas")
        if replicas > updated {
            let old = replicas.reduced(by: updated)
            return waitingForRollout("\(old) old replicas are pending termination...")
        }
        let available = object.statusCount("availableReplicas")
        if available < updated {
            return waitingForRollout("\(available) of \(updated) updated replicas are available...")
        }
        return Health(.healthy)
    }

    static func replicaSet(_ object: KubeObject) -> Health {
        if object.isAheadOfStatus {
            return waitingForRollout("observed replica set generation less than desired generation")
        }
        if let failure = object.trueCondition("ReplicaFailure") { return Health(.degraded, failure.message) }
        let available = object.statusCount("availableReplicas")
        if let wanted = object["spec", "replicas"]?.int, available < wanted {
            return waitingForRollout("\(available) out of \(wanted) new replicas are available...")
        }
        return Health(.healthy)
    }

    static func statefulSet(_ object: KubeObject) -> Health {
        if object.statusCount("observedGeneration") == 0 || object.isAheadOfStatus {
            return Health(.progressing, "Waiting for statefulset spec update to be observed...")
        }
        let wanted = object["spec", "replicas"]?.int
        let ready = object.statusCount("readyReplicas")
        if let wanted, ready < wanted {
            return Health(.progressing, "Waiting for \(wanted.reduced(by: ready)) pods to be ready...")
        }
        let updated = object.statusCount("updatedReplicas")
        switch object["spec", "updateStrategy", "type"]?.string {
        case "RollingUpdate":
            guard let rolling = object["spec", "updateStrategy", "rollingUpdate"]?.object else { break }
            if let wanted, let partition = rolling["partition"]?.int {
                let due = wanted.reduced(by: partition)
                if updated < due { return partitionedRollout(updated: updated, of: due) }
            }
            return Health(.healthy, "partitioned roll out complete: \(updated) new pods have been updated...")
        case "OnDelete":
            return Health(.healthy, "statefulset has \(ready) ready pods")
        default:
            break
        }
        return revisionRollout(object, updated: updated)
    }

    static func daemonSet(_ object: KubeObject) -> Health {
        if object.isAheadOfStatus {
            return waitingForRollout("observed daemon set generation less than desired generation")
        }
        let updated = object.statusCount("updatedNumberScheduled")
        let wanted = object.statusCount("desiredNumberScheduled")
        if object["spec", "updateStrategy", "type"]?.string == "OnDelete" {
            return Health(.healthy, "daemon set \(updated) out of \(wanted) new pods have been updated")
        }
        let prefix = "Waiting for daemon set \"\(object.name)\" rollout to finish: "
        if updated < wanted {
            return Health(.progressing, "\(prefix)\(updated) out of \(wanted) new pods have been updated...")
        }
        let available = object.statusCount("numberAvailable")
        if available < wanted {
            return Health(.progressing, "\(prefix)\(available) of \(wanted) updated pods are available...")
        }
        return Health(.healthy)
    }

    private static func waitingForRollout(_ what: String) -> Health {
        Health(.progressing, "Waiting for rollout to finish: \(what)")
    }

    private static func partitionedRollout(updated: Int64, of due: Int64) -> Health {
        Health(
            .progressing,
            "Waiting for partitioned roll out to finish: \(updated) out of \(due) new pods have been updated..."
        )
    }

    /// A stateful set without a `rollingUpdate` block goes by its revisions.
    private static func revisionRollout(_ object: KubeObject, updated: Int64) -> Health {
        let current = object["status", "currentRevision"]?.string ?? ""
        let next = object["status", "updateRevision"]?.string ?? ""
        guard next == current else {
            return Health(
                .progressing,
                "waiting for statefulset rolling update to complete \(updated) pods at revision \(next)...")
        }
        let replicas = object.statusCount("currentReplicas")
        return Health(
            .healthy, "statefulset rolling update complete \(replicas) pods at revision \(current)...")
    }
}

extension Int64 {
    /// The difference; at the limits where it does not fit, since counts come from outside (I7).
    fileprivate func reduced(by other: Int64) -> Int64 {
        let (difference, overflow) = subtractingReportingOverflow(other)
        guard overflow else { return difference }
        return other > 0 ? .min : .max
    }
}
