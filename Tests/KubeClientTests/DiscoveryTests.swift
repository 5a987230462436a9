import KubeCore
import Testing

@testable import KubeClient

@Suite("which kinds a server has")
struct DiscoveryTests {
    private static let core = """
        {"kind":"APIResourceList","groupVersion":"v1","resources":[
         {"name":"pods","kind":"Pod","namespaced":true,"verbs":["get","list","watch"]},
         {"name":"pods/log","kind":"Pod","namespaced":true,"verbs":["get"]},
         {"name":"bindings","kind":"Binding","namespaced":true,"verbs":["create"]},
         {"name":"nodes","kind":"Node","namespaced":false,"verbs":["list"]}, 7, {"kind":"Nameless"}]}
        """

    private static let groups = """
        {"kind":"APIGroupList","groups":[
         {"name":"autoscaling","versions":[{"version":"v1"},{"version":"v2"}],"preferredVersion":{"version":"v2"}},
         {"name":"metrics.k8s.io","versions":[{"version":"v1beta1"}]},
         {"name":"gone.example","versions":[{"version":"v1"}]}]}
        """

    private static func scaler(_ version: String) -> String {
        #"{"resources":[{"name":"horizontalpodautoscalers","kind":"HorizontalPodAutoscaler","namespaced":true,"verbs":["list"]}]}"#
    }

    private static func client(_ script: @escaping @Sendable (String) -> ScriptedTransport.Answer)
        -> APIClient
    {
        APIClient(
            transport: ScriptedTransport { request, _ in script(request.target) }, clock: ImpatientClock(),
            random: { 0 })
    }

    private static let legacy = client { target in
        switch target {
        case "/api": .json(#"{"kind":"APIVersions","versions":["v1"]}"#)
        case "/apis": .json(groups)
        case "/api/v1": .json(core)
        case "/apis/autoscaling/v1", "/apis/autoscaling/v2": .json(scaler(""))
        case "/apis/metrics.k8s.io/v1beta1": .status(503, "ServiceUnavailable", message: "nobody home")
        default: .status(404, "NotFound")
        }
    }

    @Test("one document per version; a broken group is a gap, a vanished one is nothing")
    func separate() async throws {
        let catalog = try await APICatalog.read(with: Self.legacy)
        let pod = try catalog.resource(GroupVersionKind(group: "", version: "v1", kind: "Pod"))
        #expect(pod.plural == "pods" && pod.isNamespaced && pod.verbs == ["get", "list", "watch"])
        #expect(try !catalog.resource(GroupKind(group: "", kind: "Node")).isNamespaced)
        #expect(catalog.listable.map(\.plural) == ["pods", "nodes", "horizontalpodautoscalers"])
        #expect(
            catalog.gaps == [
                APICatalog.Gap(group: "metrics.k8s.io", version: "v1beta1", problem: "nobody home")
            ])
    }

    @Test("without a version, the one that the server prefers")
    func preferred() async throws {
        let catalog = try await APICatalog.read(with: Self.legacy)
        let scaler = GroupKind(group: "autoscaling", kind: "HorizontalPodAutoscaler")
        #expect(try catalog.resource(scaler).kind.version == "v2")
        #expect(
            try catalog.resource(GroupVersionKind(apiVersion: "autoscaling/v1", kind: scaler.kind)).kind
                .version == "v1")
    }

    static let unknown: [(String, String, String)] = [
        (
            "autoscaling/v2beta2", "HorizontalPodAutoscaler",
            "the server does not know autoscaling/HorizontalPodAutoscaler in version v2beta2, only in v2, v1"
        ),
        (
            "extensions/v1beta1", "Pod",
            "the server does not know extensions/Pod in version v1beta1; a Pod is known in the core group"
        ),
        ("example.com/v1", "Widget", "the server does not know example.com/Widget in version v1"),
        (
            "metrics.k8s.io/v1beta1", "NodeMetrics",
            "the server does not know metrics.k8s.io/NodeMetrics in version v1beta1; metrics.k8s.io/v1beta1 could not be asked: nobody home"
        ),
    ]

    @Test("an unknown kind is told with what is known", arguments: unknown)
    func unknownKind(_ row: (String, String, String)) async throws {
        let catalog = try await APICatalog.read(with: Self.legacy)
        let failure = #expect(throws: UnknownKind.self) {
            try catalog.resource(GroupVersionKind(apiVersion: row.0, kind: row.1))
        }
        #expect(failure?.description == row.2)
    }

    @Test("everything in two documents, where the server can")
    func aggregated() async throws {
        let transport = ScriptedTransport { request, _ in
            let isCore = request.target == "/api"
            return .json(
                """
                {"kind":"APIGroupDiscoveryList","items":[{"metadata":{"name":"\(isCore ? "" : "apps")"},"versions":[
                 {"version":"v1","freshness":"Current","resources":[{"resource":"\(isCore ? "pods" : "deployments")",
                  "responseKind":{"group":"","version":"","kind":"\(isCore ? "Pod" : "Deployment")"},"scope":"Namespaced",
                  "verbs":["list"],"subresources":[{"subresource":"status"}]}]},
                 {"version":"v1beta1","freshness":"Stale"}]}]}
                """)
        }
        let catalog = try await APICatalog.read(with: APIClient(transport: transport))
        #expect(transport.requests.count == 2)
        #expect(
            transport.requests.allSatisfy {
                $0.headers.contains { $0.value.contains("APIGroupDiscoveryList") }
            })
        let deployment = try catalog.resource(GroupKind(group: "apps", kind: "Deployment"))
        #expect(
            deployment.kind.version == "v1" && deployment.isNamespaced && deployment.plural == "deployments")
        #expect(catalog.gaps.map(\.group) == ["", "apps"])
    }

    @Test("a server that refuses discovery is a failure, not an empty catalog")
    func refused() async throws {
        let client = Self.client { _ in .status(401, "Unauthorized", message: "who are you") }
        let failure = await #expect(throws: ClientFailure.self) { try await Discovery(client).catalog() }
        #expect(failure?.refusal?.code == 401)
    }

    @Test("a kind that appears is found after a refresh")
    func refresh() async throws {
        let transport = ScriptedTransport { request, number in
            switch request.target {
            case "/api": .json(#"{"versions":["v1"]}"#)
            case "/apis": .json(#"{"groups":[]}"#)
            default: number > 3 ? .json(Self.core) : .json(#"{"resources":[]}"#)
            }
        }
        let discovery = Discovery(APIClient(transport: transport))
        let pod = GroupKind(group: "", kind: "Pod")
        await #expect(throws: UnknownKind.self) { try await discovery.catalog().resource(pod) }
        #expect(transport.requests.count == 3)
        #expect(try await discovery.refresh().resource(pod).plural == "pods")
        #expect(try await discovery.catalog().resource(pod).plural == "pods")
        #expect(transport.requests.count == 6)
    }
}
