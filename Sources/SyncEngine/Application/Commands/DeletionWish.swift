/// How an Application is to be deleted: by which finalizers (S185).
public struct DeletionWish: Hashable, Sendable {
    /// What becomes of its resources.
    public enum Policy: String, Hashable, Sendable, CaseIterable {
        case foreground
        case background
    }

    /// False: its resources stay.
    public var cascades: Bool
    /// `nil`: as the Application says already, else as the controller does it.
    public var policy: Policy?

    public init(cascades: Bool = true, policy: Policy? = nil) {
        self.cascades = cascades
        self.policy = policy
    }

    public static let resourcesFinalizer = "resources-finalizer.argocd.argoproj.io"

    /// The finalizers that the Application has to have before it is deleted.
    ///
    /// - Parameter finalizers: Those that it has.
    /// - Returns: The same, but for those that decide about its resources.
    public func finalizers(instead finalizers: [String]) -> [String] {
        let others = finalizers.filter { !Self.isAboutResources($0) }
        guard cascades else { return others }
        guard let policy else {
            return finalizers.contains(where: Self.isAboutResources)
                ? finalizers : others + [Self.resourcesFinalizer]
        }
        return others + ["\(Self.resourcesFinalizer)/\(policy.rawValue)"]
    }

    /// The finalizers of one whose deletion has begun: none can be added any more, and what was decided goes on.
    ///
    /// - Parameter finalizers: Those that it has.
    /// - Returns: The same, or without those that decide about its resources.
    public func finalizers(ofLeaving finalizers: [String]) -> [String] {
        cascades ? finalizers : finalizers.filter { !Self.isAboutResources($0) }
    }

    private static func isAboutResources(_ finalizer: String) -> Bool {
        finalizer == resourcesFinalizer || finalizer.hasPrefix(resourcesFinalizer + "/")
    }

    /// Who removes a finalizer of an Application, for who waits for it.
    ///
    /// - Parameter finalizer: As it stands in the metadata.
    /// - Returns: For people.
    public static func owner(of finalizer: String) -> String {
        switch finalizer {
        case _ where isAboutResources(finalizer): "the controller, when the resources are gone"
        case _ where finalizer.hasPrefix("pre-delete-finalizer."):
            "the controller, when the PreDelete hooks are done"
        case _ where finalizer.hasPrefix("post-delete-finalizer."):
            "the controller, when the PostDelete hooks are done"
        case "foregroundDeletion": "the cluster, when what the Application owns is gone"
        default: "whoever has set it"
        }
    }
}
