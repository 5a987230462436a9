import KubeCore
import Testing

/// A skim says what the object says.
struct ObjectSkimTests {
    private static func skim(
        _ object: KubeObject, keeping selection: ObjectSkim.Selection = .init(annotations: .all)
    ) throws -> ObjectSkim {
        var strings = StringCache(slots: 16)
        let tape = try JSONTape(parsing: JSONValue.object(object.json).serialized())
        return try #require(ObjectSkim(tape.root, keeping: selection, strings: &strings))
    }

    private static func objects() throws -> [KubeObject] {
        try Fixtures.objects().map { KubeObject(try #require(try JSONValue(parsing: $0).object)) }
    }

    @Test("real objects are skimmed as their trees read")
    func sameAsTree() throws {
        for object in try Self.objects() {
            let metadata = try Self.skim(object).metadata
            #expect(metadata.name == object.name)
            #expect(metadata.namespace == object.namespace)
            #expect(metadata.uid == object.uid)
            #expect(metadata.resourceVersion == object.resourceVersion)
            #expect(metadata.generation == object.generation)
            #expect(metadata.deletionTimestamp == object.deletionTimestamp)
            #expect(metadata.finalizers == object.finalizers)
            #expect(metadata.hasOwner == object.hasOwner)
            for (kept, path) in [(metadata.labels, "labels"), (metadata.annotations, "annotations")] {
                let members = object["metadata", path]?.object?.members ?? []
                #expect(kept == members.map { ObjectSkim.Entry(name: $0.key, value: $0.value.string ?? "") })
            }
            let status = try Self.skim(object).status
            #expect(status.observedGeneration == object["status", "observedGeneration"]?.int)
            #expect(status.phase == object["status", "phase"]?.string ?? "")
            let conditions = object["status", "conditions"]?.array ?? []
            #expect(status.conditions.map(\.type) == conditions.map { $0["type"]?.string ?? "" })
            #expect(status.conditions.map(\.message) == conditions.map { $0["message"]?.string ?? "" })
        }
    }

    static let written: KubeObject = KubeObject([
        "apiVersion": "example.com/v1", "kind": "Widget",
        "metadata": [
            "name": "w", "namespace": "demo", "uid": "u", "resourceVersion": "17", "generation": 3,
            "labels": ["app": "web", "line": "a\nb", "number": 1],
            "annotations": ["syncctl.dev/a": "1", "other": "2", "argocd.argoproj.io/sync-wave": "3"],
            "ownerReferences": [["uid": "o"]], "finalizers": ["a/b", 1, "c"],
            "deletionTimestamp": "2024-05-01T10:11:12Z",
            "managedFields": [["manager": "m"]],
        ],
        "spec": ["size": 1, "parts": [1, 2]],
        "status": [
            "observedGeneration": 2, "phase": "Growing",
            "conditions": [
                [
                    "type": "Ready", "status": "False", "reason": "MinimumReplicasUnavailable",
                    "message": "waits\nfor parts", "observedGeneration": 2,
                ], "no object",
                ["type": "Stalled", "status": "Unknown"],
            ],
        ],
    ])

    @Test("every member is read, and what has the wrong type reads as empty")
    func members() throws {
        let skim = try Self.skim(Self.written)
        #expect(skim.metadata.name == "w")
        #expect(skim.metadata.namespace == "demo")
        #expect(skim.metadata.generation == 3)
        #expect(skim.metadata.label("line") == "a\nb")
        #expect(skim.metadata.label("number") == "")
        #expect(skim.metadata.label("absent") == nil)
        #expect(skim.metadata.finalizers == ["a/b", "c"])
        #expect(skim.metadata.hasOwner)
        #expect(skim.metadata.deletionTimestamp == "2024-05-01T10:11:12Z")
        #expect(skim.status.observedGeneration == 2)
        #expect(skim.status.phase == "Growing")
        #expect(skim.status.conditions.count == 2)
        #expect(skim.status.condition("Ready")?.reason == "MinimumReplicasUnavailable")
        #expect(skim.status.condition("Ready")?.message == "waits\nfor parts")
        #expect(skim.status.condition("Ready")?.observedGeneration == 2)
        #expect(skim.status.condition("Stalled")?.status == "Unknown")
        #expect(skim.status.condition("Other") == nil)
    }

    @Test("I7 an object of wrong types is skimmed as an empty one, and what is no object not at all")
    func wrongTypes() throws {
        let wrong = KubeObject([
            "metadata": [
                "name": 1, "labels": [], "annotations": "x", "finalizers": [:], "ownerReferences": [],
                "generation": "3", "deletionTimestamp": .null,
            ], "status": ["conditions": ["a": 1], "phase": .null, "observedGeneration": 1.5],
        ])
        let skim = try Self.skim(wrong)
        #expect(skim.metadata == ObjectSkim.Metadata())
        #expect(skim.status == ObjectSkim.Status())
        for text in ["[]", "null", "\"x\"", "1"] {
            var strings = StringCache()
            let root = try JSONTape(parsing: Array(text.utf8)).root
            #expect(ObjectSkim(root, keeping: ObjectSkim.Selection(), strings: &strings) == nil)
        }
    }

    @Test("only the labels and annotations that were asked for are kept, by name or by prefix")
    func selection() throws {
        let selection = ObjectSkim.Selection(
            labels: .some(["app"]), annotations: .some(["syncctl.dev/", "other"]))
        let metadata = try Self.skim(Self.written, keeping: selection).metadata
        #expect(metadata.labels.map(\.name) == ["app"])
        #expect(metadata.annotations.map(\.name) == ["syncctl.dev/a", "other"])
        let none = try Self.skim(Self.written, keeping: .init(labels: .none, annotations: .none)).metadata
        #expect(none.labels.isEmpty && none.annotations.isEmpty)
    }

    struct Change: CustomTestStringConvertible {
        var path: [String]
        var value: JSONValue?
        var changesContent: Bool
        var testDescription: String { path.joined(separator: ".") }

        init(_ path: String..., to value: JSONValue?, changesContent: Bool) {
            self.path = path
            self.value = value
            self.changesContent = changesContent
        }
    }

    static let changes = [
        Change("status", "phase", to: "Grown", changesContent: false),
        Change("status", to: nil, changesContent: false),
        Change("metadata", "managedFields", to: nil, changesContent: false),
        Change("metadata", "resourceVersion", to: "18", changesContent: false),
        Change("metadata", "generation", to: 4, changesContent: false),
        Change("metadata", "labels", "app", to: "api", changesContent: true),
        Change("metadata", "annotations", "other", to: nil, changesContent: true),
        Change("metadata", "deletionTimestamp", to: nil, changesContent: true),
        Change("metadata", "uid", to: "v", changesContent: true),
        Change("spec", "size", to: 2, changesContent: true),
        Change("spec", "size", to: "1", changesContent: true),
        Change("spec", "parts", to: [2, 1], changesContent: true),
        Change("spec", "parts", to: [[1, 2]], changesContent: true),
        Change("spec", "parts", to: [1, 2, .null], changesContent: true),
        Change("spec", "more", to: nil, changesContent: false),
        Change("spec", "more", to: [:], changesContent: true),
        Change("data", to: ["a": ""], changesContent: true),
    ]

    @Test("the hash changes with the content, and with nothing else", arguments: changes)
    func hash(_ change: Change) throws {
        var object = Self.written
        object.json[path: change.path] = change.value
        let hashes = (try Self.skim(Self.written).contentHash, try Self.skim(object).contentHash)
        #expect((hashes.0 != hashes.1) == change.changesContent)
    }

    @Test("the hash does not depend on the order of members, nor on what is kept", arguments: Seeds.all)
    func order(_ seed: UInt64) throws {
        var json = RandomJSON(seed: seed)
        for object in try Self.objects() + [Self.written] {
            let shuffled = KubeObject(try #require(json.shuffled(.object(object.json)).object))
            let hash = try Self.skim(object).contentHash
            #expect(try Self.skim(shuffled).contentHash == hash)
            #expect(try Self.skim(object, keeping: .init(labels: .none)).contentHash == hash)
        }
    }

    @Test("the hash is the same in every process and release")
    func stable() throws {
        let hash = try Self.skim(Self.written).contentHash
        #expect(hash == 572_881_749_362_188_662)
    }

    @Test("a cache gives the strings that were asked for, however small it is", arguments: [0, 1, 2, 8192])
    func cache(_ slots: Int) throws {
        var strings = StringCache(slots: slots)
        for _ in 0..<2 {
            for object in try Fixtures.objects() {
                let root = try JSONTape(parsing: object).root
                var fresh = StringCache()
                let selection = ObjectSkim.Selection(annotations: .all)
                #expect(
                    ObjectSkim(root, keeping: selection, strings: &strings)
                        == ObjectSkim(root, keeping: selection, strings: &fresh))
            }
        }
    }
}
