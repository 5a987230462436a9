public import KubeCore

/// Who leads, as a `coordination.k8s.io/v1` Lease says it.
public struct LeaseRecord: Hashable, Sendable {
    /// The kind that records are kept in.
    public static let resource = APIResource(
        kind: GroupVersionKind(group: "coordination.k8s.io", version: "v1", kind: "Lease"), plural: "leases",
        isNamespaced: true, verbs: ["get", "list", "watch", "create", "update", "delete"])

    /// What a record may claim: a holder that is gone must not block everybody for ever.
    private static let longest: Int64 = 600

    /// Empty where nobody leads.
    public var holder: String
    /// How long after a renewal others have to wait, in seconds.
    public var seconds: Int64
    /// When the holder began, and when it last renewed, by its own clock: of use only to see that they changed.
    public var acquireTime: String
    public var renewTime: String
    /// How often the holder changed.
    public var transitions: Int64

    public init(holder: String, seconds: Int64, acquireTime: String, renewTime: String, transitions: Int64) {
        self.holder = holder
        self.seconds = seconds
        self.acquireTime = acquireTime
        self.renewTime = renewTime
        self.transitions = transitions
    }

    /// Reads a Lease; what is missing or of the wrong type reads as empty.
    public init(_ lease: KubeObject) {
        self.init(
            holder: lease["spec", "holderIdentity"]?.string ?? "",
            seconds: min(max(lease["spec", "leaseDurationSeconds"]?.int ?? 1, 1), Self.longest),
            acquireTime: lease["spec", "acquireTime"]?.string ?? "",
            renewTime: lease["spec", "renewTime"]?.string ?? "",
            transitions: max(lease["spec", "leaseTransitions"]?.int ?? 0, 0))
    }

    public var duration: Duration { .seconds(seconds) }

    /// The record as the `spec` of a Lease.
    var spec: JSONValue {
        var spec: JSONObject = [
            "holderIdentity": .string(holder), "leaseDurationSeconds": .int(seconds),
            "leaseTransitions": .int(transitions),
        ]
        spec["acquireTime"] = acquireTime.isEmpty ? nil : .string(acquireTime)
        spec["renewTime"] = renewTime.isEmpty ? nil : .string(renewTime)
        return .object(spec)
    }
}
