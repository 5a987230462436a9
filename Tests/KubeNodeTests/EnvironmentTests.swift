import Foundation
import KubeCore
import Testing

@Suite("what a container gets", .serialized, .timeLimit(.minutes(1)))
struct EnvironmentTests {
    private static func keep(_ world: NodeWorld) async throws {
        try await world.ask(
            .post, "/api/v1/namespaces/default/configmaps",
            [
                "metadata": ["name": "settings"],
                "data": ["color": "red", "1st": "x", "run.sh": "echo ran"],
            ])
        try await world.ask(
            .post, "/api/v1/namespaces/default/secrets",
            ["metadata": ["name": "keys"], "stringData": ["key": "s3cret"]])
    }

    private static func variable(_ name: String, _ source: JSONValue) -> JSONValue {
        ["name": .string(name), "valueFrom": source]
    }

    @Test("variables come from values, config maps, secrets and fields, and are expanded")
    func variables() async throws {
        setenv("KUBENODE_TEST_SECRET", "of the caller", 1)
        try await NodeWorld.run { world in
            try await Self.keep(world)
            let env: JSONValue = [
                ["name": "PLAIN", "value": "a"],
                ["name": "TWICE", "value": "$(PLAIN)$(PLAIN) $$(PLAIN) $(UNKNOWN)"],
                Self.variable("COLOR", ["configMapKeyRef": ["name": "settings", "key": "color"]]),
                Self.variable("KEY", ["secretKeyRef": ["name": "keys", "key": "key"]]),
                Self.variable("ABSENT", ["secretKeyRef": ["name": "nobody", "key": "k", "optional": true]]),
                Self.variable("WHO", ["fieldRef": ["fieldPath": "metadata.name"]]),
                Self.variable("WHERE", ["fieldRef": ["fieldPath": "metadata.annotations['place']"]]),
                Self.variable("IP", ["fieldRef": ["fieldPath": "status.podIP"]]),
            ]
            let container: JSONObject = [
                "env": env, "args": ["ignored", "$(COLOR)", "$(FROM_color)"],
                "envFrom": [
                    ["prefix": "FROM_", "configMapRef": ["name": "settings"]],
                    ["secretRef": ["name": "nobody", "optional": true]],
                ],
            ]
            let pod = try await world.run(
                "p",
                #"echo "$TWICE|$COLOR|$KEY|${ABSENT-none}|$WHO|$WHERE|$IP|$FROM_color|$1|$2"; env | cut -d= -f1 | sort"#,
                container, spec: ["annotations": ["place": "here"]])
            #expect(pod.phase == "Succeeded")
            let lines = try await world.log("p").split(separator: "\n")
            #expect(lines.first == "aa $(PLAIN) $(UNKNOWN)|red|s3cret|none|p|here|127.0.0.1|red|red|red")
            let expected: Set<Substring> = [
                "COLOR", "FROM_1st", "FROM_color", "FROM_run.sh", "HOME", "HOSTNAME", "IP", "KEY", "PATH",
                "PLAIN", "PWD",
                "SYNCCTL_NODE_TOKEN", "SYNCCTL_ROOT", "TWICE", "WHERE", "WHO",
            ]
            #expect(Set(lines.dropFirst()).subtracting(["_", "SHLVL", "OLDPWD"]).isSubset(of: expected))
            #expect(!lines.contains("KUBENODE_TEST_SECRET"))
        }
    }

    @Test("a container waits for a config map that is missing, and says for which")
    func waits() async throws {
        try await NodeWorld.run { world in
            let env: JSONValue = [
                Self.variable("COLOR", ["configMapKeyRef": ["name": "settings", "key": "color"]])
            ]
            try await world.ask(
                .post, NodeWorld.pods,
                NodeWorld.pod("p", [NodeWorld.container("main", "echo $COLOR", ["env": env])]))
            let waiting = try await world.wait(in: NodeWorld.pods, for: "p") {
                $0.containerStatus()?["state"]?["waiting"]?["reason"] == "CreateContainerConfigError"
            }
            #expect(waiting.phase == "Pending")
            #expect(
                waiting.containerStatus()?["state"]?["waiting"]?["message"]
                    == #"configmap "settings" not found"#)
            #expect(
                try await world.text("\(NodeWorld.pods)/p/log").text.contains(
                    #"container \"main\" in pod \"p\" is waiting to start: CreateContainerConfigError"#))
            let event = try await world.first("/api/v1/namespaces/default/events?watch=1") { _, _ in true }
            #expect(event["message"] == #"Error: configmap "settings" not found"#)
            #expect(event["involvedObject", "name"] == "p")
            try await Self.keep(world)
            #expect(try await world.ended("p").phase == "Succeeded")
            #expect(try await world.log("p") == "red\n")
        }
    }

    @Test("volumes are folders of files; an absolute place needs the annotation")
    func volumes() async throws {
        try await NodeWorld.run { world in
            try await Self.keep(world)
            let volumes: JSONValue = [
                [
                    "name": "config",
                    "configMap": [
                        "name": "settings",
                        "items": [
                            ["key": "run.sh", "path": "bin/run", "mode": 0o755],
                            ["key": "color", "path": "c"],
                        ],
                    ],
                ],
                ["name": "keys", "secret": ["secretName": "keys"]],
            ]
            let mounts: JSONValue = [
                ["name": "config", "mountPath": "/etc/app"],
                ["name": "keys", "mountPath": "secret/key", "subPath": "key"],
            ]
            let script = "cat $SYNCCTL_ROOT/etc/app/c secret/key; sh etc/app/bin/run; ls -ld . | cut -c1-10"
            let refused = try await world.run(
                "refused", script, ["volumeMounts": mounts], spec: ["volumes": volumes])
            #expect(refused.end()?["message"]?.string?.contains("syncctl.dev/mounts: relative") == true)
            let pod = try await world.run(
                "p", script, ["volumeMounts": mounts],
                spec: ["volumes": volumes, "annotations": ["syncctl.dev/mounts": "relative"]])
            #expect(pod.phase == "Succeeded")
            #expect(try await world.log("p") == "reds3cretran\ndrwx------\n")
        }
    }

    @Test("a process begins in its own folder, or where it is told to")
    func workingFolder() async throws {
        try await NodeWorld.run { world in
            let own = try await world.run(
                "own", "[ \"$PWD\" = \"$HOME\" ] && [ \"$PWD\" = \"$SYNCCTL_ROOT\" ]")
            #expect(own.phase == "Succeeded")
            let tmp = try await world.run("tmp", "pwd", ["workingDir": "/usr/bin"])
            #expect(tmp.phase == "Succeeded")
            #expect(try await world.log("tmp") == "/usr/bin\n")
            let none = try await world.run("none", "pwd", ["workingDir": "/no/such/folder"])
            #expect(none.end()?["message"]?.string?.contains("/no/such/folder is not there") == true)
        }
    }
}
