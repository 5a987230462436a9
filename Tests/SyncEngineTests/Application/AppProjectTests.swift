import KubeCore
import SyncEngine
import Testing

@Suite("What a project permits")
struct AppProjectTests {
    private func project(_ spec: JSONValue) -> AppProject { AppProject(name: "team", spec: spec) }

    @Test("S200 sources by glob; a denial wins; case, .git and a slash at the end do not count")
    func sources() {
        let rows: [([JSONValue], String, Bool)] = [
            (["*"], "https://git.test/a.git", true), ([], "https://git.test/a.git", false),
            (["https://git.test/*"], "https://git.test/a.git", true),
            (["https://git.test/*"], "https://git.test/team/a.git", false),
            (["https://git.test/*/a"], "https://git.test/team/a.git", true),
            (["https://git.test/**"], "https://git.test/team/a.git", true),
            (["*", "!https://git.test/*"], "https://git.test/team/a.git", true),
            (["*", "!https://git.test/**"], "https://git.test/team/a.git", false),
            (["https://git.test/a"], "https://GIT.test/a.git/", true),
            (["https://git.test/a.git"], "https://git.test/ab", false),
            (["*", "!https://git.test/secret*"], "https://git.test/secret.git", false),
            (["*", "!https://git.test/secret*"], "https://git.test/open.git", true),
            (["!https://git.test/secret"], "https://git.test/open", false),
        ]
        for (patterns, url, isPermitted) in rows {
            #expect(
                project(["sourceRepos": .array(patterns)]).permits(source: url) == isPermitted,
                "\(patterns) \(url)")
        }
    }

    @Test("S201 destinations by server or name, and namespace; a denial wins")
    func destinations() {
        let own = Destination(server: Destination.ownServer)
        let named = Destination(name: Destination.ownName)
        let other = Destination(server: "https://other.test")
        let rows: [(JSONValue, Destination, String, Bool)] = [
            ([["server": "*", "namespace": "*"]], own, "shop", true),
            ([["server": "*", "namespace": "team-*"]], own, "shop", false),
            ([["server": "*", "namespace": "team-*"]], own, "team-a", true),
            ([["name": "in-cluster", "namespace": "*"]], own, "shop", true),
            ([["server": .string(Destination.ownServer), "namespace": "*"]], named, "shop", true),
            ([["server": .string(Destination.ownServer), "namespace": "*"]], other, "shop", false),
            (
                [["server": "*", "namespace": "*"], ["server": "*", "namespace": "!kube-system"]], own,
                "kube-system", false
            ),
            (
                [["server": "*", "namespace": "*"], ["server": "*", "namespace": "!kube-system"]], own,
                "shop",
                true
            ),
            (
                [["server": "!https://other.test", "namespace": "*"], ["server": "*", "namespace": "*"]],
                other, "a", false
            ),
            ([], own, "shop", false),
        ]
        for (entries, destination, namespace, isPermitted) in rows {
            #expect(
                project(["destinations": entries]).permits(destination, namespace: namespace) == isPermitted,
                "\(entries) \(namespace)")
        }
    }

    @Test("S202 kinds of the cluster have to be named, kinds of namespaces to be forbidden")
    func kinds() {
        let role = GroupKind(group: "rbac.authorization.k8s.io", kind: "ClusterRole")
        let map = GroupKind(group: "", kind: "ConfigMap")
        let rows: [(JSONValue, GroupKind, String, Bool, Bool)] = [
            ([:], role, "r", false, false), ([:], map, "m", true, true),
            (["clusterResourceWhitelist": [["group": "*", "kind": "*"]]], role, "r", false, true),
            (
                ["clusterResourceWhitelist": [["group": "rbac*", "kind": "Cluster*", "name": "team-*"]]],
                role, "team-a", false, true
            ),
            (
                ["clusterResourceWhitelist": [["group": "rbac*", "kind": "Cluster*", "name": "team-*"]]],
                role, "admin", false, false
            ),
            (
                [
                    "clusterResourceWhitelist": [["group": "*", "kind": "*"]],
                    "clusterResourceBlacklist": [["group": "rbac.authorization.k8s.io", "kind": "*"]],
                ], role, "r", false, false
            ),
            (["namespaceResourceWhitelist": []], map, "m", true, false),
            (["namespaceResourceWhitelist": [["group": "", "kind": "ConfigMap"]]], map, "m", true, true),
            (["namespaceResourceBlacklist": [["group": "", "kind": "Config*"]]], map, "m", true, false),
        ]
        for (spec, kind, name, isNamespaced, isPermitted) in rows {
            #expect(
                project(spec).permits(kind, name: name, isNamespaced: isNamespaced) == isPermitted,
                "\(spec) \(kind)")
        }
    }

    @Test("I7 what can't be read permits nothing, and is a problem of the project alone")
    func malformed() {
        let project = project(["sourceRepos": ["[", 5], "destinations": "everywhere"])
        #expect(!project.permits(source: "["))
        #expect(!project.problems.isEmpty)
    }

    @Test("S39 S201 a namespace that is not permitted refuses the sync before anything is written")
    func namespaces() throws {
        var request = Sample.request()
        request.project = project([
            "destinations": [["server": "*", "namespace": "demo"]],
            "clusterResourceWhitelist": [["group": "*", "kind": "*"]],
        ])
        let other = Sample.object("ConfigMap", "far", namespace: "other")
        let plan = try Sample.plan([Sample.object("ConfigMap", "near"), other], request: request)
        #expect(
            plan.refusals.mapValues(\.self).map { ($0.key.key.name, $0.value) }.map { "\($0.0): \($0.1)" }
                == [
                    "far: namespace other is not permitted in project 'team'"
                ])
    }

    @Test("S22 S203 what the project does not permit is neither pruned nor told of")
    func live() throws {
        var request = Sample.request()
        request.switches.prune = true
        request.project = project([
            "destinations": [["server": "*", "namespace": "demo"]],
            "namespaceResourceBlacklist": [["group": "", "kind": "Secret"]],
        ])
        let live = [
            Sample.live(Sample.object("ConfigMap", "old")), Sample.live(Sample.object("Secret", "old")),
            Sample.live(Sample.object("ConfigMap", "far", namespace: "other")),
        ]
        let plan = try Sample.plan([], live: live, request: request)
        #expect(plan.tasks.map(\.key.description) == ["ConfigMap demo/old"])
        let compared = plan.compared(
            live: Dictionary(uniqueKeysWithValues: live.map { ($0.key, $0) }), differing: [])
        #expect(compared.map(\.key.description) == ["ConfigMap demo/old"])
    }

    @Test(
        "S97 S107 the managed namespace is applied in every sync, wins over nothing of the source, and is no orphan"
    )
    func managedNamespace() throws {
        var request = Sample.request()
        request.options.items = ["CreateNamespace=true"]
        request.namespaceMetadata = NamespaceMetadata(labels: ["team": "a"], annotations: ["note": "b"])
        request.switches.prune = true
        let namespace = Sample.live(Sample.object("Namespace", "demo"))
        let plan = try Sample.plan([Sample.object("ConfigMap", "m")], live: [namespace], request: request)
        let object = try #require(plan.namespaceTask?.target)
        #expect(object.label("team") == "a")
        #expect(object.annotation("note") == "b")
        #expect(object.annotation(AnnotationKey.syncOptions) == "ServerSideApply=true")
        #expect(plan.tasks.map(\.key.name) == ["m"])
        let brought = try Sample.plan(
            [Sample.object("Namespace", "demo")], live: [namespace], request: request)
        #expect(brought.namespaceTask == nil)
        request.namespaceMetadata = nil
        let unmanaged = try Sample.plan(
            [Sample.object("ConfigMap", "m")], live: [namespace], request: request)
        #expect(unmanaged.namespaceTask == nil)
        #expect(unmanaged.tasks.map(\.key.name).sorted() == ["demo", "m"])
    }
}
