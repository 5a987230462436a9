import KubeCore

/// A container as a process: what to execute, where, and with what.
struct ContainerPlan: Hashable, Sendable {
    /// A volume at a place in the container's folder.
    struct Mount: Hashable, Sendable {
        var volume: String
        /// Below the container's folder.
        var place: RelativePath
        /// What of the volume; `nil` for all of it.
        var part: RelativePath?
    }

    var name: String
    /// The program, and its arguments.
    var command: [String]
    var environment: [String: String]
    /// Where the process begins.
    var folder: WorkFolder.Place
    var mounts: [Mount]

    /// With this annotation, volumes that belong at absolute paths are found below `$SYNCCTL_ROOT`.
    static let mountsAnnotation = "syncctl.dev/mounts"

    /// - Parameters:
    ///   - container: Of the pod's spec.
    ///   - pod: Whose container it is.
    ///   - values: Of the pod's ConfigMaps and Secrets.
    ///   - root: The folder that the container will have.
    ///   - path: Where programs are looked for.
    /// - Throws: What is missing, or what a process cannot have.
    init(
        _ container: JSONValue, of pod: KubeObject, _ values: PodValues, root: String, path: String
    ) throws(PlanFailure) {
        name = container["name"]?.string ?? ""
        let basis = ["PATH": path, "HOME": root, "SYNCCTL_ROOT": root, "HOSTNAME": pod.name]
        let environment = try EnvironmentPlan(container, of: pod, values, basis: basis).variables
        self.environment = environment
        func expanded(_ member: String) -> [String] {
            (container[member]?.array ?? []).compactMap(\.string).map { text in
                Expansion.expand(text) { environment[$0] }
            }
        }
        let program = expanded("command")
        guard !program.isEmpty else {
            throw PlanFailure(
                .container,
                "container \(name) has no command: images are not pulled here, so nobody knows what theirs is; "
                    + "say command")
        }
        command = program + expanded("args")
        mounts = try Self.mounts(container, of: pod, environment)
        folder = try Self.folder(container, mounts)
    }

    private static func mounts(
        _ container: JSONValue, of pod: KubeObject, _ environment: [String: String]
    ) throws(PlanFailure) -> [Mount] {
        let isRelative = pod.annotation(mountsAnnotation) == "relative"
        return try (container["volumeMounts"]?.array ?? []).map { mount throws(PlanFailure) in
            let path = mount["mountPath"]?.string ?? ""
            guard !path.hasPrefix("/") || isRelative else {
                throw PlanFailure(
                    .container,
                    "container \(container["name"]?.string ?? "") wants a volume at \(path), which a local process "
                        + "cannot have; with the annotation \(mountsAnnotation): relative on the pod it is at "
                        + "$SYNCCTL_ROOT\(path)")
            }
            guard let place = RelativePath(path) else {
                throw PlanFailure(.container, "no volume can be at \"\(path)\"")
            }
            var part: RelativePath?
            let expression = mount["subPathExpr"]?.string.map { text in
                Expansion.expand(text) { environment[$0] }
            }
            if let text = mount["subPath"]?.string ?? expression, !text.isEmpty {
                part = RelativePath(text)
                if part == nil { throw PlanFailure(.container, "\"\(text)\" is no part of a volume") }
            }
            return Mount(volume: mount["name"]?.string ?? "", place: place, part: part)
        }
        // What is mounted inside another mount comes after it.
        .sorted { $0.place.text < $1.place.text }
    }

    private static func folder(_ container: JSONValue, _ mounts: [Mount]) throws(PlanFailure)
        -> WorkFolder.Place
    {
        guard let text = container["workingDir"]?.string, !text.isEmpty, text != "/" else { return .root }
        guard let path = RelativePath(text) else {
            throw PlanFailure(.container, "\"\(text)\" is no working directory")
        }
        let isMounted = mounts.contains {
            path.text == $0.place.text || path.text.hasPrefix($0.place.text + "/")
        }
        return text.hasPrefix("/") && !isMounted ? .ofMachine(text) : .below(path)
    }
}
