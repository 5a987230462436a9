import KubeCore
public import SyncEngine

/// What a controller is told when it starts.
public struct ControllerSettings: Sendable {
    /// Its own namespace: Applications in it go by their bare names, and projects and repositories are read from it.
    public var namespace: String
    /// What the process is called where it speaks of itself.
    public var identity = "syncctl"
    /// Whether an application falls to this controller, by the value of its tracking label; others are passed over.
    public var isOurs: @Sendable (String) -> Bool = { _ in true }
    /// Other namespaces whose Applications count (S205); empty: only its own.
    public var applicationNamespaces: [Glob] = []
    /// Where it may watch and write; empty: everywhere.
    public var destinationNamespaces: [String] = []
    /// Passes at the same time. Running operations are not counted: they mostly wait.
    public var workers = 8
    /// Requests to the API server at the same time, watches not counted; others wait for their turn.
    public var requests = 24
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

    /// By what it waits; the time of day is another matter.
    public var clock: any Clock<Duration> = ContinuousClock()

    /// S205: the controller's own namespace, and those that match.
    func concerns(_ key: ObjectKey) -> Bool {
        key.namespace == namespace || applicationNamespaces.contains { $0.matches(key.namespace) }
    }

    /// Where Applications are listed and watched; empty: everywhere, and ``concerns(_:)`` chooses.
    var listedNamespace: String { applicationNamespaces.isEmpty ? namespace : "" }

    var schedule: RefreshSchedule {
        RefreshSchedule(interval: pollInterval, jitter: min(pollJitter, pollInterval / 3))
    }

    /// How old what is known of a branch may be at a look: many applications of a repository share one question, and none
    /// sees a commit much later than it looks.
    public var revisionAge: Duration { min(.seconds(30), pollInterval / 6) }

    public init(namespace: String) {
        self.namespace = namespace
    }
}
