import KubeCore
import KubeYAML
import SyncController
import SyncEngine

/// Differences for a person: under a heading for each object, the lines that change and three around them.
struct DiffText {
    var diff: ObjectDiff
    /// Why the object stays although no manifest wants it; empty for others.
    var reason: String
    var isColored: Bool

    /// Without line ends; the first one is empty, so that objects stand apart.
    var lines: [String] {
        let stays = reason.isEmpty ? "" : "\t(stays: \(reason))"
        let edits = LineDiff(from: Self.yaml(diff.before), to: Self.yaml(diff.after))
        return [
            "", diff.key.heading,
            colored("--- \(diff.before == nil ? "/dev/null" : "live")", .bold),
            colored("+++ \(diff.after == nil ? "/dev/null\(stays)" : "desired")", .bold),
        ] + edits.hunks().flatMap { [colored($0.heading, .cyan)] + $0.edits.map(line) }
    }

    private func line(_ edit: LineDiff.Edit) -> String {
        switch edit {
        case .kept(let text): " \(text)"
        case .removed(let text): colored("-\(text)", .red)
        case .added(let text): colored("+\(text)", .green)
        }
    }

    /// An object as YAML; no lines if there is none.
    static func yaml(_ object: KubeObject?) -> [String] {
        object.map { YAMLText(.object($0.json)).lines } ?? []
    }

    private enum Color: String {
        case bold = "1"
        case red = "31"
        case green = "32"
        case cyan = "36"
    }

    private func colored(_ text: String, _ color: Color) -> String {
        isColored ? "\u{1B}[\(color.rawValue)m\(text)\u{1B}[0m" : text
    }
}

extension ObjectKey {
    /// `===== apps/Deployment demo/web ======`, as `argocd app diff` writes it.
    fileprivate var heading: String { "===== \(group)/\(kind) \(namespace)/\(name) ======" }
}

extension DiffSession.Report {
    /// For programs: a list with an entry an object, in the order of their keys.
    var json: JSONValue {
        let shown = Dictionary(diffs.map { ($0.key, $0) }) { first, _ in first }
        return .array(
            Set(shown.keys).union(problems.keys).sorted().map { key in
                var entry: [(String, JSONValue)] = [
                    ("group", .string(key.group)), ("kind", .string(key.kind)),
                    ("namespace", .string(key.namespace)), ("name", .string(key.name)),
                    ("action", .string(shown[key]?.action.rawValue ?? "none")),
                    ("changes", .array(shown[key]?.patch ?? [])),
                ]
                if let reason = reasons[key] { entry.append(("reason", .string(reason))) }
                if let problem = problems[key] { entry.append(("problem", .string(problem))) }
                return .object(JSONObject(entry))
            })
    }
}

extension ObjectDiff {
    /// The changes as a JSON patch (RFC 6902) with the old values beside; an object that comes or goes is one change of
    /// the whole document.
    fileprivate var patch: [JSONValue] {
        if let after, before == nil { return [FieldChange.add(JSONPointer([]), .object(after.json)).json] }
        if let before, after == nil {
            return [FieldChange.remove(JSONPointer([]), was: .object(before.json)).json]
        }
        return changes.map(\.json)
    }
}

extension FieldChange {
    fileprivate var json: JSONValue {
        switch self {
        case .add(let place, let value): ["op": "add", "path": .string("\(place)"), "value": value]
        case .remove(let place, let old): ["op": "remove", "path": .string("\(place)"), "oldValue": old]
        case .replace(let place, let value, let old):
            ["op": "replace", "path": .string("\(place)"), "value": value, "oldValue": old]
        }
    }
}
