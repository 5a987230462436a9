import KubeCore

/// Hides what Secrets hold: a value becomes a row of `+`, and values of one key have rows of one length exactly if
/// they are the same (S165).
struct SecretMask {
    /// Values by key and by what they were, with what stands for them.
    private var rows: [String: [JSONValue: String]] = [:]

    /// Hides the data of two states of one Secret, also where an older apply left a copy in an annotation.
    static func hide(_ after: inout KubeObject?, _ before: inout KubeObject?) {
        var mask = SecretMask()
        mask.hideData(of: &after)
        mask.hideData(of: &before)
        mask.hideCopy(in: &after)
        mask.hideCopy(in: &before)
    }

    private mutating func hideData(of object: inout KubeObject?) {
        guard var secret = object else { return }
        hideData(of: &secret.json)
        object = secret
    }

    private mutating func hideData(of json: inout JSONObject) {
        for name in ["data", "stringData"] {
            guard let content = json[name], !content.isNull else { continue }
            guard let members = content.object else {
                // No server would take it, and yet it may be a secret.
                json[name] = row(for: content, of: "")
                continue
            }
            json[name] = .object(
                JSONObject(
                    uniqueMembers: members.members.map { member in
                        JSONObject.Member(key: member.key, value: row(for: member.value, of: member.key))
                    }))
        }
    }

    private mutating func hideCopy(in object: inout KubeObject?) {
        guard let text = object?.annotation(KubeObject.lastApplied) else { return }
        // What cannot be read may still be a secret.
        var hidden = row(for: .string(text), of: KubeObject.lastApplied).string ?? ""
        if var copy = (try? JSONValue(parsing: text))?.object {
            hideData(of: &copy)
            hidden = JSONValue.object(copy).text
        }
        object?.setAnnotation(KubeObject.lastApplied, hidden)
    }

    private mutating func row(for value: JSONValue, of key: String) -> JSONValue {
        let known = rows[key, default: [:]]
        let row = known[value] ?? String(repeating: "+", count: 8 + 4 * known.count)
        rows[key, default: [:]][value] = row
        return .string(row)
    }
}
