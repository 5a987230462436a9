import KubeCore
import SyncEngine
import Testing

@Suite("What a comparison says of an application")
struct ComparisonTests {
    private func map(_ name: String, _ annotations: [String: String] = [:]) -> KubeObject {
        Sample.object("ConfigMap", name, annotations)
    }

    private func compared(
        _ manifests: [KubeObject], live: [KubeObject], differing: Set<String> = [],
        _ change: (inout SyncRequest) -> Void = { _ in }
    ) throws -> [String: ComparedResource] {
        var request = Sample.request()
        change(&request)
        let plan = try Sample.plan(manifests, live: live, request: request)
        let existing = Dictionary(live.map { ($0.key, $0) }) { first, _ in first }
        let keys = Set(manifests.map(\.key).filter { differing.contains($0.name) })
        let resources = plan.compared(live: existing, differing: keys)
        #expect(resources == resources.sorted { $0.key < $1.key })
        return Dictionary(uniqueKeysWithValues: resources.map { ($0.key.name, $0) })
    }

    @Test("S157 S159 status by difference; hooks and Skip have none")
    func statuses() throws {
        let live = [
            Sample.live(map("same")), Sample.live(map("changed")), Sample.live(map("extra")),
            Sample.live(Sample.hook("done", "PreSync")),
            Sample.live(map("left", [AnnotationKey.hook: "PostDelete"])),
        ]
        let manifests = [
            map("same"), map("changed"), map("new"), Sample.hook("done", "PreSync"),
            map("skipped", [AnnotationKey.hook: "Skip"]),
        ]
        let found = try compared(manifests, live: live, differing: ["changed"])
        let rows: [(String, SyncStatus.Code?, isHook: Bool, prunes: Bool)] = [
            ("same", .synced, false, false), ("changed", .outOfSync, false, false),
            ("new", .outOfSync, false, false), ("extra", .outOfSync, false, true),
            ("done", nil, true, true), ("left", nil, true, true), ("skipped", nil, false, false),
        ]
        #expect(found.count == rows.count)
        for (name, status, isHook, prunes) in rows {
            let resource = try #require(found[name])
            #expect(resource.syncStatus == status, "\(name)")
            #expect(resource.isHook == isHook, "\(name)")
            #expect(resource.requiresPruning == prunes, "\(name)")
        }
    }

    @Test(
        "S157 S158 what a sync refuses is Unknown, and the application OutOfSync where it is missing or differs"
    )
    func refused() throws {
        let unknown = try compared([Sample.object("Widget", "w")], live: [])
        #expect(unknown["w"]?.syncStatus == .unknown)
        #expect(ComparisonSummary(Array(unknown.values)).syncStatus == .outOfSync)
        for (differing, status) in [([], SyncStatus.Code.synced), (["a"], .outOfSync)] {
            let forbidden = try compared([map("a")], live: [Sample.live(map("a"))], differing: Set(differing))
            {
                $0.project = AppProject(
                    name: "tight",
                    spec: [
                        "destinations": [["server": "*", "namespace": "*"]],
                        "namespaceResourceBlacklist": [["group": "", "kind": "ConfigMap"]],
                    ])
            }
            #expect(forbidden["a"]?.syncStatus == .unknown)
            #expect(ComparisonSummary(Array(forbidden.values)).syncStatus == status)
        }
    }

    @Test("S160 waves, and confirmations at the object before the application")
    func fields() throws {
        let confirm = [AnnotationKey.syncOptions: "Prune=confirm"]
        let never = [AnnotationKey.syncOptions: "Delete=false"]
        let manifests = [
            map("plain", [AnnotationKey.syncWave: "3"]), map("asks", confirm), map("kept", never),
        ]
        let found = try compared(manifests, live: [Sample.live(map("gone", confirm))])
        #expect(found["plain"]?.wave == 3)
        #expect(found.filter(\.value.requiresConfirmation).keys.sorted() == ["asks", "gone"])
        let all = try compared(manifests, live: []) { $0.options.items = ["Delete=confirm"] }
        #expect(all.filter(\.value.requiresConfirmation).keys.sorted() == ["asks", "plain"])
    }

    @Test("S160 S176 the entry of status.resources says what is so, and nothing of what is not")
    func entries() throws {
        var resource = ComparedResource(
            key: Sample.object("Deployment", "web").key, version: "v1", difference: .extraneous, isLive: true)
        resource.health = Health(.degraded, "it fell")
        resource.wave = -1
        resource.requiresConfirmation = true
        #expect(
            resource.entry(showsHealth: true).json == [
                "group": "apps", "version": "v1", "kind": "Deployment", "namespace": "demo", "name": "web",
                "status": "OutOfSync", "health": ["status": "Degraded", "message": "it fell"],
                "requiresPruning": true, "syncWave": -1, "requiresDeletionConfirmation": true,
            ])
        #expect(resource.entry(showsHealth: false).health == nil)
        let plain = ComparedResource(
            key: Sample.object("Namespace", "n").key, version: "v1",
            difference: ComparedResource.Difference.none,
            isLive: true)
        #expect(
            plain.entry(showsHealth: true).json == [
                "version": "v1", "kind": "Namespace", "name": "n", "status": "Synced",
            ])
    }

    private func resource(
        _ name: String, _ health: Health.Status?, _ difference: ComparedResource.Difference? = .some(.none),
        kind: String = "Deployment", isLive: Bool = true,
        _ change: (inout ComparedResource) -> Void = { _ in }
    ) -> ComparedResource {
        var resource = ComparedResource(
            key: Sample.object(kind, name).key, version: "v1", difference: difference, isLive: isLive)
        resource.health = health.map { Health($0) }
        change(&resource)
        return resource
    }

    @Test("S158 one difference makes an application OutOfSync, unless it is an extra one that does not count")
    func summary() {
        let same = resource("a", nil)
        let extra = resource("b", nil, .extraneous)
        let ignored = resource("c", nil, .extraneous) { $0.ignoresExtraneous = true }
        let modified = resource("d", nil, .modified) { $0.ignoresExtraneous = true }
        #expect(ComparisonSummary([]).syncStatus == .synced)
        #expect(ComparisonSummary([same, ignored]).syncStatus == .synced)
        #expect(ComparisonSummary([same, extra]).syncStatus == .outOfSync)
        #expect(ComparisonSummary([same, modified]).syncStatus == .outOfSync)
        var due = ComparisonSummary([same])
        due.isNamespaceMetadataDue = true
        #expect(due.syncStatus == .outOfSync)
    }

    @Test("S172 S173 S174 S177 the worst of what counts, with up to three causes")
    func health() {
        let own = ObjectKey(group: "argoproj.io", kind: "Application", namespace: "argocd", name: "demo")
        let child = ObjectKey(group: "argoproj.io", kind: "Application", namespace: "argocd", name: "child")
        let rows: [([ComparedResource], Health)] = [
            ([], Health(.healthy)),
            ([resource("a", nil, .missing, isLive: false)], Health(.missing)),
            ([resource("a", nil, kind: "ConfigMap")], Health(.healthy)),
            (
                [resource("a", .healthy), resource("b", .progressing), resource("c", .degraded)],
                Health(.degraded, "Caused by apps/Deployment:demo/c")
            ),
            (
                ["d", "c", "b", "a", "e"].map { resource($0, .degraded) },
                Health(
                    .degraded,
                    "Caused by apps/Deployment:demo/a, apps/Deployment:demo/b, apps/Deployment:demo/c and 2 more"
                )
            ),
            (
                [
                    resource("a", .degraded) { $0.isHook = true }, resource("b", .degraded, nil),
                    resource("c", .degraded) { $0.ignoresHealth = true },
                    resource("d", .degraded) { $0.key = own }, resource("e", .unknown) { $0.key = child },
                    resource("f", .healthy), resource("g", .missing, .missing, isLive: false),
                ],
                Health(.healthy)
            ),
            (
                [resource("e", .degraded) { $0.key = child }],
                Health(.degraded, "Caused by argoproj.io/Application:argocd/child")
            ),
        ]
        for (resources, expected) in rows {
            var summary = ComparisonSummary(resources)
            summary.ownKey = own
            #expect(summary.health == expected)
        }
    }
}
