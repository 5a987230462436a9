import KubeCore

/// A pod as folders and processes.
struct PodPlan: Hashable, Sendable {
    /// One after the other, before the main ones.
    var initial: [ContainerPlan]
    /// Side by side.
    var main: [ContainerPlan]
    var volumes: [VolumePlan]

    /// - Parameters:
    ///   - pod: What is to run.
    ///   - values: Of its ConfigMaps and Secrets.
    ///   - folder: The pod's folder on this machine.
    ///   - path: Where programs are looked for.
    /// - Throws: What is missing, or what a process cannot have.
    init(_ pod: KubeObject, _ values: PodValues, folder: String, path: String) throws(PodPlanFailure) {
        func plans(_ list: KubeObject.ContainerList) throws(PodPlanFailure) -> [ContainerPlan] {
            try pod.containers(list).map { container throws(PodPlanFailure) in
                let name = container["name"]?.string ?? ""
                do throws(PlanFailure) {
                    return try ContainerPlan(
                        container, of: pod, values, root: WorkFolder.root(of: name, in: folder), path: path)
                } catch {
                    throw PodPlanFailure(container: name, failure: error)
                }
            }
        }
        initial = try plans(.initial)
        main = try plans(.main)
        let mounted = Set((initial + main).flatMap(\.mounts).map(\.volume))
        do throws(PlanFailure) {
            volumes = try (pod["spec", "volumes"]?.array ?? []).filter {
                mounted.contains($0["name"]?.string ?? "")
            }
            .map { volume throws(PlanFailure) in try VolumePlan(volume, of: pod, values) }
        } catch {
            throw PodPlanFailure(container: nil, failure: error)
        }
    }
}

/// Why a pod cannot be run, or not yet.
struct PodPlanFailure: Error, Hashable, Sendable {
    /// `nil` if it is about all of them.
    var container: String?
    var failure: PlanFailure
}
