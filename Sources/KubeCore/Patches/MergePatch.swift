/// A JSON merge patch (RFC 7386): what is written replaces, `null` removes, objects merge, arrays do not.
public struct MergePatch: Hashable, Sendable {
    public var json: JSONValue

    public init(_ json: JSONValue) {
        self.json = json
    }

    /// The patch that makes one value of another; `nil` if they are equal.
    ///
    /// A merge patch cannot write a member that is `null`: such a member of `to` is absent afterwards, which is what
    /// an API server makes of it too.
    public init?(from: JSONValue, to: JSONValue) {
        guard let difference = Self.difference(from: from, to: to) else { return nil }
        json = difference
    }

    /// A value with the patch applied.
    public func applied(to value: JSONValue) -> JSONValue { Self.merged(json, into: value) }

    private static func merged(_ patch: JSONValue, into target: JSONValue?) -> JSONValue {
        guard case .object(let changes) = patch else { return patch }
        var result = JSONObjectEditor(target?.object ?? JSONObject())
        for change in changes.members {
            if change.value.isNull {
                result[change.key] = nil
            } else {
                result[change.key] = merged(change.value, into: result[change.key])
            }
        }
        return .object(result.object)
    }

    private static func difference(from: JSONValue, to: JSONValue) -> JSONValue? {
        if from == to { return nil }
        guard case .object(let wanted) = to else { return to }
        // Merging with nothing drops the members that are null, at every level.
        guard case .object(let present) = from else { return merged(to, into: nil) }
        var changes = JSONObjectEditor(JSONObject())
        let wantedMembers = JSONObjectEditor(wanted)
        let presentMembers = JSONObjectEditor(present)
        for member in present.members where wantedMembers[member.key] == nil { changes[member.key] = .null }
        for member in wanted.members {
            guard let old = presentMembers[member.key] else {
                if !member.value.isNull { changes[member.key] = merged(member.value, into: nil) }
                continue
            }
            changes[member.key] = difference(from: old, to: member.value)
        }
        return changes.object.isEmpty ? nil : .object(changes.object)
    }
}
