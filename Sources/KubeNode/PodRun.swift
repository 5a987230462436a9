import KubeCore

/// Runs one pod: its init containers one after the other, then its containers side by side.
actor PodRun {
    private let pod: KubeObject
    private let ports: NodePorts
    private let stop: StopOrder
    private let folder: WorkFolder
    private var progress: PodProgress
    /// Whether somebody still wants to know.
    private var isWanted = true

    init(_ pod: KubeObject, _ ports: NodePorts, stop: StopOrder) {
        self.pod = pod
        self.ports = ports
        self.stop = stop
        folder = WorkFolder(path: "\(ports.settings.folder)/\(pod.uid)")
        progress = PodProgress(pod, startedAt: ports.now())
    }

    /// Runs until every container has ended for good, or the pod was to be stopped.
    func run() async {
        await withTaskGroup(of: Void.self) { group in
            if let seconds = pod["spec", "activeDeadlineSeconds"]?.int, seconds > 0 {
                group.addTask { await self.endAfter(seconds: seconds) }
            }
            await runContainers()
            group.cancelAll()
        }
        // The folder stays with an ended pod as long as the pod does.
    }

    private func runContainers() async {
        guard let plan = await plan() else {
            await abandon()
            return
        }
        for container in plan.initial {
            await run(container)
            guard progress.initial.first(where: { $0.name == container.name })?.end?.isSuccess == true else {
                await abandon()
                return
            }
        }
        await withTaskGroup(of: Void.self) { group in
            for container in plan.main { group.addTask { await self.run(container) } }
        }
        // What an order to stop has held back, has not ended by itself.
        await abandon()
    }

    // MARK: - Before the first process

    /// What to execute, once everything that the pod refers to is there; `nil` if it is not to be run.
    private func plan() async -> PodPlan? {
        var delay = Duration.seconds(1)
        while stop.order == nil, !Task.isCancelled {
            do {
                let values = try await ports.api.values(of: pod)
                let plan = try PodPlan(pod, values, folder: folder.path, path: ports.settings.path)
                do throws(PlanFailure) {
                    try folder.prepare(plan)
                } catch {
                    throw PodPlanFailure(container: nil, failure: error)
                }
                return plan
            } catch let failure as PodPlanFailure {
                await note(failure)
                if failure.failure.reason == .container { return nil }
            } catch {
                // The API server is away for the moment.
            }
            await pause(delay)
            delay = min(delay * 2, .seconds(10))
        }
        return nil
    }

    /// Says why nothing runs. What cannot be, ends; what may still come, waits.
    private func note(_ failure: PodPlanFailure) async {
        let (reason, message) = (failure.failure.reason.rawValue, failure.failure.message)
        let time = ports.now()
        let before = progress
        switch failure.failure.reason {
        case .config:
            for record in progress.initial + progress.main
            where failure.container == nil || failure.container == record.name {
                progress.change(record.name) { $0.state = .waiting(reason: reason, message: message) }
            }
        case .container:
            progress.giveUp(PodProgress.Verdict(reason: reason, message: message), at: time)
            progress.changeEnded(of: failure.container, reason: reason)
        }
        guard progress != before else { return }
        await report()
        await ports.api.warn(about: pod, "Failed", "Error: \(message)", at: time)
    }

    // MARK: - Containers

    /// Runs a container, again and again if it is to be restarted.
    private func run(_ plan: ContainerPlan) async {
        var failures = 0
        while stop.order == nil, !Task.isCancelled, isWanted {
            let end = await runOnce(plan)
            guard progress.restarts(after: end), stop.order == nil, !Task.isCancelled else { return }
            failures += 1
            await waitForRestart(of: plan.name, end, failures: failures)
        }
    }

    private func runOnce(_ plan: ContainerPlan) async -> ContainerEnd {
        let key = LogShelf.Key(uid: pod.uid, container: plan.name)
        let (shelf, now) = (ports.logs, ports.now)
        shelf.begin(key)
        let start = now()
        let id = begin(plan.name, at: start)
        // Written before the process begins: after a crash it is known that it may have run.
        await report()
        let process = ContainerProcess(
            plan: plan, folder: folder, token: ports.token, clock: ports.clock)
        let outcome = await process.run(stop: stop) { shelf.append($0, to: key, at: now()) }
        shelf.close(key, at: now())
        let end = ContainerEnd(outcome, id: id, from: start, to: now())
        progress.change(plan.name) { $0.state = .ended(end) }
        await report()
        if case .notStarted(let problem) = outcome {
            await ports.api.warn(about: pod, "Failed", "Error: \(problem)", at: end.finishedAt)
        }
        return end
    }

    private func begin(_ name: String, at time: NodeTime) -> String {
        var id = ""
        progress.change(name) { record in
            if case .ended(let end) = record.state { record.last = end }
            if record.last != nil { record.restarts += 1 }
            record.id = "process://\(pod.uid)/\(name)/\(record.restarts)"
            record.state = .running(since: time)
            id = record.id
        }
        return id
    }

    /// The first restart comes at once; the later ones have to wait.
    private func waitForRestart(of name: String, _ end: ContainerEnd, failures: Int) async {
        guard failures > 1 else { return }
        let delay = min(
            ports.settings.restartDelay * (1 << min(failures - 2, 16)), ports.settings.longestRestartDelay)
        progress.change(name) { record in
            record.last = end
            record.state = .waiting(
                reason: "CrashLoopBackOff",
                message: "back-off \(delay.components.seconds)s restarting failed container=\(name) "
                    + "pod=\(pod.name)_\(pod.namespace)(\(pod.uid))")
        }
        await report()
        await ports.api.warn(
            about: pod, "BackOff", "Back-off restarting failed container", at: ports.now())
        await pause(delay)
    }

    // MARK: - The end

    private func endAfter(seconds: Int64) async {
        do {
            try await ports.clock.sleep(for: .seconds(seconds))
        } catch {
            return
        }
        progress.verdict = PodProgress.Verdict(
            reason: "DeadlineExceeded",
            message: "Pod was active on the node longer than the specified deadline")
        stop.give(.stop(grace: .seconds(pod["spec", "terminationGracePeriodSeconds"]?.int ?? 30)))
    }

    /// Ends a pod that has not ended by itself: a container has not run, or was to run again.
    private func abandon() async {
        guard !Task.isCancelled, ![.succeeded, .failed].contains(progress.phase) else { return }
        let verdict =
            progress.verdict
            ?? PodProgress.Verdict(reason: "Stopped", message: "The pod was stopped before it had ended.")
        progress.giveUp(verdict, at: ports.now())
        await report()
    }

    /// Waits, but not beyond an order to stop.
    private func pause(_ duration: Duration) async {
        let (clock, stop) = (ports.clock, stop)
        await withTaskGroup(of: Void.self) { group in
            // The end of a sleep by cancellation is as good as any.
            group.addTask { try? await clock.sleep(for: duration) }
            group.addTask { _ = await stop.order(after: nil) }
            await group.next()
            group.cancelAll()
        }
    }

    private func report() async {
        guard isWanted, !Task.isCancelled else { return }
        isWanted = await ports.api.write(progress.status(at: ports.now()), of: pod)
        if !isWanted { stop.give(.kill) }
    }
}

/// What every pod of a node shares.
struct NodePorts: Sendable {
    let api: NodeAPI
    let logs: LogShelf
    let settings: NodeSettings
    /// By which the keeper knows the node's processes.
    let token: String
    let clock: any Clock<Duration>
    let now: @Sendable () -> NodeTime
}

extension ContainerEnd {
    fileprivate init(_ outcome: ContainerProcess.Outcome, id: String, from start: NodeTime, to end: NodeTime)
    {
        self.init(exitCode: 0, reason: "Completed", startedAt: start, finishedAt: end, id: id)
        switch outcome {
        case .exited(let code):
            exitCode = code
            if code != 0 { reason = "Error" }
        case .signaled(let signal):
            // As shells count.
            exitCode = 128 + signal
            reason = "Error"
        case .notStarted(let problem):
            exitCode = 128
            reason = "StartError"
            message = problem
        }
    }
}

extension PodProgress {
    /// Gives the end of a container, or of all, the reason for which it never began.
    fileprivate mutating func changeEnded(of container: String?, reason: String) {
        for record in initial + main where container == nil || container == record.name {
            change(record.name) { record in
                guard case .ended(var end) = record.state else { return }
                end.exitCode = 128
                end.reason = reason
                record.state = .ended(end)
            }
        }
    }
}
