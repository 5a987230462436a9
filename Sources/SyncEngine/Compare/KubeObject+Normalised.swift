public import KubeCore

extension KubeObject {
    /// What only a server writes into `metadata`.
    static let serverMetadata = [
        "clusterName", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp", "generation",
        "managedFields", "resourceVersion", "selfLink", "uid",
    ]

    /// The manifest in the form in which it is sent by server-side apply.
    ///
    /// - What only a server or a controller writes is left out: `status`, and the metadata of an export.
    /// - `null` is left out. It means "not set"; sent, it would take the field from whoever owns it, an
    ///   autoscaler its `replicas`, to set the default. In the spec of a custom object it may be a value, and
    ///   stays.
    /// - A Secret's `stringData` is folded into `data`, over which it wins; base64 loses its line breaks.
    ///   `null` among the data of a Secret or ConfigMap is the empty text.
    /// - `protocol: TCP` is filled in where a list of ports is merged by it: servers before 1.21 refuse the
    ///   object otherwise.
    /// - A ClusterRole that is aggregated from others has no `rules` of its own: a controller writes them,
    ///   and it and we would overwrite each other for ever.
    /// - An amount that is written as a number (`cpu: 1`) becomes a text, for the same servers.
    ///
    /// Doing it twice is the same as doing it once. Members of the wrong type are left as they are, for the
    /// server to refuse in its own words.
    ///
    /// - Rule: D3, S162.
    public func normalisedForApply() -> KubeObject {
        var object = self
        object.json["status"] = nil
        if var metadata = object.json["metadata"]?.object {
            for name in Self.serverMetadata { metadata[name] = nil }
            object.json["metadata"] = JSONValue.object(metadata).withoutNulls
        }
        guard isOfBuiltInGroup else { return object }

        object.normaliseData()
        object.json = JSONValue.object(object.json).withoutNulls.object ?? object.json
        object.fillInProtocols()
        if object.isAggregatedRole { object.json["rules"] = nil }
        var path = FieldPath()
        object.json = JSONValue.object(object.json).withTextualQuantities(at: &path).object ?? object.json
        return object
    }

    /// Whether a controller collects the rules of this ClusterRole.
    private var isAggregatedRole: Bool {
        let role = GroupKind(group: "rbac.authorization.k8s.io", kind: "ClusterRole")
        return groupVersionKind.groupKind == role && json["aggregationRule"]?.object != nil
    }
}

extension JSONValue {
    /// The value without members that are `null`; elements of lists stay, or the others would move.
    var withoutNulls: JSONValue {
        switch self {
        case .object(let members):
            let kept = members.members.filter { !$0.value.isNull }
            return .object(
                JSONObject(
                    uniqueMembers: kept.map { JSONObject.Member(key: $0.key, value: $0.value.withoutNulls) }))
        case .array(let elements): return .array(elements.map(\.withoutNulls))
        case .null, .bool, .int, .double, .string: return self
        }
    }

    /// The value with every number that is an amount as a text.
    fileprivate func withTextualQuantities(at path: inout FieldPath) -> JSONValue {
        switch self {
        case .object(let members):
            var changed: [JSONObject.Member] = []
            changed.reserveCapacity(members.count)
            for member in members.members {
                path.enter(member.key)
                let value = member.value.withTextualQuantities(at: &path)
                changed.append(JSONObject.Member(key: member.key, value: value))
                path.leave()
            }
            return .object(JSONObject(uniqueMembers: changed))
        case .array(let elements): return .array(elements.map { $0.withTextualQuantities(at: &path) })
        case .int, .double: return KnownFields.isQuantity(path) ? .string(text) : self
        case .null, .bool, .string: return self
        }
    }
}
