import KubeCore

/// A ConfigMap or Secret that a pod takes values from.
struct PodSource: Hashable, Sendable, Comparable {
    enum Kind: String, Hashable, Sendable {
        case configMap = "configmap"
        case secret = "secret"
    }

    var kind: Kind
    var name: String

    static func < (left: PodSource, right: PodSource) -> Bool {
        (left.kind.rawValue, left.name) < (right.kind.rawValue, right.name)
    }
}

/// The values of the sources that are there, as bytes by their keys.
typealias PodValues = [PodSource: [String: [UInt8]]]

extension PodSource {
    /// All that a pod names, there or not.
    static func all(of pod: KubeObject) -> [PodSource] {
        var found: Set<PodSource> = []
        for container in pod.containers(.initial) + pod.containers(.main) {
            for variable in container["env"]?.array ?? [] {
                found.formUnion(references(in: variable["valueFrom"]))
            }
            for source in container["envFrom"]?.array ?? [] { found.formUnion(references(in: source)) }
        }
        for volume in pod["spec", "volumes"]?.array ?? [] {
            found.formUnion(references(in: volume))
            for source in volume["projected"]?["sources"]?.array ?? [] {
                found.formUnion(references(in: source))
            }
        }
        return found.sorted()
    }

    /// The source that a value, a variable or a volume takes its content from.
    static func references(in json: JSONValue?) -> [PodSource] {
        let places: [(String, Kind, String)] = [
            ("configMapKeyRef", .configMap, "name"), ("secretKeyRef", .secret, "name"),
            ("configMapRef", .configMap, "name"), ("secretRef", .secret, "name"),
            ("configMap", .configMap, "name"), ("secret", .secret, "secretName"), ("secret", .secret, "name"),
        ]
        return places.compactMap { member, kind, name in
            json?[member]?[name]?.string.map { PodSource(kind: kind, name: $0) }
        }
    }

    /// The values of an object of this kind.
    static func values(of object: KubeObject, _ kind: Kind) -> [String: [UInt8]] {
        var values: [String: [UInt8]] = [:]
        for member in object["data"]?.object?.members ?? [] {
            guard let text = member.value.string else { continue }
            // The server has checked the Base64 of what it keeps.
            values[member.key] = kind == .secret ? Base64.decoded(text) ?? [] : Array(text.utf8)
        }
        for member in object["binaryData"]?.object?.members ?? [] {
            values[member.key] = member.value.string.flatMap { Base64.decoded($0) } ?? []
        }
        return values
    }
}

/// Why a container cannot be made.
struct PlanFailure: Error, Hashable, Sendable {
    enum Reason: String, Hashable, Sendable {
        /// Something that it refers to is not there, and may still come.
        case config = "CreateContainerConfigError"
        /// It asks for something that a process cannot have.
        case container = "CreateContainerError"
    }

    var reason: Reason
    var message: String

    init(_ reason: Reason, _ message: String) {
        self.reason = reason
        self.message = message
    }
}

extension KubeObject {
    enum ContainerList: String, CaseIterable {
        case initial = "initContainers"
        case main = "containers"
    }

    func containers(_ list: ContainerList) -> [JSONValue] { self["spec", list.rawValue]?.array ?? [] }
}
