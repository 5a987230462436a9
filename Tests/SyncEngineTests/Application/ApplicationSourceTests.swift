import KubeCore
import SyncEngine
import Testing

@Suite("Sources of an Application")
struct ApplicationSourceTests {
    static let full: JSONValue = [
        "repoURL": "https://git.example.com/shop.git", "path": "deploy", "targetRevision": "main",
        "name": "web", "ref": "values", "tagPrefix": "v",
        "directory": ["recurse": true, "include": "*.yaml", "exclude": "{a,b}.yaml", "future": 1],
        "kustomize": [
            "namePrefix": "a-", "nameSuffix": "-b", "namespace": "shop", "images": ["web=registry/web:2"],
            "replicas": [["name": "web", "count": 3]], "commonLabels": ["a": "b"],
            "commonAnnotations": ["c": "d"], "labelWithoutSelector": true, "labelIncludeTemplates": true,
            "forceCommonLabels": true, "forceCommonAnnotations": true, "commonAnnotationsEnvsubst": true,
            "patches": [
                [
                    "patch": "- op: remove", "target": ["kind": "Deployment"],
                    "options": ["allowNameChange": true],
                ],
                ["path": "patch.yaml"],
            ], "components": ["../component"], "ignoreMissingComponents": true, "version": "v5",
        ],
        "helm": [
            "releaseName": "r", "namespace": "n", "valueFiles": ["a.yaml"], "ignoreMissingValueFiles": true,
            "values": "a: 1\n", "valuesObject": ["a": ["b": 2]],
            "parameters": [["name": "x", "value": "1", "forceString": true]],
            "fileParameters": [["name": "y", "path": "y.txt"]], "skipCrds": true, "skipTests": true,
            "skipSchemaValidation": true, "passCredentials": true, "version": "v3", "kubeVersion": "1.30",
            "apiVersions": ["a/v1"],
        ],
    ]

    @Test("S117 everything that was read is written again, also what is not known")
    func roundTrip() throws {
        let source = try ApplicationSource(Self.full)
        #expect(source.json == Self.full)
        #expect(try ApplicationSource(source.json) == source)
        #expect(source.others == ["tagPrefix": "v"])
    }

    @Test("S142 what is missing, null or empty is all the same; anything else is another source")
    func equality() throws {
        let short = try ApplicationSource(["repoURL": "u", "path": "p"])
        let long = try ApplicationSource([
            "path": "p", "repoURL": "u", "targetRevision": "", "helm": [:], "kustomize": ["images": []],
            "directory": ["recurse": false, "jsonnet": [:]], "chart": .null,
        ])
        #expect(short == long)
        #expect(short.json == ["repoURL": "u", "path": "p"])
        let others: [JSONValue] = [
            ["repoURL": "u", "path": "p", "new": 1], ["repoURL": "u", "path": "p", "targetRevision": "v1"],
            ["repoURL": "u", "path": "p", "helm": ["parameters": [["name": "a", "value": "1"]]]],
        ]
        for other in others { #expect(try ApplicationSource(other) != short) }
    }

    struct Misfit: CustomTestStringConvertible {
        var source: JSONValue
        var message: String
        var testDescription: String { message }
    }

    static let misfits = [
        Misfit(source: "x", message: "spec.source must be an object, not text"),
        Misfit(source: ["path": 3], message: "spec.source.path must be text, not a number"),
        Misfit(
            source: ["helm": ["valueFiles": ["a", true]]],
            message: "spec.source.helm.valueFiles[1] must be text, not true or false"),
        Misfit(source: ["helm": []], message: "spec.source.helm must be an object, not a list"),
        Misfit(
            source: ["helm": ["valuesObject": "a: b"]],
            message: "spec.source.helm.valuesObject must be an object, not text"),
        Misfit(
            source: ["kustomize": ["commonLabels": ["a": 1]]],
            message: "spec.source.kustomize.commonLabels.a must be text, not a number"),
        Misfit(
            source: ["kustomize": ["replicas": [["name": "a", "count": "many"]]]],
            message: "spec.source.kustomize.replicas[0].count must be a whole number, not text"),
        Misfit(
            source: ["directory": ["recurse": "yes"]],
            message: "spec.source.directory.recurse must be true or false, not text"),
    ]

    @Test("I7 a member of the wrong type is named by its path", arguments: misfits)
    func mistyped(_ misfit: Misfit) {
        #expect(
            description { () throws(FieldFailure) in _ = try ApplicationSource(misfit.source) }
                == misfit.message)
    }

    private func description(_ body: () throws(FieldFailure) -> Void) -> String {
        do throws(FieldFailure) {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test("S117 sources that are there win over source, and are named by their place")
    func several() throws {
        let one: JSONValue = ["repoURL": "a", "path": "p"]
        let two: JSONValue = ["repoURL": "b", "path": "q"]
        #expect(try ApplicationSource.sources(of: ["source": one]).map(\.repositoryURL) == ["a"])
        #expect(
            try ApplicationSource.sources(of: ["source": one, "sources": []]).map(\.repositoryURL) == ["a"])
        let both: JSONObject = ["source": one, "sources": [two, one]]
        #expect(try ApplicationSource.sources(of: both).map(\.repositoryURL) == ["b", "a"])
        #expect(try ApplicationSource.sources(of: [:]).isEmpty)
        let message = description { () throws(FieldFailure) in
            _ = try ApplicationSource.sources(of: ["sources": [one, ["helm": ["valueFiles": [1]]]]])
        }
        #expect(message == "spec.sources[1].helm.valueFiles[0] must be text, not a number")
    }

    static let refused = [
        Misfit(source: ["path": "p"], message: "spec.source.repoURL is missing"),
        Misfit(source: ["repoURL": "u"], message: "spec.source must have a path, a chart or a ref"),
        Misfit(
            source: ["repoURL": "u", "path": "a/../../b"],
            message: "spec.source.path must be a path within the repository"),
        Misfit(
            source: ["repoURL": "u", "path": "/etc"],
            message: "spec.source.path must be a path within the repository"),
        Misfit(
            source: ["repoURL": "u", "path": "a\nb"],
            message: "spec.source.path must be a path within the repository"),
        Misfit(
            source: ["repoURL": "u", "chart": "c", "path": "p"],
            message: "spec.source.chart cannot be combined with path"),
        Misfit(source: ["repoURL": "u", "chart": "-c"], message: "spec.source.chart is no name of a chart"),
        Misfit(
            source: ["repoURL": "u", "chart": "a/../c"], message: "spec.source.chart is no name of a chart"),
        Misfit(
            source: ["repoURL": "u", "ref": "a/b"],
            message: "spec.source.ref must be of letters, digits, - and _"),
        Misfit(
            source: ["repoURL": "u", "path": "p", "plugin": ["name": "x"]],
            message:
                "spec.source.plugin is not supported: config management plugins are not run; supported are directory, helm and kustomize"
        ),
        Misfit(
            source: ["repoURL": "u", "path": "p", "directory": ["jsonnet": ["libs": ["x"]]]],
            message:
                "spec.source.directory.jsonnet is not supported: render it first and commit what comes out"),
        Misfit(
            source: [
                "repoURL": "u", "path": "p", "directory": ["recurse": true], "helm": ["skipCrds": true],
            ],
            message: "spec.source has directory and helm: only one can be"),
        Misfit(
            source: ["repoURL": "u", "chart": "c", "kustomize": ["namePrefix": "x"]],
            message: "spec.source.kustomize cannot be combined with chart"),
        Misfit(
            source: ["repoURL": "u", "path": "p", "helm": ["version": "v2"]],
            message: "spec.source.helm.version must be v3"),
        Misfit(
            source: ["repoURL": "u", "path": "p", "kustomize": ["patches": [["options": ["a": true]]]]],
            message: "spec.source.kustomize.patches[0] must have either patch or path"),
    ]

    @Test("S154 what cannot be rendered is told before its files are read", arguments: refused)
    func unusable(_ misfit: Misfit) throws {
        #expect(try ApplicationSource(misfit.source).problem()?.description == misfit.message)
    }

    @Test("S154 the choice of a tool: what the source says, a chart, or nothing")
    func types() throws {
        let rows: [(JSONValue, SourceType?)] = [
            (["path": "p"], nil), (["helm": [:], "path": "p"], nil), (["helm": ["skipCrds": true]], .helm),
            (["chart": "c"], .helm), (["kustomize": ["namePrefix": "a"]], .kustomize),
            (["directory": ["recurse": true]], .directory),
        ]
        for (source, type) in rows {
            #expect(try ApplicationSource(source).explicitType == type, "\(source.text)")
        }
        #expect(try !ApplicationSource(["ref": "values"]).isRendered)
        #expect(try ApplicationSource(["ref": "values", "path": "p"]).isRendered)
    }

    @Test("I6 a path within a repository cannot lead out of it")
    func paths() throws {
        let base = try #require(SourcePath("a/b"))
        let rows: [(String, String?)] = [
            ("", "a/b"), (".", "a/b"), ("c//d/", "a/b/c/d"), ("../c", "a/c"), ("../../c", "c"), ("../..", ""),
            ("../../../c", nil), ("/c", nil), ("c/../../../../d", nil), ("c\u{0}d", nil), ("c\r", nil),
        ]
        for (path, resolved) in rows { #expect(SourcePath(path, in: base)?.text == resolved, "\(path)") }
        #expect(base.folder.text == "a")
        #expect(base.isInside(.top) && base.isInside(base.folder) && !base.folder.isInside(base))
    }
}
