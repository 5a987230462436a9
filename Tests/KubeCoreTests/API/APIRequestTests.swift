import KubeCore
import Testing

/// What API requests are on the wire.
struct APIRequestTests {
    typealias Request = APIRequest

    static let configMaps = resource("", "ConfigMap", "configmaps")
    static let deployments = resource("apps", "Deployment", "deployments")
    static let namespaces = resource("", "Namespace", "namespaces", isNamespaced: false)
    static let roles = resource(
        "rbac.authorization.k8s.io", "ClusterRole", "clusterroles", isNamespaced: false)
    static let object = KubeObject(["kind": "ConfigMap", "data": ["a": "b"]])

    private static func resource(
        _ group: String, _ kind: String, _ plural: String, isNamespaced: Bool = true
    ) -> APIResource {
        APIResource(
            kind: GroupVersionKind(group: group, version: "v1", kind: kind), plural: plural,
            isNamespaced: isNamespaced, verbs: [])
    }

    struct Row: CustomTestStringConvertible {
        var request: APIRequest
        var method: HTTPRequest.Method
        var target: String
        var contentType: String?
        var body = ""
        var testDescription: String { "\(method.rawValue) \(target)" }

        init(
            _ request: APIRequest, _ method: HTTPRequest.Method, _ target: String,
            _ contentType: String? = nil,
            _ body: String = ""
        ) {
            self.request = request
            self.method = method
            self.target = target
            self.contentType = contentType
            self.body = body
        }
    }

    static let rows: [Row] = [
        Row(
            Request(.get, configMaps, namespace: "demo", name: "a"), .get,
            "/api/v1/namespaces/demo/configmaps/a"),
        Row(
            Request(.get, deployments, namespace: "demo", name: "a", subresource: "status"), .get,
            "/apis/apps/v1/namespaces/demo/deployments/a/status"),
        Row(Request(.get, namespaces, name: "demo"), .get, "/api/v1/namespaces/demo"),
        Row(
            Request(.get, roles, namespace: "ignored", name: "system:node"), .get,
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/system:node"),
        Row(
            Request(.get, roles, name: "a b?c#é"), .get,
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/a%20b%3Fc%23%C3%A9"),
        Row(Request(.list(.init()), deployments), .get, "/apis/apps/v1/deployments"),
        Row(
            Request(
                .list(.init(labelSelector: "a in (b,c)", fieldSelector: "metadata.name!=x")), configMaps,
                namespace: "demo"),
            .get,
            "/api/v1/namespaces/demo/configmaps?labelSelector=a%20in%20%28b%2Cc%29&fieldSelector=metadata.name%21%3Dx"
        ),
        Row(
            Request(.list(page), configMaps), .get,
            "/api/v1/configmaps?limit=500&continue=a%2Bb%2F%3D&resourceVersion=0"),
        Row(
            Request(.list(.init()), configMaps, namespace: "demo", name: "a"), .get,
            "/api/v1/namespaces/demo/configmaps?fieldSelector=metadata.name%3Da"),
        Row(
            Request(.watch(watch), configMaps, namespace: "demo"), .get,
            "/api/v1/namespaces/demo/configmaps?watch=true&labelSelector=a%3Db&resourceVersion=12&timeoutSeconds=300"
                + "&allowWatchBookmarks=true"),
        Row(Request(.watch(.init()), configMaps), .get, "/api/v1/configmaps?watch=true"),
        Row(
            Request(.create(object), configMaps, namespace: "demo"), .post,
            "/api/v1/namespaces/demo/configmaps?fieldManager=syncctl", "application/json",
            #"{"kind":"ConfigMap","data":{"a":"b"}}"#),
        Row(
            Request(
                .create(object), configMaps, namespace: "demo", name: "ignored", isDryRun: true,
                fieldManager: ""),
            .post, "/api/v1/namespaces/demo/configmaps?dryRun=All", "application/json",
            #"{"kind":"ConfigMap","data":{"a":"b"}}"#),
        Row(
            Request(.create(object), configMaps, namespace: "demo", name: "a", subresource: "eviction"),
            .post,
            "/api/v1/namespaces/demo/configmaps/a/eviction?fieldManager=syncctl", "application/json",
            #"{"kind":"ConfigMap","data":{"a":"b"}}"#),
        Row(
            Request(.update(object), configMaps, namespace: "demo", name: "a"), .put,
            "/api/v1/namespaces/demo/configmaps/a?fieldManager=syncctl", "application/json",
            #"{"kind":"ConfigMap","data":{"a":"b"}}"#),
        Row(
            Request(
                .patch(.apply(object, force: true)), configMaps, namespace: "demo", name: "a", isDryRun: true),
            .patch, "/api/v1/namespaces/demo/configmaps/a?fieldManager=syncctl&dryRun=All&force=true",
            "application/apply-patch+yaml", #"{"kind":"ConfigMap","data":{"a":"b"}}"#),
        Row(
            Request(.patch(.apply(object, force: false)), configMaps, namespace: "demo", name: "a"), .patch,
            "/api/v1/namespaces/demo/configmaps/a?fieldManager=syncctl", "application/apply-patch+yaml",
            #"{"kind":"ConfigMap","data":{"a":"b"}}"#),
        Row(
            Request(.patch(.merge(["a": .null])), deployments, name: "a", subresource: "scale"), .patch,
            "/apis/apps/v1/deployments/a/scale?fieldManager=syncctl", "application/merge-patch+json",
            #"{"a":null}"#),
        Row(
            Request(.patch(.json([])), deployments, namespace: "demo", name: "a"), .patch,
            "/apis/apps/v1/namespaces/demo/deployments/a?fieldManager=syncctl", "application/json-patch+json",
            "[]"),
        Row(
            Request(.patch(.strategicMerge([:])), deployments, namespace: "demo", name: "a"), .patch,
            "/apis/apps/v1/namespaces/demo/deployments/a?fieldManager=syncctl",
            "application/strategic-merge-patch+json", "{}"),
        Row(
            Request(.delete(.init()), configMaps, namespace: "demo", name: "a"), .delete,
            "/api/v1/namespaces/demo/configmaps/a", "application/json",
            #"{"kind":"DeleteOptions","apiVersion":"v1"}"#),
        Row(
            Request(.delete(deletion), configMaps, namespace: "demo", name: "a", isDryRun: true), .delete,
            "/api/v1/namespaces/demo/configmaps/a", "application/json",
            #"{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Foreground","gracePeriodSeconds":0,"#
                + #""preconditions":{"uid":"u","resourceVersion":"7"},"dryRun":["All"]}"#),
    ]

    private static var page: APIRequest.ListOptions {
        var options = APIRequest.ListOptions()
        options.limit = 500
        options.continuation = "a+b/="
        options.resourceVersion = "0"
        return options
    }

    private static var watch: APIRequest.ListOptions {
        var options = APIRequest.ListOptions(labelSelector: "a=b")
        options.resourceVersion = "12"
        options.allowsBookmarks = true
        options.timeoutSeconds = 300
        return options
    }

    private static var deletion: APIRequest.DeleteOptions {
        var options = APIRequest.DeleteOptions(propagation: .foreground, uid: "u")
        options.resourceVersion = "7"
        options.gracePeriodSeconds = 0
        return options
    }

    @Test("a request becomes method, path, query and body", arguments: rows)
    func http(_ row: Row) {
        let http = row.request.http
        #expect(http.method == row.method)
        #expect(http.target == row.target)
        #expect(http.headers.first { $0.name == "Content-Type" }?.value == row.contentType)
        #expect(http.headers.first { $0.name == "Accept" }?.value == "application/json")
        #expect(String(decoding: http.body, as: UTF8.self) == row.body)
        #expect(row.request.invalidNames.isEmpty)
    }

    @Test("a watch stays open, and nothing else does")
    func timeout() {
        for row in Self.rows {
            #expect((row.request.http.timeout == nil) == row.target.contains("watch=true"))
        }
    }

    @Test(
        "metadata alone is asked for in the form of the answer",
        arguments: [
            (APIRequest.Verb.get, "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"),
            (.list(.init()), "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"),
            (.watch(.init()), "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"),
            (.patch(.merge([:])), "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1"),
        ])
    func metadataOnly(_ verb: APIRequest.Verb, _ accepted: String) {
        let http = APIRequest(verb, Self.configMaps, name: "a", form: .metadataOnly).http
        #expect(http.headers.first { $0.name == "Accept" }?.value == accepted)
    }

    @Test(
        "I9 a request for an object never becomes one for its collection",
        arguments: ["", ".", "..", "a/b", "../..", "/", "a%2Fb"])
    func invalidNames(_ name: String) {
        let verbs: [APIRequest.Verb] = [.get, .update(Self.object), .patch(.merge([:])), .delete(.init())]
        for verb in verbs {
            let request = APIRequest(verb, Self.configMaps, namespace: "demo", name: name)
            let path = request.http.target.prefix { $0 != "?" }
            #expect(path == "/api/v1/namespaces/demo/configmaps/(invalid)")
            #expect(request.invalidNames == [name])
        }
    }

    @Test("I9 a namespace that no path can carry is replaced, not left out")
    func invalidNamespace() {
        let request = APIRequest(.delete(.init()), Self.configMaps, namespace: "..", name: "a")
        #expect(request.http.target == "/api/v1/namespaces/(invalid)/configmaps/a")
        #expect(request.invalidNames == [".."])
    }
}
