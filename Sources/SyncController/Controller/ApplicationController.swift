public import KubeClient
import KubeCore
import KubeRuntime
import Logging
public import SyncEngine
public import SyncSources

/// Keeps Applications and the cluster in step: watches both, compares, and runs the operations that are asked for.
///
/// Composes what the other files of this folder do, and decides nothing itself.
public struct ApplicationController: Sendable {
    private let cluster: Cluster
    private let settings: ControllerSettings
    private let renderer: any ManifestRenderer
    private let now: @Sendable () -> Timestamp
    private let book: ApplicationBook
    private let wishes = RefreshWishes()
    private let desk = OperationDesk()
    private let holds = ForeignHolds()
    private let queue: WorkQueue<ObjectKey>
    private let shared: SharedWatches
    private let followed: FollowedKinds
    private let telemetry: ControllerTelemetry
    private let teller: ApplicationTeller
    private let tickets: AsyncStream<OperationDesk.Ticket>
    private let hand: AsyncStream<OperationDesk.Ticket>.Continuation

    /// Changes of an application's objects come in crowds: so long is waited for the rest of them.
    private static let crowd = Duration.milliseconds(250)

    /// - Parameters:
    ///   - cluster: Where Applications and their objects are.
    ///   - settings: What was asked for at the start.
    ///   - renderer: Renders sources.
    ///   - telemetry: Of the process.
    ///   - now: The time, in whole seconds.
    public init(
        cluster: Cluster, settings: ControllerSettings, renderer: any ManifestRenderer,
        telemetry: ControllerTelemetry, now: @escaping @Sendable () -> Timestamp
    ) {
        self.cluster = cluster
        self.settings = settings
        self.renderer = renderer
        self.now = now
        self.telemetry = telemetry
        let book = ApplicationBook(home: settings.namespace, isOurs: settings.isOurs)
        self.book = book
        followed = FollowedKinds(
            client: cluster.client,
            [Self.applications(settings), Self.projects(settings), Self.settings(settings)])
        (tickets, hand) = AsyncStream.makeStream()
        queue = WorkQueue(clock: settings.clock)
        let shared = SharedWatches(
            cluster: cluster, namespaces: settings.destinationNamespaces, isOurs: settings.isOurs
        ) { [wishes, queue] labels in
            for key in book.applications(labelled: labels) {
                wishes.add(key, .recent)
                queue.add(key, after: Self.crowd)
            }
        }
        self.shared = shared
        teller = ApplicationTeller(
            telemetry: telemetry,
            events: EventRecorder(
                client: cluster.client, component: "syncctl", instance: settings.identity,
                dropped: telemetry.droppedEvents),
            object: { shared.objects.object($0) })
    }

    /// Works until cancelled; what runs then is left for whoever goes on.
    ///
    /// - Throws: ``KubeClient/ClientFailure`` if the API server can't be asked at the start.
    public func run() async throws(ClientFailure) {
        let ticket = telemetry.enter(vitals)
        defer { telemetry.leave(ticket) }
        let result = await withTaskGroup(of: ClientFailure?.self) { group in
            group.addTask {
                await teller.events.run()
                return nil
            }
            group.addTask {
                await shared.watches.run()
                return nil
            }
            group.addTask { await work() }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        if let result { throw result }
    }

    private var vitals: ControllerTelemetry.Vitals {
        let (book, queue, desk, objects) = (book, queue, desk, shared.objects)
        return ControllerTelemetry.Vitals(
            load: {
                let load = queue.load
                return ControllerTelemetry.WorkLoad(
                    applications: book.count, waiting: load.keys - load.running, looks: load.running,
                    operations: desk.count, objects: objects.size)
            },
            watches: { [followed, shared] in followed.vitals + shared.watches.vitals },
            missing: { [followed] in followed.missing })
    }

    private func work() async -> ClientFailure? {
        do {
            try await shared.discover()
        } catch {
            return error
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await followApplications() }
            group.addTask { await followProjects() }
            group.addTask { await followSettings() }
            group.addTask { await operate() }
            let pass = pass
            group.addTask {
                await followed.filled()
                await queue.run(workers: settings.workers) { await pass.run($0) }
            }
        }
        return nil
    }

    private var pass: ApplicationPass {
        ApplicationPass(
            cluster: cluster, book: book, wishes: wishes,
            refresh: ApplicationRefresh(
                place: LivePlace(shared), renderer: renderer, settings: settings, now: now),
            settings: settings, now: now, teller: teller,
            operate: { [desk, hand] key in
                if let ticket = desk.open(key) { hand.yield(ticket) }
            },
            desk: desk,
            deletion: ApplicationRemoval(
                shared: shared, renderer: renderer, settings: settings, now: now,
                identity: { [book] application in
                    let project = book.project(application.spec.project) ?? .permissive
                    return WritingIdentity(for: application, of: project, book.settings.impersonation)
                }))
    }

    // MARK: Applications

    private static func applications(_ settings: ControllerSettings) -> WatchTarget {
        WatchTarget(.applications, namespace: settings.listedNamespace)
    }

    private static func projects(_ settings: ControllerSettings) -> WatchTarget {
        WatchTarget(.appProjects, namespace: settings.namespace)
    }

    /// The ConfigMap with what holds for all.
    private static func settings(_ settings: ControllerSettings) -> WatchTarget {
        var target = WatchTarget(.core("ConfigMap", "configmaps"), namespace: settings.namespace)
        target.fieldSelector = "metadata.name=\(InstallationSettings.name)"
        return target
    }

    private func followApplications() async {
        let pass = pass
        await followed.follow(Self.applications(settings)) { change in
            for key in book.takeApplications(change) where settings.concerns(key) {
                // Nobody knows what has happened to its objects while nobody looked (I3).
                if case .replaced = change { wishes.add(key, .recent) }
                if let level = book.takeDue(key) { wishes.add(key, level) }
                queue.add(key)
                if followed.isFilled, let application = book.application(key) { pass.heed(application) }
            }
        }
    }

    private func followProjects() async {
        await followed.follow(Self.projects(settings)) { change in
            for key in book.applications(ofProjects: book.takeProjects(change)) where settings.concerns(key) {
                wishes.add(key, .latest)
                queue.add(key)
            }
        }
    }

    private func followSettings() async {
        await followed.follow(Self.settings(settings)) { change in
            guard book.takeSettings(change) else { return }
            for problem in book.settings.problems {
                Logger.current.warning(
                    "a setting is left out",
                    metadata: ["configmap": "\(InstallationSettings.name)", "error": "\(problem)"])
            }
            for key in book.keys where settings.concerns(key) {
                wishes.add(key, .latest)
                queue.add(key)
            }
        }
    }

    /// Makes everything due at once that a push may have given something new; the source is then asked anew, whenever it
    /// was asked last.
    ///
    /// - Parameter event: What a git host has proven to have sent.
    public func pushed(_ event: PushEvent) {
        let concerned = book.applications(concernedBy: event).filter(settings.concerns)
        for key in concerned {
            wishes.add(key, .latestForced)
            queue.add(key)
        }
        Logger.current.info("pushed", metadata: ["applications": "\(concerned.count)"])
    }

    // MARK: Operations

    private func operate() async {
        await withDiscardingTaskGroup { group in
            for await ticket in tickets {
                group.addTask { await operate(ticket) }
            }
        }
    }

    private func operate(_ ticket: OperationDesk.Ticket) async {
        let key = ticket.key
        let calls = ApplicationCalls(client: cluster.client, key: key)
        var isManual = false
        var rest = Duration.zero
        do {
            // Never on what the watch has shown (S116): it may show an operation that has ended.
            if let object = try await calls.read() {
                book.note(object)
                let application = Application(object)
                isManual = application.operation?.initiator.isAutomated != true
                rest = try await operate(ticket, application, calls)
            }
        } catch {
            Logger.current.warning(
                "an operation could not be run",
                metadata: ["application": "\(key.namespace)/\(key.name)", "error": "\(error)"])
            rest = .seconds(5)
        }
        // In this order: what nobody runs any more, and nobody has asked to compare, was left by another process.
        wishes.add(key, isManual ? .latestForced : .latest)
        desk.finish(ticket)
        queue.add(key, after: rest)
    }

    /// - Returns: After how long to look at the Application again.
    private func operate(
        _ ticket: OperationDesk.Ticket, _ application: Application, _ calls: ApplicationCalls
    ) async throws(ClientFailure) -> Duration {
        guard let request = application.operation else { return .zero }
        let left = application.unfinishedOperation
        if left != nil, let wait = try await holdOfAnother(application) { return wait }
        let recorder = OperationRecorder(calls: calls, written: application.status.operation) {
            [book, teller] object, before, after in
            book.note(object)
            teller.tell(before, after, of: application.metadata)
        }
        if left == nil, let problem = application.operationProblems.first {
            await refuse(request, application, "Invalid operation request: \(problem)", recorder)
            return .zero
        }
        guard let project = try await project(application.spec.project) else {
            // S120.
            let problem =
                "Failed to load application project: there is no AppProject \(application.spec.project) in "
                + "namespace \(settings.namespace)"
            await refuse(request, application, problem, recorder)
            return .zero
        }
        var place = LivePlace(shared)
        switch WritingIdentity(for: application, of: project, book.settings.impersonation) {
        case .own: break
        case .user(let user): place.cluster = cluster.writing(as: user)
        case .none(let problem):
            await refuse(request, application, problem, recorder)
            return .zero
        }
        let run = OperationRun(
            place: place, renderer: renderer, settings: settings, now: now,
            termination: ticket.termination, approval: ticket.approval, recorder: recorder, calls: calls,
            project: project)
        if let left {
            await run.run(application, from: left)
            return .zero
        }
        let live = shared.objects.tracked(labelled: application.tracking(in: settings.namespace).labelValue)
            .objects
        let start = Resumption.newStart(
            now(), in: live.values, of: application.tracking(in: settings.namespace))
        await run.run(
            application, from: .accepted(request, at: start, by: application))
        return .zero
    }

    /// How long somebody who does not lead may still run the operation; `nil` where nobody does.
    private func holdOfAnother(_ application: Application) async throws(ClientFailure) -> Duration? {
        do throws(ClientFailure) {
            return try await holds.wait(
                for: application.key, application.tracking(in: settings.namespace), cluster.client,
                in: settings.namespace)
        } catch {
            guard error.refusal?.isForbidden == true else { throw error }
            return nil
        }
    }

    /// The project of that name; one that the watch has not shown yet is asked for.
    private func project(_ name: String) async throws(ClientFailure) -> AppProject? {
        if let known = book.project(name) { return known }
        let found = try await cluster.client.get(.appProjects, namespace: settings.namespace, name: name)
        return found.map { book.merged(AppProject($0)) }
    }

    /// Ends an operation that can't begin.
    private func refuse(
        _ request: OperationRequest, _ application: Application, _ message: String,
        _ recorder: OperationRecorder
    ) async {
        var state = OperationState.accepted(request, at: now(), by: application)
        state.end(.error, message, at: now())
        await recorder.record(state)
    }
}
