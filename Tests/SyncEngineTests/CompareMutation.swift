import Foundation
import KubeCore

/// A manifest in which one thing is another than before.
struct CompareMutation: Sendable {
    enum Kind: String, Sendable {
        case altered, removed, emptied, added, reversed, doubled, nulled
    }

    var kind: Kind
    /// Where, as a JSON pointer.
    var pointer: String
    /// What stands there now; `nil` if nothing does.
    var value: JSONValue?
    var object: KubeObject

    /// Every manifest that differs from this one in one place.
    static func all(of object: KubeObject) -> [CompareMutation] {
        Variant.all(of: .object(object.json), at: "").compactMap { variant in
            guard let json = variant.whole.object else { return nil }
            return CompareMutation(
                kind: variant.kind, pointer: variant.pointer, value: variant.value, object: KubeObject(json))
        }
    }

    /// The same change as a JSON patch, as somebody else might send it.
    var patch: JSONValue {
        guard let value else { return [["op": "remove", "path": .string(pointer)]] }
        return [["op": "replace", "path": .string(pointer), "value": value]]
    }

    var name: String { "\(kind.rawValue) \(pointer)" }
}

/// A change somewhere in a value, and the value with it.
private struct Variant {
    var kind: CompareMutation.Kind
    var pointer: String
    var value: JSONValue?
    var whole: JSONValue

    init(_ kind: CompareMutation.Kind, _ pointer: String, _ value: JSONValue?, whole: JSONValue) {
        self.kind = kind
        self.pointer = pointer
        self.value = value
        self.whole = whole
    }

    /// A change of a value as a whole.
    init(_ kind: CompareMutation.Kind, _ pointer: String, _ value: JSONValue) {
        self.init(kind, pointer, value, whole: value)
    }

    static func all(of value: JSONValue, at pointer: String) -> [Variant] {
        switch value {
        case .object(let members): all(of: members, at: pointer)
        case .array(let elements): all(of: elements, at: pointer)
        case .string(let text): [Variant(.altered, pointer, .string(text + "1"))]
        case .int(let number): [Variant(.altered, pointer, .int(number &+ 1))]
        case .double(let number): [Variant(.altered, pointer, .double(number + 0.25))]
        case .bool(let flag): [Variant(.altered, pointer, .bool(!flag))]
        case .null: [Variant(.altered, pointer, "x")]
        }
    }

    private static func all(of members: JSONObject, at pointer: String) -> [Variant] {
        var variants: [Variant] = []
        for member in members.members {
            let escaped = member.key.replacing("~", with: "~0").replacing("/", with: "~1")
            let inner = "\(pointer)/\(escaped)"
            func whole(_ value: JSONValue?) -> JSONValue {
                var changed = members
                changed[member.key] = value
                return .object(changed)
            }
            variants.append(Variant(.removed, inner, nil, whole: whole(nil)))
            variants.append(Variant(.nulled, inner, .null, whole: whole(.null)))
            for variant in all(of: member.value, at: inner) {
                variants.append(
                    Variant(variant.kind, variant.pointer, variant.value, whole: whole(variant.whole)))
            }
        }
        var more = members
        more["zzz"] = "x"
        variants.append(Variant(.added, "\(pointer)/zzz", "x", whole: .object(more)))
        if !members.isEmpty { variants.append(Variant(.emptied, pointer, [:])) }
        return variants
    }

    private static func all(of elements: [JSONValue], at pointer: String) -> [Variant] {
        var variants: [Variant] = []
        for (index, element) in elements.enumerated() {
            let inner = "\(pointer)/\(index)"
            var without = elements
            without.remove(at: index)
            variants.append(Variant(.removed, inner, nil, whole: .array(without)))
            for variant in all(of: element, at: inner) {
                var changed = elements
                changed[index] = variant.whole
                variants.append(Variant(variant.kind, variant.pointer, variant.value, whole: .array(changed)))
            }
        }
        if let last = elements.last { variants.append(Variant(.doubled, pointer, .array(elements + [last]))) }
        if elements.count > 1 { variants.append(Variant(.reversed, pointer, .array(elements.reversed()))) }
        if !elements.isEmpty { variants.append(Variant(.emptied, pointer, [])) }
        variants.append(Variant(.added, pointer, .array(elements + ["zzz"])))
        return variants
    }
}
