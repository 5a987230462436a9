import FoundationEssentials
import KubeCore
import SyncEngine

/// The API server's refusal in words that may be shown: nothing of a Secret is in them (I8).
struct Refusal {
    let text: String

    init(_ failure: APIFailure, of action: SyncAction) {
        let words =
            failure.message.isEmpty
            ? "the API server answered \(failure.code) \(failure.reason)" : failure.message
        guard action.task.key.group.isEmpty, action.task.key.kind == "Secret", let secret = action.object,
            SecretContent(secret).mayBeQuoted(in: words)
        else {
            text = words
            return
        }
        let fields = Set(failure.causes.map(\.field)).filter { !$0.isEmpty }
            .union(SecretContent(secret).malformed).sorted()
        let place = fields.isEmpty ? "" : " at " + fields.joined(separator: ", ")
        let answer = failure.reason.isEmpty ? "\(failure.code)" : "\(failure.code) \(failure.reason)"
        text =
            "the API server refused Secret \(action.task.key.name)\(place): \(answer) (its message is not "
            + "shown because it could quote the Secret)"
    }
}

/// What a Secret holds, to see whether a sentence gives any of it away.
private struct SecretContent {
    /// Fields that are not what an API server can read: it says of them what it found there, and in many ways.
    var malformed: [String] = []
    private var values: [String] = []

    /// Parts of a value of that many bytes count; shorter values count as a whole.
    private static let window = 8
    /// What is shorter stands in any sentence.
    private static let shortest = 3

    init(_ secret: KubeObject) {
        for field in ["data", "stringData"] {
            guard let content = secret[field], content != .null else { continue }
            guard let members = content.object?.members else {
                malformed.append(field)
                continue
            }
            for member in members where member.value != .null {
                guard let text = member.value.string else {
                    malformed.append("\(field).\(member.key)")
                    continue
                }
                values.append(text)
                guard let plain = Data(base64Encoded: text) else { continue }
                values.append(String(decoding: plain, as: UTF8.self))
            }
        }
    }

    func mayBeQuoted(in words: String) -> Bool {
        // A JSON decoder shows the surroundings of what it stumbled over.
        guard malformed.isEmpty, !words.contains("error found in"), !words.contains("|") else { return true }
        let bytes = Array(words.utf8)
        let parts = Set(SecretContent.parts(of: bytes))
        return values.contains { value in
            let own = Array(value.utf8)
            guard own.count >= SecretContent.window else {
                return own.count >= SecretContent.shortest && words.contains(value)
            }
            return SecretContent.parts(of: own).contains { parts.contains($0) }
        }
    }

    private static func parts(of bytes: [UInt8]) -> some Sequence<ArraySlice<UInt8>> {
        bytes.indices.dropLast(window - 1).lazy.map { bytes[$0..<($0 + window)] }
    }
}

extension SyncAction {
    /// What was sent, if it was an object.
    fileprivate var object: KubeObject? {
        switch work {
        case .validate(let object, _), .apply(let object, _), .replace(let object, _),
            .recreate(let object, _):
            object
        case .delete, .record: nil
        }
    }
}
