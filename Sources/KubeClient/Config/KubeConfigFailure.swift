/// The configuration does not lead to a server: which file and field, and what to do.
public struct KubeConfigFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// Nothing says which cluster is meant.
        case nothingConfigured
        case unreadableFile
        /// A field is missing, of the wrong type, or contradicts another.
        case invalidField
        /// A context, cluster or user that is named and not there.
        case unknownName
        /// A way to authenticate that we do not have.
        case unsupported
    }

    public var reason: Reason
    /// The file, and the field where there is one: `/home/me/.kube/config: users[admin].user.token`.
    public var place: String
    /// What is wrong and what to do. Holds no secret.
    public var problem: String

    public init(_ reason: Reason, _ place: String, _ problem: String) {
        self.reason = reason
        self.place = place
        self.problem = problem
    }
}

extension KubeConfigFailure: CustomStringConvertible {
    public var description: String { place.isEmpty ? problem : "\(place): \(problem)" }
}
