import Foundation
import KubeCore
import KubeYAML
import SyncEngine
import Testing

/// One scenario file: what is given, what happens, what is expected.
struct Scenario: Sendable {
    /// A refusal by the API server.
    struct Fault: Hashable {
        var operation: String
        var object: ObjectReference
        var error: String
        var isDryRun: Bool
    }

    struct Event: Sendable {
        var json: JSONValue

        var action: String { json["do"]?.string ?? "" }
        /// The object that something happens to.
        var key: ObjectKey { ObjectReference(json["object"]?.string ?? "").key }
        /// Whether the engine takes no step afterwards.
        var isQuiet: Bool { json["quiet"]?.bool ?? false }
        /// What holds just before.
        var before: Expectation? { json["before"].map { Expectation(json: $0) } }
    }

    var json: JSONValue

    var id: String { json["id"]?.string ?? "" }
    var title: String { json["title"]?.string ?? "" }
    var rules: [String] { json["rules"]?.array?.compactMap(\.string) ?? [] }
    var events: [Event] { json["events"]?.array?.map { Event(json: $0) } ?? [] }

    var given: JSONValue { json["given"] ?? [:] }
    var application: String { given[path: ["app", "name"]]?.string ?? "" }
    var destinationNamespace: String { given[path: ["app", "destNamespace"]]?.string ?? "" }
    var revision: String { given[path: ["app", "revision"]]?.string ?? "" }
    var startedAt: Timestamp? { given["startedAt"]?.string.flatMap { Timestamp(rfc3339: $0) } }
    var operation: JSONValue { given["operation"] ?? [:] }
    var manifests: [JSONValue] { given["manifests"]?.array ?? [] }

    /// What the project permits; `nil` where it is everything. What it does not speak of is permitted.
    var project: AppProject? {
        guard var spec = given["project"]?.object else { return nil }
        let anything: JSONValue = [["group": "*", "kind": "*"]]
        if spec["clusterResourceWhitelist"] == nil { spec["clusterResourceWhitelist"] = anything }
        if spec["destinations"] == nil { spec["destinations"] = [["server": "*", "namespace": "*"]] }
        return AppProject(name: "default", spec: .object(spec))
    }

    /// Of the destination namespace.
    var namespaceMetadata: NamespaceMetadata? {
        func texts(_ name: String) -> [String: String] {
            let members = given[path: ["app", "managedNamespaceMetadata", name]]?.object ?? JSONObject()
            return Dictionary(members.map { ($0.key, $0.value.string ?? "") }) { first, _ in first }
        }
        guard given[path: ["app", "managedNamespaceMetadata"]] != nil else { return nil }
        return NamespaceMetadata(labels: texts("labels"), annotations: texts("annotations"))
    }

    /// What is expected, then each alternative to it.
    var expectations: [Expectation] {
        let main = json["expect"]?.object ?? JSONObject()
        let others = json["alsoAccept"]?.array?.compactMap(\.object).map { other in
            var merged = main
            for member in other where member.key != "note" { merged[member.key] = member.value }
            return merged
        }
        return ([main] + (others ?? [])).map { Expectation(json: .object($0)) }
    }

    var faults: [Fault] {
        given["faults"]?.array?.map { fault in
            Fault(
                operation: fault["op"]?.string ?? "",
                object: ObjectReference(fault["object"]?.string ?? ""),
                error: fault["error"]?.string ?? "", isDryRun: fault["dryRun"]?.bool ?? false)
        } ?? []
    }
}

extension Scenario: CustomTestStringConvertible {
    var testDescription: String { "\(id): \(title) (\(rules.joined(separator: ", ")))" }
}

extension Scenario {
    /// All scenarios beside the tests, in the order of their files.
    static let all: [Scenario] = {
        let folder = Bundle.module.bundleURL.appending(path: "Fixtures/scenarios")
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path())) ?? []
        return files.sorted().compactMap { file in
            guard let data = try? Data(contentsOf: folder.appending(path: file)),
                let document = try? YAMLStream.documents(in: Array(data)).first
            else { return nil }
            return Scenario(json: document.value)
        }
    }()

    /// Scenarios that an engine without Applications and projects can't play, each with the reason.
    static let inexpressible = [
        "hook-deleted-externally-held": "no finalizers (D2): the hook is gone before it can finish"
    ]

    static var playable: [Scenario] { all.filter { inexpressible[$0.id] == nil } }
}

/// What is to hold at some moment; what is not mentioned is free.
struct Expectation: Sendable {
    var json: JSONValue

    var phase: String? { json["phase"]?.string }
    var message: String? { json["message"]?.string }
    var messageContains: String? { json["messageContains"]?.string }
    var results: [JSONValue]? { json["results"]?.array }
    var present: [ObjectReference] { references("present") }
    var absent: [ObjectReference] { references("absent") }
    /// Objects of which the finalizers are looked at; none may be ours (D2).
    var held: [ObjectReference] { json["finalizers"]?.object?.keys.map { ObjectReference($0) } ?? [] }
    /// `phase/wave ref`, as the first computation has it.
    var taskOrder: [String]? { json["taskOrder"]?.array?.compactMap(\.string) }

    /// Stages of writes, without finalizer removals (D2); `nil` if the writes are free.
    var stages: [[ScenarioWrite]]? {
        if json["noWrites"]?.bool == true { return [] }
        guard let stages = json["writes"]?.array else { return nil }
        return stages.map { stage in
            stage.array?.compactMap(\.string).compactMap { ScenarioWrite($0) } ?? []
        }
        .filter { !$0.isEmpty }
    }

    private func references(_ name: String) -> [ObjectReference] {
        json[name]?.array?.compactMap(\.string).map { ObjectReference($0) } ?? []
    }
}

/// One counted write, in the scenarios' words.
struct ScenarioWrite: Hashable, CustomStringConvertible {
    enum Word: String, Hashable {
        case create
        case apply
        case replace
        case recreate
        case delete
    }

    var word: Word
    var key: ObjectKey

    init(_ word: Word, _ key: ObjectKey) {
        self.word = word
        self.key = key
    }

    /// Reads `create ConfigMap demo/a`; `nil` for what is not counted. An `update` is a replace on the wire.
    init?(_ text: String) {
        let parts = text.split(separator: " ", maxSplits: 1).map(String.init)
        guard parts.count == 2, let word = Word(rawValue: parts[0] == "update" ? "replace" : parts[0]) else {
            return nil
        }
        self.init(word, ObjectReference(parts[1]).key)
    }

    var description: String { "\(word.rawValue) \(key)" }
}
