import Foundation
import KubeCore
import KubeServer
import Testing

@Suite("pods as processes", .serialized, .timeLimit(.minutes(1)))
struct ProcessTests {
    @Test("a pod succeeds or fails as its process does, with exit code and reason")
    func exitCodes() async throws {
        try await NodeWorld.run { world in
            let good = try await world.run("good", "echo fine; echo bad >&2")
            #expect(good.phase == "Succeeded")
            #expect(good.end()?["exitCode"] == 0)
            #expect(good.end()?["reason"] == "Completed")
            #expect(try await world.log("good") == "fine\nbad\n")
            let bad = try await world.run("bad", "exit 3")
            #expect(bad.phase == "Failed")
            #expect(bad.end()?["exitCode"] == 3)
            #expect(bad.end()?["reason"] == "Error")
            let killed = try await world.run("killed", "kill -9 $$$$")
            #expect(killed.end()?["exitCode"] == 137)
        }
    }

    @Test("a job's containers run: init containers in order, then the others side by side")
    func jobs() async throws {
        try await NodeWorld.run { world in
            let shared: JSONObject = ["volumeMounts": [["name": "work", "mountPath": "work"]]]
            // Each main container waits for the other's file.
            func meet(_ mine: String, _ other: String) -> String {
                "touch work/\(mine); until [ -e work/\(other) ]; do sleep 0.01; done; cat work/order"
            }
            let template = NodeWorld.pod(
                "",
                [
                    NodeWorld.container("a", meet("a", "b"), shared),
                    NodeWorld.container("b", meet("b", "a"), shared),
                ],
                [
                    "volumes": [["name": "work", "emptyDir": [:]]],
                    "initContainers": [
                        NodeWorld.container("one", "echo one >> work/order", shared),
                        NodeWorld.container("two", "echo two >> work/order", shared),
                    ],
                ])
            try await world.ask(
                .post, NodeWorld.jobs,
                [
                    "metadata": ["name": "j"],
                    "spec": ["backoffLimit": 0, "template": ["spec": template["spec"] ?? [:]]],
                ])
            let job = try await world.wait(in: NodeWorld.jobs, for: "j") {
                $0["status", "conditions"]?.array?.isEmpty == false
            }
            #expect(job["status", "conditions"]?.array?.first?["type"] == "Complete")
            #expect(job["status", "succeeded"] == 1)
            let pods = try await world.ask(.get, "\(NodeWorld.pods)?labelSelector=job-name%3Dj")
            let name = pods["items"]?.array?.first?["metadata"]?["name"]?.string ?? ""
            #expect(try await world.log(name, "container=b") == "one\ntwo\n")
            let refusal = try await world.text("\(NodeWorld.pods)/\(name)/log")
            #expect(refusal.status == 400)
            #expect(refusal.text.contains("must be specified for pod \(name), choose one of: [one two a b]"))
        }
    }

    @Test("a container without command fails at once and says what is missing")
    func noCommand() async throws {
        try await NodeWorld.run { world in
            try await world.ask(
                .post, NodeWorld.pods, NodeWorld.pod("p", [["name": "main", "image": "busybox"]]))
            let pod = try await world.ended("p")
            #expect(pod.phase == "Failed")
            #expect(pod.end()?["reason"] == "CreateContainerError")
            #expect(pod.end()?["message"]?.string?.contains("say command") == true)
            let missing = try await world.run("q", "", ["command": ["no-such-program"]])
            #expect(missing.end()?["reason"] == "StartError")
            #expect(missing.end()?["exitCode"] == 128)
        }
    }

    @Test("everything that was written before the end is in the log, however much it is")
    func largeOutput() async throws {
        try await NodeWorld.run { world in
            _ = try await world.run("p", "seq 1 100000")
            let lines = try await world.log("p").split(separator: "\n")
            #expect(lines.count == 100_000)
            #expect(lines.last == "100000")
            #expect(try await world.log("p", "tailLines=2") == "99999\n100000\n")
            #expect(try await world.log("p", "limitBytes=4") == "1\n2\n")
            let stamped = try await world.log("p", "tailLines=1&timestamps=true")
            #expect(stamped.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z 100000\n/) != nil)
        }
    }

    @Test("a log that is followed comes while the container writes, and ends with it")
    func follow() async throws {
        try await NodeWorld.run { world in
            let container = NodeWorld.container(
                "main", "echo first; until [ -e go ]; do sleep 0.01; done; echo last")
            try await world.ask(.post, NodeWorld.pods, NodeWorld.pod("p", [container]))
            let pod = try await world.wait(in: NodeWorld.pods, for: "p") { $0.phase == "Running" }
            let stream = try await world.server.open(
                HTTPRequest(method: .get, target: "\(NodeWorld.pods)/p/log?follow=true", timeout: nil))
            var text = ""
            for try await piece in stream.body {
                text += String(decoding: piece, as: UTF8.self)
                if text == "first\n" {
                    _ = FileManager.default.createFile(
                        atPath: "\(world.folder)/\(pod.uid)/containers/main/go", contents: nil)
                }
            }
            #expect(text == "first\nlast\n")
        }
    }

    @Test(
        "an OnFailure container is restarted in place until it succeeds; the log before is the previous one")
    func restarts() async throws {
        try await NodeWorld.run { world in
            let pod = try await world.run(
                "p", "echo x >> tries; wc -l < tries; [ $(wc -l < tries) -ge 3 ]",
                spec: ["restartPolicy": "OnFailure"])
            #expect(pod.phase == "Succeeded")
            #expect(pod.containerStatus()?["restartCount"] == 2)
            #expect(pod.containerStatus()?["lastState"]?["terminated"]?["exitCode"] == 1)
            #expect(try await world.log("p") == "3\n")
            #expect(try await world.log("p", "previous=true") == "2\n")
            _ = try await world.run("once", "exit 0")
            #expect(
                try await world.text("\(NodeWorld.pods)/once/log?previous=true").text.contains(
                    #"previous terminated container \"main\" in pod \"once\" not found"#))
        }
    }

    @Test("a job of OnFailure pods fails when its containers were restarted too often")
    func backoffLimit() async throws {
        try await NodeWorld.run { world in
            let spec = NodeWorld.pod(
                "", [NodeWorld.container("main", "exit 1")], ["restartPolicy": "OnFailure"])
            try await world.ask(
                .post, NodeWorld.jobs,
                [
                    "metadata": ["name": "j"],
                    "spec": ["backoffLimit": 2, "template": ["spec": spec["spec"] ?? [:]]],
                ])
            let job = try await world.wait(in: NodeWorld.jobs, for: "j") {
                $0["status", "conditions"]?.array?.isEmpty == false
            }
            #expect(job["status", "conditions"]?.array?.first?["reason"] == "BackoffLimitExceeded")
        }
    }
}
