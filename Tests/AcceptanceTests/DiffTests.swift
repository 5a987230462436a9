import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

@testable import syncctl

/// What `app diff` shows, and what it ends with.
@Suite("Diff", .onEachServer, .timeLimit(.minutes(3)))
struct DiffTests {
    private static let service = """
        apiVersion: v1
        kind: Service
        metadata:
          name: web
        spec:
          selector: {app: web}
          ports: [{port: 80}]

        """

    @Test(
        "S157 S162 S163 what is as it should be is no difference, whatever the server and controllers have added"
    )
    func unchanged() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            try sandbox.write("b.yaml", Manifest.deployment("b"))
            try sandbox.write("c.yaml", Self.service)
            try sandbox.write("d.yaml", Manifest.job("d", annotations: ["hook": "PreSync"]))
            #expect(try await sandbox.sync().exitCode == 0)
            let ending = try await sandbox.diff()
            #expect(ending.exitCode == 0 && ending.output.isEmpty && ending.errors.isEmpty, "\(ending)")
            let json = try await sandbox.diff("-o", "json")
            #expect(json.exitCode == 0, "\(json)")
            #expect(try json.state == [])
        }
    }

    @Test("S162 what the server writes in another form is no difference either, and the rest is shown")
    func defaults() async throws {
        try await Sandbox.with { sandbox in
            let container = "image: busybox:1.36\n"
            let amounts = "resources: {limits: {cpu: 1000m, memory: 1024Mi}}\n"
            let deployment = Manifest.deployment("web")
            try sandbox.write(
                "a.yaml", deployment.replacing(container, with: container + "          \(amounts)"))
            #expect(try await sandbox.sync().exitCode == 0)
            #expect(try await sandbox.diff().exitCode == 0)
            let more = amounts.replacing("1000m", with: "1.5") + "          ports: [{containerPort: 80}]\n"
            try sandbox.write(
                "a.yaml", deployment.replacing(container, with: container + "          \(more)"))
            let ending = try await sandbox.diff()
            #expect(ending.exitCode == 1, "\(ending)")
            let changes = ending.changedLines
            #expect(
                changes.contains("-            cpu: \"1\"") && changes.contains("+            cpu: 1500m"))
            // The default that only the server knows is shown with what brings it.
            #expect(changes.contains("+          protocol: TCP"), "\(ending)")
            #expect(!ending.output.contains("memory: 1024Mi"))
            #expect(try await sandbox.sync().exitCode == 0)
            #expect(try await sandbox.diff().exitCode == 0)
        }
    }

    @Test(
        "S161 a changed object: heading, hunk, and exit code 1, or 0 with --exit-code=false; nothing is written"
    )
    func changed() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            #expect(try await sandbox.sync().exitCode == 0)
            try sandbox.write("a.yaml", Manifest.configMap("a", value: "2"))
            let ending = try await sandbox.diff()
            #expect(ending.exitCode == 1, "\(ending)")
            #expect(
                ending.output.hasPrefix(
                    """

                    ===== /ConfigMap \(sandbox.namespace)/a ======
                    --- live
                    +++ desired
                    @@ -1,6 +1,6 @@
                     apiVersion: v1
                     data:
                    -  value: "1"
                    +  value: "2"
                     kind: ConfigMap
                     metadata:
                       annotations:

                    """), "\(ending)")
            let colored = try await sandbox.diff("--color", "always", "--exit-code=false")
            #expect(colored.exitCode == 0, "\(colored)")
            #expect(
                colored.output.contains(
                    "\u{1B}[31m-  value: \"1\"\u{1B}[0m\n\u{1B}[32m+  value: \"2\"\u{1B}[0m"))
            let json = try await sandbox.diff("-o", "json")
            #expect(json.exitCode == 1)
            #expect(
                try json.state == [
                    [
                        "group": "", "kind": "ConfigMap", "namespace": .string(sandbox.namespace),
                        "name": "a",
                        "action": "update",
                        "changes": [["op": "replace", "path": "/data/value", "value": "2", "oldValue": "1"]],
                    ]
                ])
            #expect(try await sandbox.object(.configMaps, "a")?["data", "value"] == "1")
        }
    }

    @Test(
        "S157 what is missing comes, what nobody wants goes with --prune, and else stays; in the order of names"
    )
    func comingAndGoing() async throws {
        try await Sandbox.with { sandbox in
            for name in ["a", "b"] { try sandbox.write("\(name).yaml", Manifest.configMap(name)) }
            #expect(try await sandbox.sync().exitCode == 0)
            try sandbox.remove("a.yaml")
            try sandbox.write("0.yaml", Manifest.configMap("c"))
            let ending = try await sandbox.diff()
            #expect(ending.exitCode == 1, "\(ending)")
            #expect(ending.headings == ["a", "c"].map { "/ConfigMap \(sandbox.namespace)/\($0)" })
            #expect(ending.output.contains("--- live\n+++ /dev/null\t(stays: ignored (requires pruning))\n"))
            #expect(ending.output.contains("--- /dev/null\n+++ desired\n@@ -0,0 +1,"))
            let pruning = try await sandbox.diff("--prune", "-o", "json")
            #expect(try pruning.state.array?.map { $0["action"] } == ["prune", "create"])
            let selected = try await sandbox.diff("--resource", ":ConfigMap:c")
            #expect(selected.headings == ["/ConfigMap \(sandbox.namespace)/c"])
            // The object is the one of the manifests that are left: nothing differs, but for what is extra.
            try sandbox.remove("0.yaml")
            #expect(try await sandbox.diff("--resource", ":ConfigMap:b").exitCode == 0)
        }
    }

    @Test("S165 values of Secrets are shown nowhere, and yet whether they differ")
    func secrets() async throws {
        try await Sandbox.with { sandbox in
            func manifest(_ password: String) -> String {
                """
                apiVersion: v1
                kind: Secret
                metadata:
                  name: keys
                stringData:
                  user: somebody
                  password: \(password)

                """
            }
            try sandbox.write("a.yaml", manifest("letmein"))
            let new = try await sandbox.diff()
            #expect(new.exitCode == 1 && new.changedLines.contains("+  password: ++++++++"), "\(new)")
            #expect(try await sandbox.sync().exitCode == 0)
            #expect(try await sandbox.diff().exitCode == 0)
            try sandbox.write("a.yaml", manifest("opensesame"))
            let ending = try await sandbox.diff()
            #expect(
                ending.changedLines == ["-  password: ++++++++++++", "+  password: ++++++++"], "\(ending)")
            let json = try await sandbox.diff("-o", "json")
            let cat = try await sandbox.diff(environment: ["KUBECTL_EXTERNAL_DIFF": "grep -r ."])
            for said in [new, ending, json, cat] {
                for secret in [
                    "letmein", "bGV0bWVpb", "opensesame", "b3BlbnNlc2FtZQ", "somebody", "c29tZWJvZHk",
                ] {
                    #expect(!said.output.contains(secret) && !said.errors.contains(secret), "\(said)")
                }
            }
        }
    }

    @Test("S161 what another changes in our fields is shown; what it changes elsewhere is its own")
    func others() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            #expect(try await sandbox.sync().exitCode == 0)
            try await sandbox.patch(["data": ["theirs": "x"], "metadata": ["labels": ["theirs": "x"]]])
            let quiet = try await sandbox.diff()
            #expect(quiet.exitCode == 0 && quiet.output.isEmpty, "\(quiet)")
            try await sandbox.patch(["data": ["value": "theirs"]])
            let ending = try await sandbox.diff()
            #expect(ending.changedLines == ["-  value: theirs", "+  value: \"1\""], "\(ending)")
        }
    }

    @Test(
        "S109 S164 ignored differences do not count; a sync sends them, unless RespectIgnoreDifferences=true")
    func ignored() async throws {
        try await Sandbox.with { sandbox in
            let manifest = Manifest.configMap("a") + "  same: \"1\"\n"
            try sandbox.write("a.yaml", manifest)
            #expect(try await sandbox.sync().exitCode == 0)
            try await sandbox.patch(["data": ["value": "theirs"]])
            let rules = sandbox.place.appending(path: "rules.yaml").path()
            try Data("- kind: ConfigMap\n  jsonPointers: [/data/value]\n".utf8)
                .write(to: URL(filePath: rules))
            let arguments = ["--ignore-differences", rules]
            #expect(try await sandbox.diff(arguments).exitCode == 0)
            try sandbox.write("a.yaml", manifest + "  more: \"1\"\n")
            let ending = try await sandbox.diff(arguments)
            #expect(ending.changedLines == ["+  more: \"1\""], "\(ending)")
            let respect = arguments + ["--sync-option", "RespectIgnoreDifferences=true"]
            #expect(try await sandbox.sync(respect[0], respect[1], respect[2], respect[3]).exitCode == 0)
            #expect(
                try await sandbox.object(.configMaps, "a")?["data"] == [
                    "value": "theirs", "same": "1", "more": "1",
                ])
            #expect(try await sandbox.diff(arguments).exitCode == 0)
            #expect(try await sandbox.sync(arguments[0], arguments[1]).exitCode == 0)
            #expect(
                try await sandbox.object(.configMaps, "a")?["data"] == [
                    "value": "1", "same": "1", "more": "1",
                ])
            try Data("- kind: ConfigMap\n  jqPathExpressions: [.data]\n".utf8).write(to: URL(filePath: rules))
            let refused = try await sandbox.diff(arguments)
            #expect(refused.exitCode == 2, "\(refused)")
            #expect(refused.errors.contains("supported are jsonPointers and managedFieldsManagers"))
        }
    }

    @Test(
        "D4 S161 what the API server would refuse is named, with exit code 2, and shown as far as can be told"
    )
    func refused() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Self.service)
            #expect(try await sandbox.sync().exitCode == 0)
            try sandbox.write("a.yaml", Self.service.replacing("port: 80", with: "port: 80000"))
            let ending = try await sandbox.diff()
            #expect(ending.exitCode == 2, "\(ending)")
            #expect(ending.output.contains("+  - port: 80000"), "\(ending)")
            #expect(ending.errors.hasPrefix("error: Service \(sandbox.namespace)/web: "), "\(ending)")
        }
    }

    @Test("S101 S161 what kubectl has applied and the manifests do not name goes, and the diff says so")
    func takenOver() async throws {
        try await Sandbox.with { sandbox in
            let old: JSONValue = [
                "apiVersion": "v1", "kind": "ConfigMap",
                "metadata": [
                    "name": "a", "namespace": .string(sandbox.namespace),
                    "annotations": ["kubectl.kubernetes.io/last-applied-configuration": "{}"],
                ], "data": ["value": "1", "old": "1"],
            ]
            var request = APIRequest(
                .create(KubeObject(old.object ?? [:])), .configMaps, namespace: sandbox.namespace)
            request.fieldManager = "kubectl-client-side-apply"
            _ = try await sandbox.cluster.client.perform(request)
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            let ending = try await sandbox.diff()
            #expect(ending.changedLines.contains("-  old: \"1\""), "\(ending)")
            #expect(ending.changedLines.contains { $0.hasPrefix("-    kubectl.kubernetes.io/last-applied") })
            #expect(try await sandbox.sync().exitCode == 0)
            #expect(try await sandbox.object(.configMaps, "a")?["data"] == ["value": "1"])
            #expect(try await sandbox.diff().exitCode == 0)
        }
    }

    @Test(
        "S161 without the server's dry run the owners of the fields tell the same, where no default is missing"
    )
    func withoutServer() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.copyExample("hooks")
            #expect(try await sandbox.sync("--strategy", "apply").exitCode == 0)
            let file = sandbox.folder.appending(path: "deployment.yaml")
            let text = try String(contentsOf: file, encoding: .utf8)
            let changed = text.replacing("replicas: 2", with: "replicas: 3")
                .replacing("image: busybox:1.36", with: "image: busybox:1.37")
                .replacing("readOnlyRootFilesystem: true", with: "runAsGroup: 1")
            try sandbox.write("deployment.yaml", changed)
            let asked = try await sandbox.diff()
            #expect(asked.exitCode == 1 && asked.changedLines.count == 6, "\(asked)")
            #expect(try await sandbox.diff("--validate", "none").output == asked.output)
        }
    }

    @Test("S161 KUBECTL_EXTERNAL_DIFF compares two folders of private files, which are gone afterwards")
    func external() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            #expect(try await sandbox.sync().exitCode == 0)
            func diff(_ command: String) async throws -> Ending {
                try await sandbox.diff(environment: ["KUBECTL_EXTERNAL_DIFF": command])
            }
            // Where nothing differs it does not run.
            #expect(try await diff("false").exitCode == 0)
            try sandbox.write("a.yaml", Manifest.configMap("a", value: "2"))
            let ending = try await diff("diff  -U0 -r -N")
            #expect(ending.exitCode == 1, "\(ending)")
            #expect(ending.changedLines == ["-  value: \"1\"", "+  value: \"2\""], "\(ending)")
            #expect(try await diff("true").exitCode == 0)
            let tool = sandbox.place.appending(path: "tool").path()
            try Data("#!/bin/sh\nstat -c '%a %n' \"$1\" \"$1\"/* \"$2\"/*\n".utf8).write(
                to: URL(filePath: tool))
            try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: tool)
            let seen = try await diff(tool).output.split(separator: "\n").map { $0.split(separator: " ") }
            let file = "v1.ConfigMap.\(sandbox.namespace).a"
            #expect(seen.map { $0[0] } == ["700", "600", "600"])
            #expect(
                seen.map { URL(filePath: String($0[1])).pathComponents.suffix(2).joined(separator: "/") }
                    .dropFirst()
                    == ["live/\(file)", "desired/\(file)"])
            for line in seen { #expect(!FileManager.default.fileExists(atPath: String(line[1]))) }
            #expect(try await diff("no-such-program").exitCode == 2)
            #expect(try await diff("ls --no-such-option").exitCode == 2)
        }
    }

    @Test(
        "S161 colours are for terminals, unless the environment or the user says otherwise",
        arguments: [
            (ColorArgument.auto, true, [:], true), (.auto, false, [:], false),
            (.auto, true, ["NO_COLOR": "1"], false), (.auto, true, ["NO_COLOR": ""], true),
            (.auto, true, ["TERM": "dumb"], false), (.always, false, ["NO_COLOR": "1"], true),
            (.never, true, [:], false),
        ])
    func colors(_ wish: ColorArgument, _ isTerminal: Bool, _ environment: [String: String], _ isColored: Bool)
    {
        #expect(wish.isColored(isTerminal: isTerminal, environment: environment) == isColored)
    }

    @Test("I7 usage and a server that is not there have their exit codes")
    func exitCodes() async throws {
        try await Sandbox.with { sandbox in
            try sandbox.write("a.yaml", Manifest.configMap("a"))
            #expect(try await sandbox.diff("--color", "green").exitCode == 2)
            #expect(try await sandbox.diff("--server", "https://127.0.0.1:1").exitCode == 3)
        }
    }
}

extension Sandbox {
    /// `syncctl app diff` of the folder.
    fileprivate func diff(_ arguments: String..., environment: [String: String] = [:]) async throws -> Ending
    {
        try await diff(arguments, environment: environment)
    }

    fileprivate func diff(_ arguments: [String], environment: [String: String] = [:]) async throws -> Ending {
        try await Program.run(
            ["app", "diff", application, "--core", "--kubeconfig", cluster.kubeconfig]
                + ["--local", folder.path(), "--dest-namespace", namespace] + arguments,
            environment: environment)
    }

    /// Another manager's write to ConfigMap `a`.
    fileprivate func patch(_ changes: JSONValue) async throws {
        let request = APIRequest(
            .patch(.merge(changes)), .configMaps, namespace: namespace, name: "a", fieldManager: "another")
        _ = try await cluster.client.perform(request)
    }
}

extension Ending {
    fileprivate var headings: [String] {
        output.split(separator: "\n").filter { $0.hasPrefix("=====") }
            .map { $0.dropFirst(6).dropLast(7).description }
    }

    /// What went and came, without the names of files.
    fileprivate var changedLines: [String] {
        output.split(separator: "\n").map(String.init).filter {
            ($0.hasPrefix("-") || $0.hasPrefix("+")) && !$0.hasPrefix("---") && !$0.hasPrefix("+++")
        }
    }
}
