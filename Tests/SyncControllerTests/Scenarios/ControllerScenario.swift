import Foundation
import KubeCore
import KubeYAML
import SyncEngine
import TestSupport
import Testing

/// What a controller makes of one Application, as a file of `Fixtures/controller` tells it, step by step.
///
/// The files call the Application `shop`, its namespace and its objects' `demo`, and a third namespace `elsewhere`.
struct ControllerScenario: CustomTestStringConvertible, Sendable {
    /// Something that happens, and what is to come of it.
    struct Step: Sendable {
        var action: String
        var details: JSONValue
        /// What becomes so, and stays so until the next step.
        var wanted: JSONValue
    }

    /// An object that is there before the controller is.
    struct Live: Sendable {
        var object: KubeObject
        /// Whether an earlier sync of the Application has left it.
        var isTracked: Bool
        /// A Job that has run.
        var isComplete: Bool
        /// A Deployment that has not got ready in its time.
        var isGivenUp: Bool
    }

    /// What the API server says to every write of an object that is no dry run.
    struct Fault: Sendable {
        var object: String
        var message: String
    }

    private let text: String
    private let json: JSONValue

    var id: String { json["id"]?.string ?? "" }
    var rules: [String] { json["rules"]?.array?.compactMap(\.string) ?? [] }
    var testDescription: String { "\(rules.joined(separator: " ")) \(id)" }

    /// All of them.
    static let all: [ControllerScenario] = {
        let folder = Bundle.module.resourceURL?.appending(path: "Fixtures/controller")
        let files = folder.flatMap {
            try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
        }
        return (files ?? []).sorted { $0.path() < $1.path() }.compactMap { file in
            // One that can't be read is missed by their count.
            (try? String(contentsOf: file, encoding: .utf8)).flatMap { try? ControllerScenario($0) }
        }
    }()

    private init(_ text: String) throws {
        self.text = text
        json = try #require(try YAMLStream.documents(in: Array(text.utf8)).first).value
    }

    /// The same in the names of a sandbox.
    func placed(in sandbox: Sandbox) throws -> ControllerScenario {
        let names = [
            "shop": sandbox.application, "demo": sandbox.namespace, "elsewhere": "\(sandbox.namespace)-2",
        ]
        return try ControllerScenario(
            text.replacing(#/\b(?:shop|demo|elsewhere)\b/#.wordBoundaryKind(.simple)) {
                names[String($0.output)] ?? ""
            })
    }

    // MARK: What is given

    /// Over an Application of the default project, as a merge patch.
    var application: JSONValue { json["application"] ?? [:] }
    var isBeingDeleted: Bool { json["isBeingDeleted"]?.bool ?? false }
    /// The spec of the default project; `nil`: it permits everything.
    var project: JSONValue? { json["project"] }
    var revision: String { json["revision"]?.string ?? "" }
    var manifests: [KubeObject] { Self.objects(json["manifests"]) }
    /// Why the manifests can't be rendered.
    var renderProblem: String? { json["renderProblem"]?.string }
    var syncTimeout: Duration? { json[path: ["settings", "syncTimeoutSeconds"]]?.int.map { .seconds($0) } }
    /// Where the controller may look; empty: everywhere.
    var namespaces: [String] { json[path: ["settings", "namespaces"]]?.array?.compactMap(\.string) ?? [] }
    var persistsHealth: Bool { json[path: ["settings", "persistResourceHealth"]]?.bool ?? false }

    var live: [Live] {
        json["live"]?.array?.compactMap { entry in
            entry["object"]?.object.map { object in
                Live(
                    object: KubeObject(object), isTracked: entry["tracked"]?.bool ?? true,
                    isComplete: entry["isComplete"]?.bool ?? false,
                    isGivenUp: entry["isGivenUp"]?.bool ?? false)
            }
        } ?? []
    }

    var faults: [Fault] {
        json["refusals"]?.array?.map {
            Fault(object: $0["object"]?.string ?? "", message: $0["message"]?.string ?? "")
        } ?? []
    }

    var steps: [Step] {
        json["steps"]?.array?.map {
            Step(action: $0["do"]?.string ?? "", details: $0, wanted: $0["then"] ?? [:])
        } ?? []
    }

    static func objects(_ list: JSONValue?) -> [KubeObject] {
        list?.array?.compactMap { $0.object.map { KubeObject($0) } } ?? []
    }
}

/// An object as the scenarios name it: `[group/]Kind [namespace/]name`.
struct ScenarioReference: Hashable {
    var resource: APIResource
    var namespace: String
    var name: String

    init?(_ text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2, let resource = Self.kinds[words[0]] else { return nil }
        let parts = words[1].split(separator: "/").map(String.init)
        self.resource = resource
        name = parts.last ?? ""
        namespace = parts.count > 1 ? parts[0] : ""
    }

    /// The kinds that the scenarios are about.
    static let kinds: [String: APIResource] = [
        "ConfigMap": .configMaps, "Pod": .pods, "Namespace": .namespaces, "batch/Job": .jobs,
        "apps/Deployment": .deployments,
        "rbac.authorization.k8s.io/ClusterRole": APIResource(
            kind: GroupVersionKind(apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole"),
            plural: "clusterroles", isNamespaced: false, verbs: []),
        "apiextensions.k8s.io/CustomResourceDefinition": APIResource(
            kind: GroupVersionKind(apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition"),
            plural: "customresourcedefinitions", isNamespaced: false, verbs: []),
    ]

    /// The kind of an object.
    static func resource(of object: KubeObject) -> APIResource? {
        kinds.values.first { $0.kind == object.groupVersionKind }
    }
}
