public import KubeCore

/// What holds for all Applications of an installation: the ConfigMap `argocd-cm`, as far as it is heeded here.
///
/// What can't be read is left out, and is one of ``problems`` (I7).
public struct InstallationSettings: Hashable, Sendable {
    /// A project whose rules are those of other projects, too (S204).
    public struct GlobalProject: Hashable, Sendable {
        /// Of which.
        public var selector: LabelSelector
        /// Its own name.
        public var name: String
    }

    /// Whether objects are written in the name of a ServiceAccount that the project says (S206).
    public enum Impersonation: Hashable, Sendable {
        case off
        /// Where the project says none, the controller writes in its own name.
        case optional
        /// Where the project says none, nothing is written.
        case enforced
    }

    /// The ConfigMap in the controller's namespace.
    public static let name = "argocd-cm"
    /// The member with the global projects, which is YAML.
    public static let globalProjectsMember = "globalProjects"

    public var globalProjects: [GlobalProject] = []
    public var impersonation = Impersonation.off
    public var problems: [FieldFailure] = []

    /// What holds where nothing is said.
    public init() {}

    /// Reads the ConfigMap.
    ///
    /// - Parameters:
    ///   - data: Its `data`.
    ///   - globalProjects: What ``globalProjectsMember`` says, read as YAML; `nil` if it is not there.
    public init(_ data: JSONObject, globalProjects: JSONValue?) {
        if data["application.sync.impersonation.enabled"]?.string == "true" {
            let isEnforced = data["application.sync.impersonation.enforced"]?.string == "true"
            impersonation = isEnforced ? .enforced : .optional
        }
        guard let globalProjects, !globalProjects.isNull else { return }
        var reader = LenientReader(["globalProjects": globalProjects], at: "data")
        self.globalProjects = reader.list("globalProjects", GlobalProject.init)
        problems = reader.problems
    }
}

extension InstallationSettings.GlobalProject {
    init?(_ reader: inout LenientReader) {
        name = reader.text("projectName")
        guard !name.isEmpty else {
            reader.note("projectName", "is missing")
            return nil
        }
        // Without one it is for all.
        let selector = reader.part("labelSelector") { $0.others } ?? JSONObject()
        do throws(SelectorFailure) {
            self.selector = try LabelSelector(selector)
        } catch {
            reader.note("labelSelector", "\(error)")
            return nil
        }
    }
}

extension AppProject {
    /// The project with the rules of the global ones that are for it (S204).
    ///
    /// - Parameters:
    ///   - settings: Say which are.
    ///   - project: A project by its name; one that is not there adds nothing.
    /// - Returns: With the lists of all united.
    public func merged(
        _ settings: InstallationSettings, project: (_ name: String) -> AppProject?
    ) -> AppProject {
        var merged = self
        for global in settings.globalProjects where global.name != name && global.selector.matches(labels) {
            if let other = project(global.name) { merged.add(other) }
        }
        return merged
    }

    private mutating func add(_ other: AppProject) {
        sourceRepositories += other.sourceRepositories
        destinations += other.destinations
        kinds.clusterWhitelist += other.kinds.clusterWhitelist
        kinds.clusterBlacklist += other.kinds.clusterBlacklist
        if kinds.namespaceWhitelist != nil || other.kinds.namespaceWhitelist != nil {
            kinds.namespaceWhitelist =
                (kinds.namespaceWhitelist ?? []) + (other.kinds.namespaceWhitelist ?? [])
        }
        kinds.namespaceBlacklist += other.kinds.namespaceBlacklist
        syncWindows += other.syncWindows
    }
}
