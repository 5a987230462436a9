import Glibc
import KubeCore
import SyncEngine
import SystemPackage
import Testing

@testable import SyncSources

@Suite("Charts", .enabled(if: Tools.helm != nil, Tools.helmIsNeeded))
struct HelmTests {
    static let files = [
        "chart/Chart.yaml": "apiVersion: v2\nname: web\nversion: 0.1.0\n",
        "chart/values.yaml": "replicas: 1\nimage: {name: nginx, tag: '1'}\nhosts: [a, b]\nnote: ''\n",
        "chart/crds/thing.yaml": """
        apiVersion: apiextensions.k8s.io/v1
        kind: CustomResourceDefinition
        metadata: {name: things.example.com}
        """,
        "chart/templates/web.yaml": """
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: {{ .Release.Name }}-web
          namespace: {{ .Release.Namespace }}
          annotations:
            hosts: {{ join "," .Values.hosts | quote }}
            note: {{ .Values.note | quote }}
            kube: {{ .Capabilities.KubeVersion.Version }}
            has: {{ .Capabilities.APIVersions.Has "example.com/v9" | quote }}
        spec:
          replicas: {{ .Values.replicas }}
          template: {spec: {containers: [{name: web, image: "{{ .Values.image.name }}:{{ .Values.image.tag }}"}]}}
        """,
        "chart/templates/job.yaml": """
        apiVersion: batch/v1
        kind: Job
        metadata:
          name: before
          annotations: {helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-weight: "-5"}
        """,
        "chart/templates/tests/test.yaml": """
        apiVersion: v1
        kind: Pod
        metadata: {name: test, annotations: {helm.sh/hook: test}}
        """,
        "chart/notes.txt": "from a file",
        "chart/prod.yaml": "replicas: 2\nimage: {tag: '2'}\n",
        "common/values.yaml": "image: {name: common}\n",
    ]

    private func render(
        _ folder: TemporaryFolder, _ path: String = "chart", _ options: JSONValue = [:],
        references: [String: TemporaryFolder] = [:]
    ) async throws -> [KubeObject] {
        var source = try ApplicationSource(["helm": options])
        source.path = path
        var roots: [String: SourceRoot] = [:]
        for (ref, folder) in references { roots[ref] = try SourceRoot(.init(folder.path)) }
        let rendering = FolderRendering(
            source: source, folder: try SourceRoot(.init(folder.path)), identity: Tools.shop,
            revision: "0123456789",
            references: roots, settings: Tools.settings)
        return try await WorkFolder.with(in: "/tmp") { work throws(RenderFailure) in
            let programs = await RenderPrograms.found(in: Tools.environment, work)
            return try await rendering.render(with: programs, in: work).objects.map(\.object)
        }
    }

    private func web(_ objects: [KubeObject]) throws -> KubeObject {
        try #require(objects.first { $0.kind == "Deployment" })
    }

    private func image(_ object: KubeObject) -> JSONValue? {
        object["spec", "template", "spec"]?["containers"]?.array?.first?["image"]
    }

    @Test("a chart is rendered with its definitions and hooks, as a release of the application")
    func renders() async throws {
        let objects = try await render(TemporaryFolder(Self.files))
        #expect(objects.map(\.name).sorted() == ["before", "shop-web", "test", "things.example.com"])
        let web = try web(objects)
        #expect(web.namespace == "store")
        #expect(image(web) == "nginx:1")
        let hook = try #require(objects.first { $0.kind == "Job" })
        #expect(hook.annotation("helm.sh/hook-weight") == "-5")
    }

    @Test("values: files, then values, then parameters, then what files hold")
    func values() async throws {
        let folder = try TemporaryFolder(Self.files)
        let options: JSONValue = [
            "releaseName": "r", "namespace": "ns", "skipCrds": true, "skipTests": true,
            "kubeVersion": "1.29.3",
            "apiVersions": ["example.com/v9"],
            "valueFiles": ["prod.yaml", "../common/values.yaml", "/common/values.yaml", "missing.yaml"],
            "ignoreMissingValueFiles": true, "values": "replicas: 9", "valuesObject": ["replicas": 5],
            "parameters": [
                ["name": "image.tag", "value": "007", "forceString": true],
                ["name": "hosts[1]", "value": "$ARGOCD_APP_NAME"], ["name": "hosts[0]", "value": "x\\,y"],
            ],
            "fileParameters": [["name": "note", "path": "notes.txt"]],
        ]
        let objects = try await render(folder, "chart", options)
        #expect(objects.map(\.name).sorted() == ["before", "r-web"])
        let web = try web(objects)
        #expect(image(web) == "common:007")
        #expect(web["spec", "replicas"] == 5)
        #expect(web.namespace == "ns")
        #expect(web.annotation("hosts") == "x,y,shop")
        #expect(web.annotation("note") == "from a file")
        #expect(web.annotation("kube") == "v1.29.3")
        #expect(web.annotation("has") == "true")
    }

    @Test("value files of another source, by its ref")
    func references() async throws {
        let other = try TemporaryFolder(["env/prod.yaml": "replicas: 4"])
        let folder = try TemporaryFolder(Self.files)
        let objects = try await render(
            folder, "chart", ["valueFiles": ["$values/env/prod.yaml"]], references: ["values": other])
        #expect(try web(objects)["spec", "replicas"] == 4)
        let unknown = await message {
            try await render(folder, "chart", ["valueFiles": ["$vals/env/prod.yaml"]])
        }
        #expect(unknown == "helm.valueFiles[0]: no source has the ref \"vals\"")
    }

    @Test("charts of the same source are taken as dependencies; the source stays as it is")
    func dependencies() async throws {
        var files = Self.files
        files["parent/Chart.yaml"] = """
            apiVersion: v2
            name: parent
            version: 1.0.0
            dependencies:
              - {name: web, version: 0.1.0, repository: "file://../chart", alias: front}
            """
        files["parent/values.yaml"] = "front: {replicas: 8}"
        let folder = try TemporaryFolder(files)
        #expect(try web(await render(folder, "parent"))["spec", "replicas"] == 8)
        #expect(throws: (any Error).self) { try folder.content("parent/charts/web/Chart.yaml") }

        try folder.write(
            "parent/Chart.yaml",
            try folder.content("parent/Chart.yaml").replacing("file://../chart", with: "file://../.."))
        #expect(
            await message { try await render(folder, "parent") }
                == "parent/Chart.yaml: dependencies[0]: file://../.. is no folder of the source")
        try folder.write(
            "parent/Chart.yaml",
            try folder.content("parent/Chart.yaml").replacing(
                "file://../..", with: "https://charts.example.com"))
        #expect(
            await message { try await render(folder, "parent") }
                == "parent/Chart.yaml: dependencies[0]: web of https://charts.example.com is not in charts/, and is not fetched: commit it there (`helm dependency build`), or allow its repository"
        )
    }

    @Test("charts that depend on one another in a circle are refused")
    func circle() async throws {
        func chart(_ name: String, _ needs: String) -> String {
            "apiVersion: v2\nname: \(name)\nversion: 1.0.0\ndependencies: [{name: \(needs), version: 1.0.0, repository: 'file://../\(needs)'}]\n"
        }
        let folder = try TemporaryFolder(["a/Chart.yaml": chart("a", "b"), "b/Chart.yaml": chart("b", "a")])
        #expect(
            await message { try await render(folder, "a") }
                == "b/Chart.yaml: dependencies[0]: charts depend on one another in a circle, or too deeply: a → b → a"
        )
    }

    struct Refusal: CustomTestStringConvertible {
        var options: JSONValue
        var message: String
        var testDescription: String { message }
    }

    static let refusals = [
        Refusal(
            options: ["valueFiles": ["../../etc/passwd"]],
            message: "helm.valueFiles[0]: \"../../etc/passwd\" leads out of the source"),
        Refusal(
            options: ["valueFiles": ["/etc/passwd"]],
            message: "/etc/passwd (etc/passwd of the repository): there is no such value file"),
        Refusal(
            options: ["valueFiles": ["https://example.com/v.yaml"]],
            message:
                "helm.valueFiles[0]: \"https://example.com/v.yaml\" is not a file of a source; addresses are not read"
        ),
        Refusal(
            options: ["valueFiles": ["none.yaml"]],
            message: "none.yaml (chart/none.yaml of the repository): there is no such value file"),
        Refusal(
            options: ["valueFiles": ["notes.txt"]], message: "chart/notes.txt: must be one mapping of values"),
        Refusal(
            options: ["releaseName": "--post-renderer=x"],
            message:
                "helm.releaseName: \"--post-renderer=x\" is no name of a release: lower-case letters, digits, - and ., at most 53"
        ),
        Refusal(options: ["namespace": "-n"], message: "helm.namespace: \"-n\" is no namespace"),
        Refusal(
            options: ["parameters": [["name": "a[99999999]", "value": "x"]]],
            message: "helm.parameters: helm parameter \"a[99999999]\" is no path of a value"),
        Refusal(
            options: ["fileParameters": [["name": "a", "path": "../../x"]]],
            message: "helm.fileParameters[0].path: \"../../x\" leads out of the source"),
    ]

    @Test("what must not be read is refused", arguments: refusals)
    func refuses(_ refusal: Refusal) async throws {
        let folder = try TemporaryFolder(Self.files)
        #expect(await message { try await render(folder, "chart", refusal.options) } == refusal.message)
    }

    @Test(
        "a link that leads out of the source, a pipe, and aliases without end are refused before Helm sees them"
    )
    func hostile() async throws {
        let folder = try TemporaryFolder(Self.files)
        try folder.link("chart/secret", to: "/etc/passwd")
        #expect(
            await message { try await render(folder) } == "chart/secret: a link that leads out of the source")

        let pipe = try TemporaryFolder(Self.files)
        #expect(mkfifo("\(pipe.path)/chart/pipe", 0o600) == 0)
        #expect(
            await message { try await render(pipe) }
                == "chart/pipe: not a regular file; folders, pipes, sockets and devices are not read")

        let laughs = try TemporaryFolder(Self.files)
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<10 {
            text +=
                "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }
        try laughs.write("chart/laughs.yaml", text)
        let words = await message { try await render(laughs, "chart", ["valueFiles": ["laughs.yaml"]]) }
        #expect(words.hasPrefix("chart/laughs.yaml: "), "\(words)")
        try laughs.write("chart/values.yaml", text)
        #expect(await message { try await render(laughs) }.hasPrefix("chart/values.yaml: "))
    }

    @Test("Helm's own complaint is shown, without the values of parameters")
    func complaint() async throws {
        let folder = try TemporaryFolder(Self.files)
        try folder.write("chart/templates/bad.yaml", "{{ fail .Values.note }}")
        let words = await message {
            try await render(folder, "chart", ["parameters": [["name": "note", "value": "hunter2hunter2"]]])
        }
        #expect(words.hasPrefix("chart cannot be rendered: helm: "), "\(words)")
        #expect(!words.contains("hunter2") && !words.contains(folder.path), "\(words)")
    }
}

@Suite("Values of a chart")
struct HelmValuesTests {
    @Test(
        "a parameter becomes what Helm's --set makes of it",
        arguments: [
            ("a", "1", #"{"a":1}"#), ("a.b", "x", #"{"a":{"b":"x"}}"#), (#"a\.b"#, "x", #"{"a.b":"x"}"#),
            ("a[1]", "x", #"{"a":[null,"x"]}"#), ("a[0].b[1]", "true", #"{"a":[{"b":[null,true]}]}"#),
            ("a", "{x,2}", #"{"a":["x",2]}"#), ("a", "{}", #"{"a":[]}"#), ("a", "007", #"{"a":"007"}"#),
            ("a", "0", #"{"a":0}"#), ("a", "1.5", #"{"a":"1.5"}"#), ("a", "null", #"{"a":null}"#),
            ("a", #"x\,y"#, #"{"a":"x,y"}"#), ("a", "x,y", #"{"a":"x,y"}"#), ("a", "", #"{"a":""}"#),
        ])
    func set(_ name: String, _ value: String, _ result: String) throws {
        var values = HelmValues()
        try values.set(name, to: value, isText: false)
        #expect(JSONValue.object(values.root).text == result)
    }

    @Test("text stays text, and what is there stays beside it")
    func beside() throws {
        var values = HelmValues()
        values.merge(["a": ["b": 1, "c": [1, 2]], "d": "x"])
        values.merge(["a": ["c": [3]], "d": ["e": 1]])
        try values.set("a.f", to: "true", isText: true)
        #expect(JSONValue.object(values.root) == ["a": ["b": 1, "c": [3], "f": "true"], "d": ["e": 1]])
    }

    @Test(
        "paths that are none are refused",
        arguments: ["", ".", "a.", ".a", "a[", "a[x]", "a[-1]", "[0]", "a..b", "a[0]b"])
    func refused(_ name: String) {
        var values = HelmValues()
        #expect(throws: FieldFailure.self) { try values.set(name, to: "x", isText: false) }
    }
}
