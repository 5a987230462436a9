import KubeCore

extension KubeObject {
    /// Brings the data of a Secret or ConfigMap into the form in which the server keeps it (S162).
    mutating func normaliseData() {
        switch groupVersionKind.groupKind {
        case GroupKind(group: "", kind: "Secret"):
            normaliseMap("data", isBase64: true)
            foldStringData()
        case GroupKind(group: "", kind: "ConfigMap"):
            normaliseMap("data", isBase64: false)
            normaliseMap("binaryData", isBase64: true)
        default: break
        }
    }

    private mutating func normaliseMap(_ name: String, isBase64: Bool) {
        guard let map = json[name]?.object else { return }
        let members = map.members.map { member in
            var value = member.value.isNull ? "" : member.value
            if isBase64, case .string(let text) = value { value = .string(text.filter { !$0.isNewline }) }
            return JSONObject.Member(key: member.key, value: value)
        }
        json[name] = .object(JSONObject(uniqueMembers: members))
    }

    /// Moves texts from `stringData` to `data`. What is no text stays, and is the server's to refuse.
    private mutating func foldStringData() {
        guard let strings = json["stringData"]?.object else { return }
        guard json["data"] == nil || json["data"]?.object != nil || json["data"]?.isNull == true else {
            return
        }
        var data = json["data"]?.object ?? JSONObject()
        var rest = strings
        for member in strings.members {
            guard let text = member.value.isNull ? "" : member.value.string else { continue }
            data[member.key] = .string(text.base64)
            rest[member.key] = nil
        }
        if !data.isEmpty { json["data"] = .object(data) }
        json["stringData"] = rest.isEmpty ? nil : .object(rest)
    }
}

extension String {
    /// The text's UTF-8 in base64 (RFC 4648, with padding).
    fileprivate var base64: String {
        var encoded: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for byte in utf8 {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                encoded.append(Self.base64Digits[Int(bits >> count & 0x3F)])
            }
        }
        if count > 0 { encoded.append(Self.base64Digits[Int(bits << (6 - count) & 0x3F)]) }
        while encoded.count % 4 != 0 { encoded.append(UInt8(ascii: "=")) }
        return String(decoding: encoded, as: UTF8.self)
    }

    private static let base64Digits = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
}
