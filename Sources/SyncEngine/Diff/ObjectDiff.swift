public import KubeCore

/// What a sync would change in one object, for a person: what is in the cluster, and what would be there afterwards.
///
/// What no manifest decides is left out (status, versions, times, who owns what), and so are ignored differences;
/// values of Secrets are hidden.
///
/// - Rule: S161–S165.
public struct ObjectDiff: Hashable, Sendable {
    public enum Action: String, Hashable, Sendable {
        case create
        case update
        /// Removed, because no manifest wants it any more.
        case prune
        /// No manifest wants it, and it stays.
        case extraneous
    }

    public let key: ObjectKey
    public let action: Action
    /// `nil`: not in the cluster.
    public let before: KubeObject?
    /// `nil`: no manifest wants it.
    public let after: KubeObject?
    /// What leads from the one to the other; none where one of them is not there.
    public let changes: [FieldChange]

    /// Compares; `nil` if there is nothing to be seen.
    ///
    /// - Parameters:
    ///   - key: The object.
    ///   - action: What is done with it.
    ///   - live: The object as it is; `nil` if it is not there.
    ///   - predicted: The object as it would be; `nil` if it would not be there, or is not wanted.
    ///   - rules: What does not count.
    public init?(
        _ key: ObjectKey, _ action: Action, live: KubeObject?, predicted: KubeObject?,
        ignoring rules: IgnoreRules = IgnoreRules()
    ) {
        var before = live?.shown
        var after = predicted?.shown
        if let live, let old = before, let new = after {
            let ignored = rules.fields(of: key)
            before = ignored.removed(from: old, live: live)
            after = ignored.removed(from: new, live: live).spelt(as: old)
            guard before != after else { return nil }
        }
        guard before != nil || after != nil else { return nil }
        if key.group.isEmpty, key.kind == "Secret" { SecretMask.hide(&after, &before) }
        self.key = key
        self.action = action
        self.before = before
        self.after = after
        if let before, let after {
            changes = FieldChange.changes(from: before.json, to: after.json)
        } else {
            changes = []
        }
    }
}

extension KubeObject {
    /// The object without what only a server writes, and with one form for what means the same (S162, S163).
    fileprivate var shown: KubeObject {
        var object = self
        object.json["status"] = nil
        var metadata = metadata
        for name in Self.serverMetadata { metadata[name] = nil }
        for name in ["labels", "annotations"] where metadata[name]?.object?.isEmpty == true {
            metadata[name] = nil
        }
        object.json["metadata"] = .object(metadata)
        guard isOfBuiltInGroup else { return object }
        object.normaliseData()
        object.json = JSONValue.object(object.json).withoutNulls.object ?? object.json
        if isRole, object.json["rules"]?.array?.isEmpty == true { object.json["rules"] = nil }
        return object
    }

    private var isRole: Bool {
        groupVersionKind.group == "rbac.authorization.k8s.io" && ["Role", "ClusterRole"].contains(kind)
    }

    /// The object with the other's amounts where they are the same written otherwise (`1000m`, `1`).
    fileprivate func spelt(as other: KubeObject) -> KubeObject {
        guard isOfBuiltInGroup else { return self }
        var path = FieldPath()
        let json = JSONValue.object(json).spelt(as: .object(other.json), at: &path)
        return KubeObject(json.object ?? self.json)
    }
}

extension JSONValue {
    fileprivate func spelt(as other: JSONValue?, at path: inout FieldPath) -> JSONValue {
        guard let other, self != other else { return self }
        switch (self, other) {
        case (.object(let members), .object(let others)):
            var changed: [JSONObject.Member] = []
            changed.reserveCapacity(members.count)
            for member in members.members {
                path.enter(member.key)
                let value = member.value.spelt(as: others[member.key], at: &path)
                changed.append(JSONObject.Member(key: member.key, value: value))
                path.leave()
            }
            return .object(JSONObject(uniqueMembers: changed))
        case (.array(let elements), .array(let others)):
            return .array(
                elements.enumerated().map { index, element in
                    element.spelt(
                        as: index < others.count ? others[index] : Optional<JSONValue>.none, at: &path)
                })
        default:
            guard KnownFields.isQuantity(path), let amount = Quantity(string ?? text),
                amount == Quantity(other.string ?? other.text)
            else { return self }
            return other
        }
    }
}
