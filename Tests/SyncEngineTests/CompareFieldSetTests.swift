import KubeCore
import SyncEngine
import Testing

@Suite("Field sets")
struct CompareFieldSetTests {
    static let deployment: JSONValue = [
        "f:metadata": ["f:labels": [".": [:], "f:app": [:]]],
        "f:spec": [
            "f:replicas": [:],
            "f:template": [
                "f:spec": [
                    "f:containers": [
                        "k:{\"name\":\"web\"}": [
                            ".": [:], "f:image": [:], "f:name": [:],
                            "f:ports": [
                                "k:{\"containerPort\":80,\"protocol\":\"TCP\"}": [
                                    ".": [:], "f:containerPort": [:],
                                ]
                            ],
                        ]
                    ]
                ]
            ],
        ],
        "f:finalizers": ["v:\"example.com/x\"": [:]], "f:odd": ["i:3": [:], "f:": [:], "f:a.b/c~d": [:]],
    ]

    @Test("D3 fieldsV1 that was read and written is the same")
    func roundTrip() throws {
        let set = try FieldSet(fieldsV1: Self.deployment)
        #expect(set.fieldsV1 == Self.deployment)
        #expect(try FieldSet(fieldsV1: set.fieldsV1) == set)
    }

    @Test("D3 so is what a server wrote, entry by entry")
    func recorded() throws {
        var count = 0
        for entry in CompareZoo.all {
            for managed in entry.live?["metadata", "managedFields"]?.array ?? [] {
                let fields = try #require(managed["fieldsV1"])
                #expect(try FieldSet(fieldsV1: fields).fieldsV1.text == fields.text, "\(entry.id)")
                count += 1
            }
        }
        #expect(count > 40)
    }

    @Test("D3 a path is in the set if it is a leaf, or marked by a point")
    func membership() throws {
        let set = try FieldSet(fieldsV1: Self.deployment)
        let web: [FieldSet.Step] = [
            .field("spec"), .field("template"), .field("spec"), .field("containers"), .key(["name": "web"]),
        ]
        #expect(set.contains([.field("spec"), .field("replicas")]))
        #expect(!set.contains([.field("spec")]))
        #expect(set.contains([.field("metadata"), .field("labels")]))
        #expect(set.contains(web))
        #expect(set.contains(web + [.field("ports"), .key(["protocol": "TCP", "containerPort": 80])]))
        #expect(!set.contains(web + [.field("args")]))
        #expect(set.contains([.field("finalizers"), .value("example.com/x")]))
        #expect(set.contains([.field("odd"), .index(3)]))
        #expect(set.contains([.field("odd"), .field("")]))
    }

    @Test("D3 union and difference", arguments: 0..<200)
    func algebra(_ seed: Int) {
        var random = CompareRandom(seed: UInt64(seed))
        let (left, right) = (random.fieldSet(), random.fieldSet())
        let (union, difference) = (left.union(right), left.subtracting(right))
        #expect(union == right.union(left))
        #expect(union.subtracting(right) == difference)
        #expect(difference.union(right) == union)
        #expect(left.subtracting(left).isEmpty && left.union(left) == left)
        for path in random.paths {
            #expect(union.contains(path) == (left.contains(path) || right.contains(path)))
            #expect(difference.contains(path) == (left.contains(path) && !right.contains(path)))
        }
    }

    @Test(
        "I7 what no server writes is refused",
        arguments: [
            "x", ["x:a": [:]], ["f": [:]], ["k:{": [:]], ["k:3": [:]], ["k:{}": [:]], ["i:x": [:]],
            ["v:": [:]],
            ["f:a": ["f:b": 3]],
        ] as [JSONValue])
    func malformed(_ json: JSONValue) {
        #expect(throws: FieldSet.ParseFailure.self) { try FieldSet(fieldsV1: json) }
    }
}

/// Numbers that are the same again for the same seed.
struct CompareRandom: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }

    /// Every path that a random set may have.
    let paths: [[FieldSet.Step]] = {
        let steps: [FieldSet.Step] = [.field("a"), .field("b"), .key(["name": "x"]), .value("v")]
        let pairs = steps.flatMap { first in steps.map { [first, $0] } }
        return steps.map { [$0] } + pairs + pairs.flatMap { pair in steps.map { pair + [$0] } }
    }()

    mutating func fieldSet() -> FieldSet {
        var set = FieldSet()
        for path in paths where Int.random(in: 0..<3, using: &self) == 0 { set.insert(path) }
        return set
    }
}
