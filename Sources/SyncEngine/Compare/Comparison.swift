public import KubeCore

/// Whether a server-side apply of a manifest would change its live object.
///
/// `unchanged` is a promise: the apply may be left out. `changed` is not; where the answer depends on what
/// only the server knows (its defaults inside a value that is replaced as a whole), it is `changed`, and the
/// server finds out.
///
/// - Rule: D3.
public enum Comparison: Hashable, Sendable {
    case unchanged
    /// With the first few fields that differ.
    case changed([FieldDifference])

    /// Compares a manifest with its live object.
    ///
    /// A manifest changes nothing if our manager owns exactly the fields that it names and every one has its
    /// value. Fields of others do not matter. A field that was dropped from the manifest is still owned, so
    /// that is a change. How a list is merged is read from the owned fields, as the server that wrote them
    /// knows its schema.
    ///
    /// What does not count: whether the path of an object or list is itself marked as owned beside what is in
    /// it, for the server writes that as it likes; and a field of which an earlier manifest had an empty object,
    /// if it now has what others have put there. Both concern the bookkeeping of owners, no field's value.
    ///
    /// - Parameters:
    ///   - desired: The manifest as it would be sent, see ``KubeObject/normalisedForApply()``.
    ///   - live: The object as the server last showed it, in the manifest's version and with its managed
    ///     fields.
    ///   - manager: The name under which we apply.
    ///   - limit: How many differences to look for.
    public init(desired: KubeObject, live: KubeObject, manager: String, limit: Int = 1) {
        guard desired.isSameObject(as: live) else {
            self = .changed([FieldDifference(path: "", reason: .otherObject)])
            return
        }
        guard let owned = live.appliedFields(of: manager), owned.apiVersion == desired.apiVersion else {
            self = .changed([FieldDifference(path: "", reason: .neverApplied)])
            return
        }
        var comparer = FieldComparer(isBuiltIn: desired.isOfBuiltInGroup, limit: max(limit, 1))
        comparer.compare(.object(desired.withoutIdentity), .object(live.json), owned: owned.fields)
        self = comparer.differences.isEmpty ? .unchanged : .changed(comparer.differences)
    }
}

/// One field in which a manifest and its live object differ. It never holds a value (I8).
public struct FieldDifference: Hashable, Sendable, CustomStringConvertible {
    public enum Reason: String, Hashable, Sendable {
        /// The live value is another one.
        case value = "differs"
        /// The manifest names it, we have not applied it.
        case notOwned = "is new in the manifest"
        /// We have applied it, the manifest names it no more.
        case dropped = "is no longer in the manifest"
        /// The elements of a list are there in another order.
        case order = "is in another order"
        /// Nobody has applied the object under our name, or not in this version.
        case neverApplied = "has not been applied in this version"
        /// The two are not the same object.
        case otherObject = "is another object"
    }

    /// As `spec.containers[name=web].image`; empty for the object as a whole.
    public var path: String
    public var reason: Reason

    public init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }

    public var description: String { "\(path.isEmpty ? "object" : path) \(reason.rawValue)" }
}

extension KubeObject {
    /// Whether the two go by one name; a manifest may leave out its namespace.
    fileprivate func isSameObject(as live: KubeObject) -> Bool {
        apiVersion == live.apiVersion && kind == live.kind && name == live.name
            && (namespace.isEmpty || namespace == live.namespace)
    }

    /// The object without what says which one it is, and without what the server alone writes: no manager
    /// owns that.
    fileprivate var withoutIdentity: JSONObject {
        var json = json
        json["apiVersion"] = nil
        json["kind"] = nil
        var metadata = metadata
        for name in KubeObject.serverMetadata + ["name", "namespace"] { metadata[name] = nil }
        json["metadata"] = metadata.isEmpty ? nil : .object(metadata)
        return json
    }
}
