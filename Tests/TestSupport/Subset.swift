import Foundation
package import KubeCore

/// The comparison of the scenarios: what is named must be there, the rest is free.
///
/// `null` wants nothing, or something empty; `$present` anything; `$>=a.b` no less than that field of the whole;
/// `re:` a regular expression; `~` a part of the text.
package enum Subset {
    /// Where an actual value does not have what is wanted; empty if it has.
    package static func differences(
        _ wanted: JSONValue, _ actual: JSONValue?, at path: String = "", of whole: JSONValue? = nil
    ) -> [String] {
        let whole = whole ?? actual
        switch wanted {
        case .null:
            return isNothing(actual) ? [] : ["\(path): is \(actual?.text ?? ""), and nothing is wanted"]
        case .object(let members):
            if members.isEmpty { return [] }
            // A part that is not there has none of its members, either.
            let found = actual?.object ?? JSONObject()
            return members.flatMap {
                differences($0.value, found[$0.key], at: "\(path).\($0.key)", of: whole)
            }
        case .array(let elements):
            guard let found = actual?.array, found.count == elements.count else {
                return elements.isEmpty && isNothing(actual) ? [] : [difference(wanted, actual, path)]
            }
            return zip(elements, found).enumerated().flatMap { index, pair in
                differences(pair.0, pair.1, at: "\(path)[\(index)]", of: whole)
            }
        case .string(let text):
            return fits(text, actual, whole) ? [] : [difference(wanted, actual, path)]
        case .bool, .int, .double:
            return wanted == actual ? [] : [difference(wanted, actual, path)]
        }
    }

    package static func matches(_ pattern: String, _ text: String) -> Bool {
        text.range(of: pattern, options: .regularExpression) != nil
    }

    private static func fits(_ wanted: String, _ actual: JSONValue?, _ whole: JSONValue?) -> Bool {
        if wanted == "$present" { return !isNothing(actual) }
        guard let found = actual?.string else { return false }
        if wanted.hasPrefix("$>=") {
            let path = wanted.dropFirst(3).split(separator: ".")
            let other = path.reduce(whole) { $0?[String($1)] }?.string
            return other.map { found >= $0 } ?? false
        }
        if wanted.hasPrefix("re:") { return matches(String(wanted.dropFirst(3)), found) }
        if wanted.hasPrefix("~") { return found.contains(wanted.dropFirst()) }
        return wanted == found
    }

    private static func isNothing(_ value: JSONValue?) -> Bool {
        value.map { $0.isNull || $0 == "" || $0 == [] || $0 == [:] } ?? true
    }

    private static func difference(_ wanted: JSONValue, _ actual: JSONValue?, _ path: String) -> String {
        "\(path): is \(actual?.text ?? "not there"), wanted is \(wanted.text)"
    }
}
