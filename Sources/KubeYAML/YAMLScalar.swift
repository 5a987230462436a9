import KubeCore

/// A scalar with the type that goyaml gives it; what Kubernetes' JSON makes of it comes after.
enum YAMLScalar: Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    /// Above `Int64.max`: a number to JSON, but no key.
    case unsigned(UInt64)
    case double(Double)
    case string(String)

    /// The value as it comes out of YAML → JSON → Kubernetes: a whole number is an integer, however it was written.
    var json: JSONValue {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .unsigned(let value): .double(Double(value))
        case .double(let value): KubeNumber.json(value)
        case .string(let text): .string(text)
        }
    }

    /// The scalar as a name in a JSON object; `nil` for those that kubectl refuses.
    var key: String? {
        switch self {
        case .null, .unsigned: nil
        case .bool(let value): value ? "true" : "false"
        case .int(let value): String(value)
        case .double(let value): FloatKey.text(of: value)
        case .string(let text): text
        }
    }
}
