import KubeCore

/// A collection of the API whatever the version: `deployments.apps`.
struct GroupResource: Hashable, Sendable, CustomStringConvertible {
    /// Empty for the core group.
    var group: String
    var plural: String

    /// As messages name it.
    var description: String { group.isEmpty ? plural : "\(plural).\(group)" }
}

/// A collection that the server serves, built in or made by a CustomResourceDefinition.
struct Resource: Sendable {
    var group: String
    var plural: String
    var singular: String
    var kind: String
    var listKind: String
    var shortNames: [String]
    var categories: [String]
    var isNamespaced: Bool
    var verbs: [String]
    /// As discovery lists them, the newest first for preference.
    var versions: [ResourceVersion]
    /// The version in which objects are kept.
    var storageVersion: String
    var isCustom = false

    var groupResource: GroupResource { GroupResource(group: group, plural: plural) }

    /// `Deployment.apps`, as messages about invalid objects name the kind.
    var qualifiedKind: String { group.isEmpty ? kind : "\(kind).\(group)" }

    func apiVersion(_ version: String) -> String { group.isEmpty ? version : "\(group)/\(version)" }

    func version(_ name: String) -> ResourceVersion? { versions.first { $0.name == name && $0.isServed } }
}

/// One version of a collection.
struct ResourceVersion: Sendable {
    var name: String
    var shape: Shape
    var subresources: Set<Subresource>
    var isServed = true
    /// What discovery tells about the form in storage.
    var storageHash = ""
    /// How instances are pruned, defaulted and checked, if they are custom.
    var schema: CustomSchema?
    /// Where custom instances keep what their `scale` shows.
    var scale: JSONValue?
    /// The columns that a custom resource's definition adds to tables.
    var columns: [JSONValue] = []
}

/// What can be asked below an object's name.
enum Subresource: String, Hashable, Sendable {
    case status
    case scale
    case finalize
    case eviction
    case binding
    case log
    case exec
    case attach
    case portforward

    /// Whether it would have to reach into a running container.
    var entersContainer: Bool {
        switch self {
        case .exec, .attach, .portforward: true
        case .status, .scale, .finalize, .eviction, .binding, .log: false
        }
    }
}
