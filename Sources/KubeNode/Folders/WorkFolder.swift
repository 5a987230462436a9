import FoundationEssentials

/// The folder of a pod on this machine: one for each container, one for each volume, for nobody else's eyes.
struct WorkFolder: Sendable {
    /// Where a process begins.
    enum Place: Hashable, Sendable {
        /// In the container's folder.
        case root
        case below(RelativePath)
        /// Anywhere on the machine.
        case ofMachine(String)
    }

    let path: String

    /// The folder of a container.
    static func root(of container: String, in folder: String) -> String {
        "\(folder)/containers/\(container)"
    }

    private func volume(_ name: String) -> String { "\(path)/volumes/\(name)" }

    /// Makes everything that a pod needs.
    func prepare(_ plan: PodPlan) throws(PlanFailure) {
        do {
            try makeFolder(path)
            for volume in plan.volumes { try make(volume) }
            for container in plan.initial + plan.main { try prepare(container, plan.volumes) }
        } catch let failure as PlanFailure {
            throw failure
        } catch {
            throw PlanFailure(.container, "the pod's folder \(path) cannot be made: \(error)")
        }
    }

    /// Takes the folder away; one that cannot be, stays for the next start of the node.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    private func makeFolder(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    private func make(_ volume: VolumePlan) throws {
        guard case .files(let files) = volume.content else { return }
        let folder = self.volume(volume.name)
        try makeFolder(folder)
        for file in files {
            let path = "\(folder)/\(file.path)"
            try makeFolder(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
            guard
                FileManager.default.createFile(
                    atPath: path, contents: Data(file.content),
                    attributes: [.posixPermissions: Int(file.mode)])
            else {
                throw PlanFailure(.container, "volume \(volume.name): \(file.path) cannot be written")
            }
        }
    }

    private func prepare(_ container: ContainerPlan, _ volumes: [VolumePlan]) throws {
        let root = Self.root(of: container.name, in: path)
        try makeFolder(root)
        for mount in container.mounts {
            guard let volume = volumes.first(where: { $0.name == mount.volume }) else {
                throw PlanFailure(
                    .container, "container \(container.name): there is no volume \(mount.volume)")
            }
            var target =
                switch volume.content {
                case .files: self.volume(volume.name)
                case .hostPath(let path): path
                }
            if let part = mount.part {
                target += "/\(part.text)"
                if !FileManager.default.fileExists(atPath: target) { try makeFolder(target) }
            }
            let place = "\(root)/\(mount.place.text)"
            try makeFolder(String(place[..<(place.lastIndex(of: "/") ?? place.endIndex)]))
            try FileManager.default.createSymbolicLink(atPath: place, withDestinationPath: target)
        }
    }
}

extension ContainerPlan {
    /// The path at which the process begins, in a folder of the pod.
    func workingFolder(in pod: WorkFolder) -> String {
        let root = WorkFolder.root(of: name, in: pod.path)
        return switch folder {
        case .root: root
        case .below(let path): "\(root)/\(path.text)"
        case .ofMachine(let path): path
        }
    }
}
