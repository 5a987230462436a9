import KubeCore
import KubeYAML
import SyncEngine
import Testing

@testable import SyncSources

@Suite("Manifests")
struct ManifestTests {
    struct Refused: CustomTestStringConvertible {
        var text: String
        var field: String
        var problem: String
        var testDescription: String { problem }
    }

    static let head = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n"

    static let refused = [
        Refused(
            text: "apiVersion: v1\nmetadata:\n  name: a\n", field: "kind", problem: "object without kind"),
        Refused(
            text: "kind: Pod\nmetadata:\n  name: a\n", field: "apiVersion",
            problem: "object without apiVersion"),
        Refused(text: "apiVersion: v1\nkind: ''\n", field: "kind", problem: "object without kind"),
        Refused(
            text: "apiVersion: v1\nkind: Pod\n", field: "metadata.name",
            problem: "Pod without metadata.name (or metadata.generateName)"),
        Refused(
            text: "apiVersion: v1\nkind: Pod\nmetadata: {labels: {a: b}}\n", field: "metadata.name",
            problem: "Pod without metadata.name (or metadata.generateName)"),
        Refused(
            text: "apiVersion: v1\nkind: Pod\nmetadata: {name: y}\n", field: "metadata.name",
            problem: "metadata.name is true or false, not text: put it in quotes"),
        Refused(
            text: "apiVersion: v1\nkind: Pod\nmetadata: [a]\n", field: "metadata",
            problem: "metadata is a list, not an object"),
        Refused(
            text: "apiVersion: 1\nkind: Pod\n", field: "apiVersion",
            problem: "apiVersion is a number, not text: put it in quotes"),
        Refused(
            text: head + "  annotations: {argocd.argoproj.io/sync-wave: 5}\n",
            field: "metadata.annotations[\"argocd.argoproj.io/sync-wave\"]",
            problem:
                "metadata.annotations[\"argocd.argoproj.io/sync-wave\"] is a number, not text: put it in quotes"
        ),
        Refused(
            text: head + "  labels: [a]\n", field: "metadata.labels",
            problem: "metadata.labels is a list, not an object"),
        Refused(
            text:
                "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Pod\n  metadata: {name: a}\n- kind: Pod\n",
            field: "items[1].apiVersion", problem: "items[1]: object without apiVersion"),
        Refused(text: "- a\n", field: "", problem: "a document has to be an object, this is a list"),
        Refused(text: "hello\n", field: "", problem: "a document has to be an object, this is text"),
    ]

    @Test("what no API server would take is refused with its place and the member", arguments: refused)
    func refusals(_ sample: Refused) {
        let text = Self.head + "---\n# comment\n" + sample.text
        let failure = #expect(throws: RenderFailure.self) {
            try ManifestReader(file: "web.yaml", limits: YAMLLimits()).objects(in: Array(text.utf8))
        }
        let origin = ManifestOrigin(file: "web.yaml", document: 2, line: 7)
        #expect(failure?.reason == .badManifest(origin, field: sample.field, problem: sample.problem))
        #expect(failure?.message == "web.yaml, document 2 (line 7): \(sample.problem)")
    }

    private func keys(_ text: String) throws -> [String] {
        try ManifestReader(file: "a.yaml", limits: YAMLLimits()).objects(in: Array(text.utf8))
            .map { "\($0.object.apiVersion) \($0.object.kind) \($0.object.name)\($0.object.generateName)" }
    }

    @Test("lists are expanded as kubectl does")
    func lists() throws {
        #expect(
            try keys(
                """
                apiVersion: v1
                kind: List
                items:
                - {apiVersion: apps/v1, kind: Deployment, metadata: {name: a}}
                - apiVersion: v1
                  kind: List
                  items: [{apiVersion: v1, kind: Secret, metadata: {name: b}}]
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleList
                items: [{metadata: {name: c}}, {apiVersion: v1, kind: Pod, metadata: {generateName: d-}}]
                ---
                {apiVersion: v1, kind: PodList, items: null}
                """)
                == [
                    "apps/v1 Deployment a", "v1 Secret b", "rbac.authorization.k8s.io/v1 Role c", "v1 Pod d-",
                ])
        #expect(
            try keys("apiVersion: example.com/v1\nkind: AllowList\nmetadata: {name: a}\nspec: {}\n")
                == ["example.com/v1 AllowList a"], "a kind that merely ends so")
    }

    @Test("nulls where text may be are no text, and no mistake")
    func nulls() throws {
        #expect(try keys(Self.head + "  namespace:\n  labels:\n  annotations: {a: }\n") == ["v1 ConfigMap x"])
    }

    @Test("S19 the later of two definitions is used; generated names are never the same")
    func duplicates() {
        func object(_ name: String, namespace: String = "", generate: String = "", line: Int) -> DesiredObject
        {
            var object = KubeObject(["apiVersion": "v1", "kind": "ConfigMap"])
            if !name.isEmpty { object.name = name }
            if !generate.isEmpty { object["metadata", "generateName"] = .string(generate) }
            object.namespace = namespace
            return DesiredObject(
                object: object, origin: ManifestOrigin(file: "a.yaml", document: 1, line: line))
        }
        let objects = [
            object("a", line: 1), object("b", line: 2), object("a", namespace: "demo", line: 3),
            object("", generate: "job-", line: 4), object("", generate: "job-", line: 5),
            object("a", line: 6),
        ]
        #expect(
            duplicateObjects(in: objects).map(\.description) == [
                "ConfigMap a is defined twice: a.yaml, document 1 (line 6) is used, a.yaml, document 1 (line 1) is not"
            ])
        #expect(duplicateObjects(in: objects, defaultNamespace: "demo").map(\.dropped.line) == [1, 3])
    }
}

@Suite("Revisions")
struct RevisionTests {
    @Test("a revision is made of paths and contents alone, the same everywhere")
    func revision() throws {
        let folder = try TemporaryFolder([
            "a.yaml": configMap("a"), "b.yaml": configMap("b"), "README.md": "x",
        ])
        let first = try DirectorySource(folder.path).render().revision
        #expect(first == "local-7b9cc4c52162")
        let copy = try TemporaryFolder(["b.yaml": configMap("b"), "a.yaml": configMap("a")])
        #expect(try DirectorySource(copy.path).render().revision == first)
        try copy.write("b.yaml", configMap("c"))
        #expect(try DirectorySource(copy.path).render().revision != first)
        let renamed = try TemporaryFolder(["a.yaml": configMap("a"), "c.yaml": configMap("b")])
        #expect(try DirectorySource(renamed.path).render().revision != first)
    }
}
