import Foundation
import KubeCore

/// Puts placeholders where answers differ from run to run: uids, times, versions, addresses, our own names.
struct AnswerMask {
    private let names: [String: String]

    init(_ names: [String: String]) {
        self.names = names
    }

    func masked(_ value: JSONValue, _ name: String = "") -> JSONValue {
        switch value {
        case .object(let object):
            return .object(
                JSONObject(object.members.map { (self.text($0.key), masked($0.value, $0.key)) }))
        case .array(let elements):
            // What a controller noted depends on how far it had come.
            var kept = elements.filter { $0["manager"] != "kube-controller-manager" }
            if name.hasSuffix("managedFields") { kept.sort { Self.rank($0) < Self.rank($1) } }
            return .array(kept.map { masked($0, name) })
        case .string(let text):
            return .string(masked(text, name))
        case .int where name == "nodePort":
            return "<nodePort>"
        case .null, .bool, .int, .double:
            return value
        }
    }

    /// Managers are in the order of their times, which a run at another time of the second changes.
    private static func rank(_ entry: JSONValue) -> String {
        ["manager", "operation", "apiVersion"].map { entry[$0]?.string ?? "" }.joined(separator: " ")
    }

    private static let hidden: Set<String> = ["uid", "resourceVersion", "controller-uid", "continue"]

    private func masked(_ text: String, _ name: String) -> String {
        if Self.hidden.contains(name), !text.isEmpty { return "<\(name)>" }
        if text.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/) != nil { return "<time>" }
        if text.wholeMatch(of: /10\.96\.\d+\.\d+/) != nil { return "<ip>" }
        let result = self.text(text)
        return name == "message" ? message(result) : result
    }

    private func text(_ text: String) -> String {
        let uid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/
        return names.reduce(text.replacing(uid, with: "<uid>")) {
            $0.replacingOccurrences(of: $1.value, with: "$\($1.key)")
        }
    }

    /// Versions and quotations of whole objects inside sentences.
    private func message(_ text: String) -> String {
        var text = text
        if let end = text.range(of: ", error found in #") { text = String(text[..<end.lowerBound]) }
        for prefix in [" \"\" is invalid: patch: ", ""] where text.hasPrefix("\(prefix)Invalid value: \"{") {
            text = "\(prefix)Invalid value: <object>"
        }
        return text.replacing(/record \(\d+\)/, with: "record (<n>)")
            .replacing(/version: \d+, current: \d+/, with: "version: <n>, current: <n>")
            .replacing(/too old resource version: \d+ \(\d+\)/, with: "too old resource version: <n> (<n>)")
    }
}
