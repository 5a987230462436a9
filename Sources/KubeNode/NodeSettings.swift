/// How a node of local processes behaves.
public struct NodeSettings: Hashable, Sendable {
    /// Pods with this node name are its pods.
    public var name: String
    /// Where pods get their folders; made if it is not there, and emptied at the start.
    public var folder: String
    /// Where programs are looked for.
    public var path: String
    /// Before a container's second restart; doubled with every further one.
    public var restartDelay = Duration.seconds(10)
    public var longestRestartDelay = Duration.seconds(300)

    public init(name: String = "local", folder: String, path: String) {
        self.name = name
        self.folder = folder
        self.path = path
    }
}
