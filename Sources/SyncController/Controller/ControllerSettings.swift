public import SyncEngine

/// What a controller is told when it starts.
public struct ControllerSettings: Sendable {
    /// Its own namespace: Applications in it go by their bare names, and projects and repositories are read from it.
    public var namespace: String
    /// Other namespaces whose Applications count (S205); empty: only its own.
    public var applicationNamespaces: [Glob] = []
    /// Where it may watch and write; empty: everywhere.
    public var destinationNamespaces: [String] = []
    /// Passes at the same time. Running operations are not counted: they mostly wait.
    public var workers = 8
    /// Operations at the same time; others wait for their turn.
    public var operations = 64
    /// How long an operation may take (S123); `nil` for ever.
    public var syncTimeout: Duration?
    /// How often a source is looked at for something new (S151), and what is added at most so that not all
    /// applications look at once.
    public var pollInterval = Duration.seconds(180)
    public var pollJitter = Duration.seconds(60)
    /// How long self-heals wait (S145).
    public var healPause = AutoSync.HealPause.standard
    /// Whether health is kept with each resource in the status (S176).
    public var persistsHealth = true

    var schedule: RefreshSchedule { RefreshSchedule(interval: pollInterval, jitter: pollJitter) }

    public init(namespace: String) {
        self.namespace = namespace
    }
}
