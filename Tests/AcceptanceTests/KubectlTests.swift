import Foundation
import KubeCore
import Testing

/// What people type: kubectl against `cluster serve`.
@Suite("kubectl", .enabled(if: Kubectl.path != nil, "needs kubectl, or SYNCCTL_TEST_KUBECTL"))
struct KubectlTests {
    /// One command and what it has to say.
    struct Row {
        var command: [String]
        /// Parts of the output, of both kinds.
        var says: [String]
        var fails = false
        var input = ""
        var environment: [String] = []
        /// Versions of kubectl that have it so.
        var versions = 0...Int.max

        init(
            _ command: String, _ says: String..., fails: Bool = false, input: String = "",
            environment: [String] = [], versions: ClosedRange<Int> = 0...Int.max
        ) {
            // A ␣ stands for a space inside a word.
            self.command = command.split(separator: " ").map {
                String($0).replacing("␣", with: " ")
            }
            self.says = says
            self.fails = fails
            self.input = input
            self.environment = environment
            self.versions = versions
        }
    }

    /// Runs the rows in turn on a fresh server.
    private func run(_ rows: [Row]) async throws {
        let place = FileManager.default.temporaryDirectory.appending(path: "kubectl-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: place) }
        try await ServedCluster.with(place, options: ["--run-jobs", "process"]) { cluster in
            let kubectl = try await Kubectl(cluster)
            for row in rows where row.versions.contains(kubectl.minor) {
                let ending = try await kubectl.run(
                    row.command, input: row.input, environment: row.environment)
                #expect((ending.exitCode != 0) == row.fails, "\(ending.testDescription)")
                for part in row.says {
                    #expect(
                        (ending.output + ending.errors).contains(part),
                        "no \"\(part)\" in what kubectl said:\n\(ending.testDescription)")
                }
            }
        }
    }

    private static let config = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: conf, labels: {app: web}}
        data: {a: "1", b: "2"}
        """

    private static func deployment(_ image: String, simulate: String? = nil) -> String {
        """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web, labels: {app: web}}
        spec:
          replicas: 2
          progressDeadlineSeconds: 3
          selector: {matchLabels: {app: web}}
          template:
            metadata:
              labels: {app: web}
              annotations: {\(simulate.map { "syncctl.dev/simulate: \($0)" } ?? "")}
            spec:
              containers:
              - {name: web, image: "\(image)", ports: [{containerPort: 80}]}
        """
    }

    private static func job(_ name: String, _ script: String) -> String {
        """
        apiVersion: batch/v1
        kind: Job
        metadata: {name: \(name)}
        spec:
          backoffLimit: 0
          template:
            spec:
              restartPolicy: Never
              containers:
              - {name: main, image: none, command: [sh, -c, "\(script)"]}
        """
    }

    @Test("reading: get in every form, describe, discovery")
    func reading() async throws {
        try await run([
            Row("apply -f -", "configmap/conf created", input: Self.config),
            Row("apply -f -", "deployment.apps/web created", input: Self.deployment("nginx:1")),
            Row("rollout status deploy/web", "successfully rolled out"),
            Row("get cm conf", "NAME", "DATA", "conf   2"),
            Row("get deploy,rs,pods -o wide", "deployment.apps/web", "2/2", "nginx:1", "app=web", "Running"),
            Row("get all", "service/kubernetes", "deployment.apps/web", "pod/web-"),
            Row("get cm conf -o yaml", "kind: ConfigMap", #"a: "1""#),
            Row("get cm conf -o json", #""kind": "ConfigMap""#),
            Row("get cm -l app=web -o name", "configmap/conf"),
            Row("get cm --field-selector metadata.name=conf -o name", "configmap/conf"),
            Row("get cm --sort-by=.metadata.name", "conf", "kube-root-ca.crt"),
            Row("get deploy -o custom-columns=N:.metadata.name,R:.spec.replicas", "N     R", "web   2"),
            Row("get cm conf -o jsonpath={.data.a}", "1"),
            Row("get cm nope", #"configmaps "nope" not found"#, fails: true),
            Row("get nope", #"the server doesn't have a resource type "nope""#, fails: true),
            Row("describe deploy web", "2 desired | 2 updated | 2 total | 2 available", "Events:"),
            Row("describe pods", "Status:", "Running", "Node:", "simulated"),
            Row("describe cm conf", "Data", "a:"),
            Row("describe ns default", "Active"),
            Row("api-resources", "deploy", "CronJob"), Row("api-versions", "apps/v1", "batch/v1"),
            Row("version -o json", "v1.20.2+syncctl"), Row("cluster-info", "is running at"),
            Row("get --raw /healthz", "ok"), Row("config view", "current-context"),
            Row("explain deployment.spec.strategy", "rollingUpdate", "<Object>"),
            Row("explain pod.spec --recursive", "containers", "volumeMounts"),
            Row("auth can-i create pods", "yes"), Row("auth can-i --list", "*.*"),
            Row("logs deploy/web", "simulated: no process ran"),
            Row("top pods", "Metrics API not available", fails: true),
        ])
    }

    @Test("applying: by the client and by the server, with validation, diff and edit")
    func applying() async throws {
        let bad = Self.deployment("nginx:1").replacing("replicas: 2", with: "replica: 2")
        try await run([
            Row("apply -f -", #"unknown field "replica""#, fails: true, input: bad),
            Row("apply -f -", "configmap/conf created", input: Self.config),
            Row("apply -f -", "configmap/conf unchanged", input: Self.config),
            Row("diff -f -", input: Self.config),
            Row(
                "diff -f -", "+  a: \"9\"", fails: true,
                input: Self.config.replacing(#"a: "1""#, with: #"a: "9""#)),
            Row("apply -f - --dry-run=server", "created (server dry run)", input: Self.deployment("nginx:1")),
            Row(
                "apply --server-side -f -", "deployment.apps/web serverside-applied",
                input: Self.deployment("nginx:1")),
            Row(
                "apply --server-side --field-manager=other -f -", "conflict", "kubectl", fails: true,
                input: Self.deployment("nginx:2")),
            Row(
                "apply --server-side --field-manager=other --force-conflicts -f -",
                "deployment.apps/web serverside-applied", input: Self.deployment("nginx:2")),
            Row(
                "edit cm conf", "configmap/conf edited",
                environment: [#"KUBE_EDITOR=sed -i s/"a: .1."/"a: \"7\""/"#]),
            Row("get cm conf -o jsonpath={.data.a}", "7"),
            Row(#"patch cm conf -p {"data":{"c":"3"}}"#, "patched"),
            Row(#"patch cm conf --type merge -p {"data":{"b":null}}"#, "patched"),
            Row(#"patch cm conf --type json -p [{"op":"replace","path":"/data/a","value":"8"}]"#, "patched"),
            Row("get cm conf -o jsonpath={.data}", #"{"a":"8","c":"3"}"#),
            Row("label cm conf x=y", "labeled"),
            Row("label cm conf x=z", "already has a value", fails: true),
            Row("annotate cm conf n=v", "annotated"),
            Row("get cm -l x=y -o name", "configmap/conf"),
            Row("apply view-last-applied cm/conf", "kind: ConfigMap"),
            Row("replace -f -", "configmap/conf replaced", input: Self.config),
            Row("delete -f -", #"configmap "conf" deleted"#, input: Self.config),
        ])
    }

    @Test("workloads: scale, roll out, undo, and give up")
    func workloads() async throws {
        try await run([
            Row("apply -f -", "created", input: Self.deployment("nginx:1")),
            Row("rollout status deploy/web", "successfully rolled out"),
            Row("wait --for=condition=available deploy/web --timeout=10s", "condition met"),
            Row("scale deploy web --replicas=3", "scaled"),
            Row("rollout status deploy/web", "successfully rolled out"),
            Row("get deploy web", "3/3"),
            Row("set image deploy/web web=nginx:2", "image updated"),
            Row("rollout status deploy/web", "successfully rolled out"),
            Row("rollout undo deploy/web", "rolled back"),
            Row("rollout status deploy/web", "successfully rolled out"),
            Row("rollout history deploy/web", "2 ", "3 "),
            Row("get deploy web -o jsonpath={..image}", "nginx:1"),
            Row("rollout restart deploy/web", "restarted"),
            Row("rollout status deploy/web", "successfully rolled out"),
            Row("set env deploy/web A=b", "env updated"),
            Row("autoscale deploy web --max=5", "autoscaled"),
            Row("expose deploy web --port=80", "service/web exposed"),
            Row("get svc,hpa", "service/web", "Deployment/web"),
            Row("apply -f -", "configured", input: Self.deployment("nginx:3", simulate: "hang")),
            Row("rollout status deploy/web", "exceeded its progress deadline", fails: true),
            Row("delete deploy web --cascade=orphan", "deleted", versions: 20...Int.max),
            Row("get rs -o name", "replicaset.apps/web-"),
            Row("apply -f -", "created", input: Self.deployment("nginx:2")),
            Row("rollout status deploy/web", "successfully rolled out"),
            Row("delete deploy web --cascade=foreground", "deleted"),
            Row("get rs,pods", "No resources found"),
        ])
    }

    @Test("stateful and daemon sets have a history, too")
    func sets() async throws {
        func set(_ kind: String, _ image: String) -> String {
            """
            apiVersion: apps/v1
            kind: \(kind)
            metadata: {name: db}
            spec:
              \(kind == "StatefulSet" ? "serviceName: db" : "minReadySeconds: 0")
              selector: {matchLabels: {app: db}}
              template:
                metadata: {labels: {app: db}}
                spec: {containers: [{name: db, image: "\(image)"}]}
            """
        }
        try await run([
            Row("apply -f -", "created", input: set("StatefulSet", "db:1")),
            Row("rollout status sts/db", "roll"),
            Row("apply -f -", "configured", input: set("StatefulSet", "db:2")),
            Row("rollout history sts/db", "1 ", "2 "),
            Row("rollout history sts/db --revision=1", "db:1"),
            Row("rollout undo sts/db", "rolled back"),
            Row("get sts db -o jsonpath={..image}", "db:1"),
            Row("rollout history sts/db", "2 ", "3 "),
            Row("delete sts db", "deleted"),
            Row("get controllerrevisions", "No resources found"),
            Row("apply -f -", "created", input: set("DaemonSet", "db:1")),
            Row("apply -f -", "configured", input: set("DaemonSet", "db:2")),
            Row("rollout undo ds/db", "rolled back"),
            Row("get ds db -o jsonpath={..image}", "db:1"),
        ])
    }

    @Test("jobs that really run: wait, logs, describe, delete")
    func jobs() async throws {
        let cron = Self.job("cron", "echo from cron").split(separator: "\n").map { "    \($0)" }
            .filter { !$0.contains("apiVersion") && !$0.contains("kind:") && !$0.contains("metadata:") }
            .joined(separator: "\n")
        let cronJob = """
            apiVersion: batch/v1
            kind: CronJob
            metadata: {name: cron}
            spec:
              schedule: "0 0 1 1 *"
              jobTemplate:
            \(cron)
            """
        try await run([
            Row(
                "apply -f -", "job.batch/good created", input: Self.job("good", "echo hello; echo again >&2")),
            Row("wait --for=condition=complete job/good --timeout=20s", "condition met"),
            Row("logs job/good", "hello\nagain\n"),
            Row("logs job/good -c main --tail=1", "again\n"),
            Row("logs -f job/good", "hello\nagain\n"),
            Row("logs job/good -c nope", "container nope is not valid for pod", fails: true),
            Row("logs job/good --previous", "previous terminated container", fails: true),
            Row("get pods", "Completed"),
            Row("describe job good", "1 Succeeded"),
            Row("apply -f -", "created", input: Self.job("bad", "exit 3")),
            Row("wait --for=condition=failed job/bad --timeout=20s", "condition met"),
            Row("get pods", "Error"),
            Row("describe pods -l job-name=bad", "Exit Code:    3"),
            Row("apply -f -", "cronjob.batch/cron created", input: cronJob),
            Row(
                "create job manual --from=cronjob.v1beta1.batch/cron", "job.batch/manual created",
                versions: 0...20),
            Row("create job manual --from=cronjob/cron", "job.batch/manual created", versions: 21...Int.max),
            Row(
                "wait --for=condition=complete job/manual --timeout=20s", "condition met"),
            Row("logs job/manual", "from cron"),
            Row("apply -f -", "created", input: Self.job("long", "sleep 1000")),
            Row("wait --for=condition=ready pod -l job-name=long --timeout=20s", "condition met"),
            Row("delete job long --cascade=foreground", "deleted"),
            Row("get pods -l job-name=long", "No resources found"),
            Row("delete job good bad --cascade=background", "deleted"),
        ])
    }

    @Test("making things by commands, and namespaces")
    func making() async throws {
        try await run([
            Row("create ns extra", "namespace/extra created"),
            Row("create cm c --from-literal=a=b -n extra", "created"),
            Row("create secret generic s --from-literal=a=b -n extra", "created"),
            Row("create deployment d --image=x -n extra", "created"),
            Row("create job j --image=x -n extra -- sh -c echo", "created"),
            Row("create sa sa -n extra", "created"),
            Row("create role r --verb=get --resource=pods -n extra", "created"),
            Row(
                "create rolebinding r --role=r --serviceaccount=extra:sa -n extra", "created"),
            Row("create service clusterip s --tcp=80 -n extra", "created"),
            Row("create quota q --hard=pods=9 -n extra", "created"),
            Row("get all,cm,secret,sa,role,rolebinding,quota -n extra", "deployment.apps/d"),
            Row("delete ns extra", "deleted"),
            Row("get ns extra", "not found", fails: true),
            Row("delete ns default", "may not be deleted", fails: true),
            Row("run once --image=x --restart=Never --command -- sh -c sleep␣1000", "pod/once created"),
            Row("wait --for=condition=ready pod/once --timeout=20s", "condition met"),
            Row("exec once -- ls", "does not enter containers", fails: true, versions: 0...29),
            Row("attach once", "does not enter containers", fails: true, versions: 0...29),
            Row("port-forward pod/once 0:80", "does not enter containers", fails: true, versions: 0...29),
            Row("delete pod once --grace-period=0 --force", "force deleted"),
            Row("cordon nope", #"nodes "nope" not found"#, fails: true),
        ])
    }

    @Test("a kustomization is applied")
    func kustomize() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "kustomize-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data("resources: [conf.yaml]\nnamePrefix: my-\n".utf8)
            .write(to: folder.appending(path: "kustomization.yaml"))
        try Data(Self.config.utf8).write(to: folder.appending(path: "conf.yaml"))
        try await run([
            Row("apply -k \(folder.path())", "configmap/my-conf created"),
            Row("delete -k \(folder.path())", "deleted"),
        ])
    }

    @Test("a custom resource is validated, explained and shown with its columns")
    func custom() async throws {
        let definition = """
            apiVersion: apiextensions.k8s.io/v1
            kind: CustomResourceDefinition
            metadata: {name: widgets.example.com}
            spec:
              group: example.com
              scope: Namespaced
              names: {plural: widgets, kind: Widget}
              versions:
              - name: v1
                served: true
                storage: true
                additionalPrinterColumns: [{name: Size, type: integer, jsonPath: .spec.size}]
                schema:
                  openAPIV3Schema:
                    type: object
                    properties:
                      spec:
                        type: object
                        properties: {size: {type: integer, description: How large it is.}}
            """
        func widget(_ spec: String) -> String {
            """
            apiVersion: example.com/v1
            kind: Widget
            metadata: {name: w}
            spec: {\(spec)}
            """
        }
        try await run([
            Row("apply -f -", "created", input: definition),
            Row("wait --for=condition=established crd/widgets.example.com --timeout=10s", "condition met"),
            Row("apply -f -", #"unknown field "sise""#, fails: true, input: widget("sise: 3")),
            Row("apply -f -", "widget.example.com/w created", input: widget("size: 3")),
            Row("get widgets", "SIZE", "3"),
            Row("explain widget.spec.size", "How large it is."),
            Row("delete crd widgets.example.com", "deleted"),
            Row("get widgets", fails: true),
        ])
    }
}
