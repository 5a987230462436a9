import KubeCore
import SyncEngine
import Testing

@testable import SyncSources

@Suite("Kustomizations", .enabled(if: Tools.kustomize != nil, Tools.kustomizeIsNeeded))
struct KustomizeTests {
    static let files = [
        "base/kustomization.yaml": """
        resources: [web.yaml]
        images: [{name: nginx, newName: example/nginx, newTag: "1"}]
        configMapGenerator:
          - {name: settings, files: [settings.txt], options: {disableNameSuffixHash: true}}
        """,
        "base/settings.txt": "a=1",
        "base/web.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: web}
        spec:
          replicas: 1
          selector: {matchLabels: {app: web}}
          template:
            metadata: {labels: {app: web}}
            spec: {containers: [{name: web, image: nginx}]}
        """,
        "prod/kustomization.yaml": "resources: [../base]\nnameSuffix: -prod\n",
        "debug/kustomization.yaml": """
        apiVersion: kustomize.config.k8s.io/v1alpha1
        kind: Component
        commonAnnotations: {debug: "yes"}
        """,
        "patch.yaml": "- {op: replace, path: /spec/replicas, value: 7}",
    ]

    private func render(
        _ folder: TemporaryFolder, _ path: String, _ options: JSONValue = [:]
    ) async throws -> [KubeObject] {
        let source = try ApplicationSource(["kustomize": options])
        let rendered = try await LocalRendering(settings: Tools.settings).render(
            "\(folder.path)/\(path)", top: folder.path, source: source, identity: Tools.shop)
        return rendered.objects.map(\.object)
    }

    private func web(_ objects: [KubeObject]) throws -> KubeObject {
        try #require(objects.first { $0.kind == "Deployment" })
    }

    private func image(_ object: KubeObject) -> JSONValue? {
        object["spec", "template", "spec"]?["containers"]?.array?.first?["image"]
    }

    @Test("a kustomization is built, bases and generators included")
    func builds() async throws {
        let folder = try TemporaryFolder(Self.files)
        let objects = try await render(folder, "prod")
        #expect(objects.map(\.name).sorted() == ["settings-prod", "web-prod"])
        #expect(image(try web(objects)) == "example/nginx:1")
    }

    @Test("what the Application says is laid over it, and nobody's files change")
    func overlay() async throws {
        let folder = try TemporaryFolder(Self.files)
        let options: JSONValue = [
            "namePrefix": "x-", "namespace": "store", "images": ["example/nginx:2"],
            "replicas": [["name": "web", "count": 3]],
            "commonLabels": ["team": "a"], "commonAnnotations": ["for": "$ARGOCD_APP_NAME"],
            "commonAnnotationsEnvsubst": true, "labelWithoutSelector": true, "components": ["../debug"],
        ]
        let web = try web(await render(folder, "prod", options))
        #expect(web.name == "x-web-prod")
        #expect(web.namespace == "store")
        #expect(image(web) == "example/nginx:2")
        #expect(web["spec", "replicas"] == 3)
        #expect(web.label("team") == "a")
        #expect(web["spec", "selector", "matchLabels", "team"] == nil)
        #expect(web.annotation("for") == "shop")
        #expect(web.annotation("debug") == "yes")
        #expect(try folder.content("prod/kustomization.yaml") == Self.files["prod/kustomization.yaml"])
        let patched = try await render(
            folder, "prod",
            ["patches": [["path": "../patch.yaml", "target": ["kind": "Deployment"]]]])
        #expect(try self.web(patched)["spec", "replicas"] == 7)
        #expect(
            try self.web(await render(folder, "prod", ["commonLabels": ["t": "1"]]))[
                "spec", "selector", "matchLabels", "t"] == "1")
    }

    @Test("an image is also known by the name that the kustomization itself gives it")
    func renamedImage() async throws {
        let folder = try TemporaryFolder(Self.files)
        #expect(image(try web(await render(folder, "base", ["images": ["nginx:2"]]))) == "example/nginx:2")
    }

    @Test("a label that is there already wins, unless it is forced")
    func labels() async throws {
        let folder = try TemporaryFolder(Self.files)
        try folder.write("prod/kustomization.yaml", "resources: [../base]\ncommonLabels: {team: b}\n")
        let labels: JSONValue = ["commonLabels": ["team": "a"]]
        let words = await message { try await render(folder, "prod", labels) }
        #expect(
            words
                == "prod: kustomize.commonLabels.team stands in the kustomization already; forceCommonLabels lets this one win"
        )
        let forced: JSONValue = ["commonLabels": ["team": "a"], "forceCommonLabels": true]
        #expect(try web(await render(folder, "prod", forced)).label("team") == "a")
    }

    struct Refusal: CustomTestStringConvertible {
        var what: String
        var files: [String: String]
        var message: String
        var testDescription: String { what }
    }

    static let refusals = [
        Refusal(
            what: "a base elsewhere",
            files: ["app/kustomization.yaml": "resources: [https://git.example.com/base?ref=v1]"],
            message:
                "app/kustomization.yaml: resources[0]: \"https://git.example.com/base?ref=v1\" is fetched from elsewhere; that is off unless --allow-remote-bases allows it"
        ),
        Refusal(
            what: "a base elsewhere, in a base",
            files: [
                "app/kustomization.yaml": "resources: [../base]",
                "base/kustomization.yaml": "BASES: ['github.com/example/base']",
            ],
            message:
                "base/kustomization.yaml: BASES[0]: \"github.com/example/base\" is fetched from elsewhere; that is off unless --allow-remote-bases allows it"
        ),
        Refusal(
            what: "a patch elsewhere",
            files: ["app/kustomization.yaml": "patches: [{path: 'http://example.com/p.yaml'}]"],
            message:
                "app/kustomization.yaml: patches[0].path: \"http://example.com/p.yaml\" is fetched from elsewhere; that is off unless --allow-remote-bases allows it"
        ),
        Refusal(
            what: "a file that a generator would fetch",
            files: [
                "app/kustomization.yaml": "generators: [g.yaml]",
                "app/g.yaml":
                    "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: a}\nfiles: ['https://example.com/a']",
            ],
            message:
                "app/g.yaml: \"https://example.com/a\" is fetched from elsewhere; that is off unless --allow-remote-bases allows it"
        ),
        Refusal(
            what: "a folder outside", files: ["app/kustomization.yaml": "resources: [../../etc]"],
            message: "app/kustomization.yaml: resources[0]: \"../../etc\" leads out of the source"),
        Refusal(
            what: "an absolute path",
            files: ["app/kustomization.yaml": "configMapGenerator: [{name: a, files: [p=/etc/passwd]}]"],
            message:
                "app/kustomization.yaml: configMapGenerator[0].files: \"/etc/passwd\" leads out of the source"
        ),
        Refusal(
            what: "a circle",
            files: [
                "app/kustomization.yaml": "resources: [../b]", "b/kustomization.yaml": "resources: [../c]",
                "c/kustomization.yaml": "components: [../b]",
            ],
            message: "b: kustomizations go in a circle: b → c → b"),
        Refusal(
            what: "a function in a container",
            files: [
                "app/kustomization.yaml": "transformers: [t.yaml]",
                "app/t.yaml": """
                apiVersion: v1
                kind: Fn
                metadata:
                  name: t
                  annotations: {config.kubernetes.io/function: "container: {image: a}"}
                """,
            ],
            message:
                "app/t.yaml: Fn has config.kubernetes.io/function: functions and other programs are not run"),
        Refusal(
            what: "a program, written in place",
            files: [
                "app/kustomization.yaml": """
                transformers:
                  - |
                    apiVersion: v1
                    kind: Fn
                    metadata:
                      name: t
                      annotations: {config.k8s.io/function: "exec: {path: ./x}"}
                """
            ],
            message:
                "app/kustomization.yaml: Fn has config.k8s.io/function: functions and other programs are not run"
        ),
        Refusal(
            what: "a chart in a kustomization",
            files: ["app/kustomization.yaml": "helmCharts: [{name: a, repo: 'https://example.com'}]"],
            message:
                "app/kustomization.yaml: helmCharts: charts inside a kustomization are not rendered; make them a source"
        ),
        Refusal(
            what: "what is not there", files: ["app/kustomization.yaml": "resources: [nothing.yaml]"],
            message: "app/kustomization.yaml: resources[0]: \"nothing.yaml\" is not there"),
    ]

    @Test("what must not be done is refused before any program sees it", arguments: refusals)
    func refuses(_ refusal: Refusal) async throws {
        let folder = try TemporaryFolder(refusal.files)
        #expect(await message { try await render(folder, "app") } == refusal.message)
    }

    @Test("a link to a base outside is refused")
    func links() async throws {
        let outside = try TemporaryFolder(Self.files)
        let folder = try TemporaryFolder(["app/kustomization.yaml": "resources: [link]"])
        try folder.link("app/link", to: "\(outside.path)/base")
        #expect(
            await message { try await render(folder, "app") }
                == "app/link: a link that leads out of the source")
    }

    @Test("aliases that unfold without end are refused")
    func laughs() async throws {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<10 {
            text +=
                "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        let folder = try TemporaryFolder(["app/kustomization.yaml": text])
        let words = await message { try await render(folder, "app") }
        #expect(words.hasPrefix("app/kustomization.yaml: "), "\(words)")
    }

    @Test("kustomize's own complaint is shown, without our folders")
    func complaint() async throws {
        let folder = try TemporaryFolder(["app/kustomization.yaml": "resourcez: [a.yaml]"])
        let words = await message { try await render(folder, "app") }
        #expect(words.contains("cannot be rendered: ") && words.contains("resourcez"), "\(words)")
        #expect(!words.contains(folder.path), "\(words)")
    }
}

@Suite("What kustomize is asked")
struct KustomizeRuleTests {
    @Test(
        "addresses are told from paths",
        arguments: [
            ("../base", false), ("a/b.yaml", false), ("deploy@prod", false), ("my.git-stuff/a", false),
            ("https://example.com/a", true), ("HTTPS://example.com/a", true), ("git@example.com:a/b", true),
            ("github.com/a/b", true), ("ssh://example.com/a", true), ("git::https://a/b", true),
            ("example.com:a/b", true), ("a/b.git", true), ("a/b.git//c", true), ("a/b?ref=main", true),
            ("file:///etc", true), ("a/_git/b", true),
        ])
    func addresses(_ reference: String, _ isRemote: Bool) {
        #expect(RemoteReference.matches(reference) == isRemote)
    }

    @Test("images are read as kustomize reads them")
    func images() {
        let rows: [(String, JSONValue?)] = [
            ("nginx:1.2", ["name": "nginx", "newTag": "1.2"]),
            ("nginx=a:5000/nginx:2", ["name": "nginx", "newName": "a:5000/nginx", "newTag": "2"]),
            ("a:5000/nginx", ["name": "a:5000/nginx"]),
            ("nginx@sha256:0", ["name": "nginx", "digest": "sha256:0"]),
            ("=a", nil), ("", nil), (":1", nil),
        ]
        for (text, json) in rows { #expect(KustomizeImage(text)?.json == json, "\(text)") }
    }

    @Test("versions, and what an old program does not know")
    func versions() {
        #expect(KustomizeProgram.version(in: Array("{Version:kustomize/v4.5.7 GitCommit:5}".utf8)) == "4.5.7")
        let client = #"{"clientVersion": {"minor": "20"}}"#
        #expect(KustomizeProgram.version(ofClient: Array(client.utf8)) == "2.0.3")
        let new = #"{"clientVersion": {"minor": "32+"}, "kustomizeVersion": "v5.5.0"}"#
        #expect(KustomizeProgram.version(ofClient: Array(new.utf8)) == "5.5.0")
        let old = RenderProgram(name: "kubectl kustomize", path: "/bin/kubectl", version: "2.0.3")
        #expect(
            KustomizeProgram.problem(of: old, with: ["components": "a/kustomization.yaml", "resources": "b"])
                == "a/kustomization.yaml uses components, which kubectl kustomize does not know (it holds kustomize 2.0.3); install kustomize 5, or kubectl 1.21 or newer"
        )
        #expect(KustomizeProgram.problem(of: old, with: ["resources": "b"]) == nil)
    }

    @Test("without a program the message says what to install")
    func missing() async throws {
        let folder = try TemporaryFolder(["kustomization.yaml": "resources: []"])
        let settings = RenderSettings(environment: ["PATH": folder.path])
        let words = await message {
            try await LocalRendering(settings: settings).render(folder.path, identity: Tools.shop)
        }
        #expect(words == "\(folder.path) cannot be rendered: \(KustomizeProgram.missing)")
    }
}
