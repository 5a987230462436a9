import Foundation
import KubeCore
import KubeNode
import KubeServer
import Synchronization
import Testing

@Suite("how pods are ended", .serialized, .timeLimit(.minutes(1)))
struct EndingTests {
    /// A script that writes the numbers of its processes, traps SIGTERM if it is to, and stays.
    private static func staying(onTerm: String) -> String {
        "trap '\(onTerm)' TERM; sleep 1000 & echo $$$$ $!; while :; do wait; done"
    }

    /// The processes that the pod has written into its log, once it has.
    private static func processes(_ world: NodeWorld, _ name: String) async throws -> [pid_t] {
        _ = try await world.wait(in: NodeWorld.pods, for: name) { $0.phase == "Running" }
        let stream = try await world.server.open(
            HTTPRequest(method: .get, target: "\(NodeWorld.pods)/\(name)/log?follow=true", timeout: nil))
        for try await piece in stream.body {
            return String(decoding: piece, as: UTF8.self).split(whereSeparator: \.isWhitespace).compactMap {
                pid_t($0)
            }
        }
        return []
    }

    private static func isAlive(_ process: pid_t) -> Bool {
        guard kill(process, 0) == 0 else { return false }
        // One that has ended and not been waited for is still found, as a zombie.
        let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)
        return status?.split(separator: ")").last?.hasPrefix(" Z") == false
    }

    /// Whether the processes end: a killed one takes the time until the kernel gets to it, and nobody is told who is
    /// not its parent.
    private static func areGone(_ processes: [pid_t]) async -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while processes.contains(where: isAlive), ContinuousClock.now < deadline {
            try? await Task.sleep(for: .milliseconds(10))
        }
        return !processes.contains(where: isAlive)
    }

    private static func start(_ world: NodeWorld, _ name: String, _ script: String, _ spec: JSONObject = [:])
        async throws -> [pid_t]
    {
        try await world.ask(
            .post, NodeWorld.pods, NodeWorld.pod(name, [NodeWorld.container("main", script)], spec))
        let processes = try await processes(world, name)
        #expect(processes.count == 2)
        #expect(processes.allSatisfy(isAlive))
        return processes
    }

    @Test("a deleted pod is asked to end, and is gone when it has; its descendants go with it")
    func deletion() async throws {
        try await NodeWorld.run { world in
            let processes = try await Self.start(
                world, "p", Self.staying(onTerm: "echo asked > $HOME/../../../asked; exit 0"))
            let answer = try await world.ask(.delete, "\(NodeWorld.pods)/p")
            #expect(answer["metadata"]?["deletionTimestamp"]?.string != nil)
            _ = try await world.wait(in: NodeWorld.pods, for: "p") { _ in false }
            #expect(await Self.areGone(processes))
            #expect(try String(contentsOfFile: "\(world.folder)/asked", encoding: .utf8) == "asked\n")
        }
    }

    @Test("a process that does not listen is killed after the grace period")
    func stubborn() async throws {
        try await NodeWorld.run { world in
            let processes = try await Self.start(world, "p", Self.staying(onTerm: ":"))
            try await world.ask(.delete, "\(NodeWorld.pods)/p", ["gracePeriodSeconds": 1])
            let last = try await world.wait(in: NodeWorld.pods, for: "p") { _ in false }
            #expect(last.end()?["exitCode"] == 137)
            #expect(await Self.areGone(processes))
        }
    }

    @Test("a pod is ended by its deadline, and a job's pods by the job's")
    func deadlines() async throws {
        try await NodeWorld.run { world in
            let pod = try await world.run("p", "sleep 1000", spec: ["activeDeadlineSeconds": 1])
            #expect(pod.phase == "Failed")
            #expect(pod["status", "reason"] == "DeadlineExceeded")
            let template = NodeWorld.pod("", [NodeWorld.container("main", "sleep 1000")])
            try await world.ask(
                .post, NodeWorld.jobs,
                [
                    "metadata": ["name": "j"],
                    "spec": ["activeDeadlineSeconds": 1, "template": ["spec": template["spec"] ?? [:]]],
                ])
            let job = try await world.wait(in: NodeWorld.jobs, for: "j") {
                $0["status", "conditions"]?.array?.isEmpty == false
            }
            #expect(job["status", "conditions"]?.array?.first?["reason"] == "DeadlineExceeded")
            _ = try await world.first("\(NodeWorld.pods)?watch=1&labelSelector=job-name%3Dj") { type, _ in
                type == "DELETED"
            }
        }
    }

    @Test("no process outlives the node, even one that has left its session")
    func stop() async throws {
        let found = Mutex<[pid_t]>([])
        try await NodeWorld.run { world in
            let processes = try await Self.start(
                world, "p", "setsid sleep 1000 & echo $$$$ $!; trap '' TERM; while :; do sleep 1000; done")
            found.withLock { $0 = processes }
        }
        #expect(!found.withLock { $0 }.contains(where: Self.isAlive))
    }

    @Test("no process outlives a node that is killed", .timeLimit(.minutes(1)))
    func crash() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "crash-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let fifo = "\(folder)/alive"
        #expect(mkfifo(fifo, 0o600) == 0)
        // Opened for both, so that opening does not wait for a writer.
        let reader = open(fifo, O_RDWR | O_CLOEXEC)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [folder = folder as String, fifo = fifo as String] in
            let shelf = LogShelf()
            let server = KubeServer(
                clock: ContinuousClock(), startingAt: Timestamp(seconds: 1_795_000_000),
                simulation: Simulation(jobNode: "local"), logs: ServedLogs(shelf: shelf))
            let node = ProcessNode(
                NodeSettings(folder: "\(folder)/node", path: "/usr/bin:/bin"), transport: server, logs: shelf)
            let world = NodeWorld(server: server, folder: folder, shelf: shelf)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await node.run() }
                _ = try await Self.start(
                    world, "p",
                    "exec 9>\(fifo); setsid sleep 1000 & echo $$$$ $!; while :; do sleep 1000; done")
                kill(getpid(), SIGKILL)
            }
        }
        // The pipe ends when the last process that holds it has ended.
        let only = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        close(reader)
        #expect(fcntl(only, F_SETFL, 0) == 0)
        var byte: UInt8 = 0
        #expect(read(only, &byte, 1) == 0)
        close(only)
    }

    @Test("a pod that ran when its node went away has failed, and does not run twice")
    func lost() async throws {
        let shelf = LogShelf()
        let server = KubeServer(
            clock: ContinuousClock(), startingAt: Timestamp(seconds: 1_795_000_000),
            simulation: Simulation(jobNode: "local"), logs: ServedLogs(shelf: shelf))
        let marks = FileManager.default.temporaryDirectory.appending(path: "marks-\(UUID().uuidString)").path
        func node() -> ProcessNode {
            ProcessNode(
                NodeSettings(folder: "\(marks)-node", path: "/usr/bin:/bin"), transport: server, logs: shelf)
        }
        let world = NodeWorld(server: server, folder: marks, shelf: shelf)
        try await world.ask(
            .post, NodeWorld.pods,
            NodeWorld.pod("p", [NodeWorld.container("main", "echo x >> \(marks); echo 1; sleep 1000")]))
        for isFirst in [true, false] {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await node().run() }
                if isFirst {
                    #expect(try await Self.processes(world, "p") == [1])
                } else {
                    let pod = try await world.ended("p")
                    #expect(pod["status", "reason"] == "NodeRestarted")
                    #expect(pod.end()?["exitCode"] == 137)
                }
                group.cancelAll()
            }
        }
        #expect(try String(contentsOfFile: marks, encoding: .utf8) == "x\n")
        try FileManager.default.removeItem(atPath: marks)
    }
}
