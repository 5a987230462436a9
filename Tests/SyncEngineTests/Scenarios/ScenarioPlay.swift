import KubeCore
import SyncEngine
import Testing

/// Plays one scenario: the engine, driven as the controller drives it, against the world in memory.
struct ScenarioPlay {
    /// Why a play can't go on.
    struct Stuck: Error, CustomStringConvertible {
        var description: String
    }

    let scenario: Scenario
    private(set) var world: ScenarioWorld
    private(set) var view = ScenarioView([:])
    private(set) var request: SyncRequest
    private(set) var plan: SyncPlan
    private(set) var progress: SyncProgress
    /// Manifests of earlier operations, by key: an apply that repeats one may be left out (D3).
    private(set) var known: [ObjectKey: JSONValue] = [:]
    private(set) var manifests: [JSONValue]
    private var outcomes: [SyncTask.ID: ActionOutcome] = [:]
    private var isTerminationRequested = false
    private var isPruneApproved = false
    private var operations = 0
    /// Requests of the engine that change something, counted over all processes.
    private(set) var sent = 0
    /// What was not as expected before events.
    private(set) var differences: [String] = []
    /// After which of them the process dies; every number only once.
    var killPoints: Set<Int> = []
    /// Whether a new process knows when the operation started, as an Application would tell it; else it has only the
    /// stamps on live objects.
    var remembersStart = true
    /// In which order the actions of a step are performed; as they come if not set.
    var shuffle: SeededGenerator?
    /// Whether watches tell of changes; direct reads are left if not (I4).
    var hasWatches: Bool {
        get { view.hasWatches }
        set { view.hasWatches = newValue }
    }
    /// What differs from the scenarios' own assumptions.
    private let configure: (inout SyncRequest) -> Void
    private(set) var restarts = 0
    /// Whether a process died when no object was left, or none unfinished, to tell of its operation: the next one
    /// begins a new operation.
    private(set) var isForgotten = false

    /// - Parameters:
    ///   - scenario: What is played.
    ///   - configure: Changes what is asked of every operation.
    /// - Throws: What keeps the scenario from being set up.
    init(_ scenario: Scenario, configure: @escaping (inout SyncRequest) -> Void = { _ in }) throws {
        self.scenario = scenario
        self.configure = configure
        let start = try #require(scenario.startedAt)
        world = ScenarioWorld(now: start)
        manifests = scenario.manifests
        request = ScenarioPlay.request(scenario, operation: scenario.operation, revision: scenario.revision)
        request.startedAt = start
        configure(&request)
        var nothing = request
        nothing.selection = ResourceSelection()
        plan = try SyncPlan(nothing, targets: [], live: [:], kinds: KindCatalog())
        progress = plan.start
        world.faults = scenario.faults
        scenario.given["apiResources"]?.array?.forEach { world.kinds.add(listed: $0) }
        try makeLive()
        try begin()
    }

    /// Plays everything.
    mutating func run() throws {
        try settle()
        for event in scenario.events { try deliver(event) }
    }

    /// Takes steps until nothing changes any more, or the operation is over.
    mutating func settle() throws {
        for _ in 0..<1000 {
            view.refresh(from: world, plan: plan, progress: progress)
            var seen = Observation(
                live: view.live, departed: view.departed, outcomes: outcomes,
                isTerminationRequested: isTerminationRequested, now: world.now)
            seen.isPruneApproved = isPruneApproved
            let (next, actions) = plan.next(after: progress, seeing: seen)
            let isNew = next != progress
            progress = next
            outcomes = [:]
            if progress.isFinished { return #expect(actions.isEmpty, "a finished operation asks for writes") }
            if actions.isEmpty, !isNew { return }
            #expect(
                Set(actions.map(\.task)).count == actions.count, "more than one action a task in one step")
            try perform(actions)
        }
        throw Stuck(description: "no end after 1000 steps; step \(progress.operation.message)")
    }

    private mutating func perform(_ actions: [SyncAction]) throws {
        var actions = actions
        if var generator = shuffle {
            actions.shuffle(using: &generator)
            shuffle = generator
        }
        for action in actions {
            let outcome = world.perform(action)
            view.keep(outcome, of: action)
            outcomes[action.task] = outcome
            if case .validate = action.work { continue }
            sent += 1
            if killPoints.remove(sent) != nil { return try restart() }
        }
    }

    /// Whether a hook of the present operation was sent.
    private var hasSentHooks: Bool { progress.operation.syncResult.resources.contains { $0.hookType != nil } }

    // MARK: Beginnings

    private mutating func makeLive() throws {
        for entry in scenario.given["live"]?.array ?? [] {
            var object = KubeObject(entry["object"]?.object ?? JSONObject())
            let key = self.key(of: object)
            object.namespace = key.namespace
            if entry["tracked"]?.bool ?? true {
                let own = object.annotation(AnnotationKey.trackingID)
                request.tracking.mark(&object)
                if let own { object.setAnnotation(AnnotationKey.trackingID, own) }
                object.own(object)
                known[key] = entry["object"]
            }
            try world.create(object, as: key)
        }
    }

    /// Plans the operation, as a fresh process does.
    private mutating func begin() throws {
        let desired = manifests.enumerated().map { index, json in
            DesiredObject(
                object: KubeObject(json.object ?? JSONObject()),
                origin: ManifestOrigin(file: "all.yaml", document: index + 1, line: 1))
        }
        let kinds = world.kinds.catalog(of: Set(desired.map(\.object.groupVersionKind)))
        let targets = try TargetSet(desired, for: request, kinds: kinds)
        let live = ScenarioView.read(world, tracking: request.tracking, targets: targets.targets)
        plan = try SyncPlan(request, targets: targets.targets, live: live, kinds: kinds)
        progress = plan.start
        let hadWatches = view.hasWatches
        view = ScenarioView(live)
        view.hasWatches = hadWatches
        outcomes = [:]
    }

    /// The process dies, and another one goes on from what is in the cluster.
    mutating func restart() throws {
        restarts += 1
        let operation = request.operationID.description
        let stamps = world.objects.values.filter { $0.annotation(AnnotationKey.syncID) == operation }
        let isUnfinished = stamps.contains { $0.annotation(AnnotationKey.syncFinished) != operation }
        isForgotten = isForgotten || (!stamps.isEmpty || hasSentHooks) && !isUnfinished
        let tracked = ScenarioView.read(world, tracking: request.tracking, targets: []).values
        let found = Resumption.startedAt(in: tracked, of: request.tracking, revision: request.revision)
        request.startedAt = found ?? (remembersStart ? request.startedAt : world.now)
        try begin()
    }

    /// The next operation, a minute after the one before.
    mutating func start(_ operation: JSONValue) throws {
        for manifest in manifests {
            known[key(of: KubeObject(manifest.object ?? JSONObject()))] = manifest
        }
        operations += 1
        let start = Timestamp(seconds: request.startedAt.seconds + 60)
        request = ScenarioPlay.request(scenario, operation: operation, revision: request.revision)
        request.startedAt = start
        configure(&request)
        world.now = max(world.now, start)
        isTerminationRequested = false
        isPruneApproved = false
        try begin()
    }

    // MARK: Events

    mutating func deliver(_ event: Scenario.Event) throws {
        if let before = event.before {
            let found = ScenarioJudge(play: self, expected: before).differences
            differences += found.map { "before \(event.action): \($0)" }
        }
        world.now = Timestamp(seconds: world.now.seconds + 1)
        try apply(event)
        if !event.isQuiet { try settle() }
    }

    private mutating func apply(_ event: Scenario.Event) throws {
        switch event.action {
        case "restart": try restart()
        case "terminate": isTerminationRequested = true
        case "approve-deletion": isPruneApproved = true
        case "clear-faults": world.faults = []
        case "sync": try start(event.json["operation"] ?? scenario.operation)
        case "set-manifests":
            manifests = event.json["manifests"]?.array ?? []
            request.revision = event.json["revision"]?.string ?? request.revision
        default: try world.apply(event)
        }
    }

    /// From now on the API server refuses something.
    mutating func refuse(_ operation: String, _ object: String, _ error: String = "denied") {
        world.faults.append(
            Scenario.Fault(
                operation: operation, object: ObjectReference(object), error: error, isDryRun: false))
    }

    /// From now on definitions are never established.
    mutating func slowDefinitions() { world.establishesDefinitions = false }

    /// Lets time pass.
    mutating func wait(_ seconds: Int64) throws {
        world.now = Timestamp(seconds: world.now.seconds + seconds)
        try settle()
    }

    // MARK: Reading

    /// Where an object of the scenario lives.
    func key(of object: KubeObject) -> ObjectKey {
        var key = object.key
        let isNamespaced =
            world.kinds.catalog.resources[object.groupVersionKind]?.isNamespaced
            ?? !ObjectReference.clusterScoped.contains(object.kind)
        if !isNamespaced { key.namespace = "" }
        if isNamespaced, key.namespace.isEmpty { key.namespace = scenario.destinationNamespace }
        return key
    }

    private static func request(_ scenario: Scenario, operation: JSONValue, revision: String) -> SyncRequest {
        let tracking = Tracking(
            application: scenario.application, destinationNamespace: scenario.destinationNamespace)
        var request = SyncRequest(
            tracking: tracking, revision: revision, startedAt: Timestamp(seconds: 0))
        request.reading.defaultHookPolicy = .beforeHookCreation
        request.reading.isLenient = true
        request.switches.prune = operation["prune"]?.bool ?? false
        request.switches.dryRun = operation["dryRun"]?.bool ?? false
        request.switches.force = operation["force"]?.bool ?? false
        request.switches.awaitsApproval = true
        request.project = scenario.project
        request.namespaceMetadata = scenario.namespaceMetadata
        request.strategy = operation["strategy"]?.string == "apply" ? .apply : .hook
        request.options = SyncOptions(operation["syncOptions"]?.array?.compactMap(\.string) ?? [])
        request.selection = ResourceSelection(
            operation["resources"]?.array?.compactMap { entry in
                let place = entry["namespace"]?.string.map { $0 + "/" } ?? ""
                let group = entry["group"]?.string ?? ""
                let kind = entry["kind"]?.string ?? ""
                return ResourceSelection.Pattern("\(group):\(kind):\(place)\(entry["name"]?.string ?? "")")
            } ?? [])
        return request
    }
}
