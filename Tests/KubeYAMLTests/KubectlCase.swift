import Foundation
import KubeCore
import Testing

/// One sample, and what kubectl v1.33.1 made of it.
struct KubectlCase: Decodable, CustomTestStringConvertible {
    /// Where kubectl failed.
    enum ErrorClass: String, Decodable {
        /// In goyaml, or in making JSON of what it read.
        case yaml
        /// In its document splitter.
        case separator
        /// After reading: no kind, a name that is no string, nothing to do. No matter of a YAML reader.
        case afterwards
    }

    var name: String
    var input: Data
    /// What it printed, lists flattened, without the namespace that it adds; `nil` for 4 MB that a test makes itself.
    var documents: [ExpectedValue]?
    var error: ErrorClass?

    var testDescription: String { name }

    static let all: [KubectlCase] = {
        do {
            guard let url = Bundle.module.url(forResource: "Fixtures/kubectl", withExtension: "json") else {
                return []
            }
            return try JSONDecoder().decode([KubectlCase].self, from: Data(contentsOf: url))
        } catch {
            return []
        }
    }()
}

/// JSON read by Foundation: a judge of its own for our values.
struct ExpectedValue: Decodable {
    var value: JSONValue

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            value = .null
        } else if let bool = try? container.decode(Bool.self) {
            value = .bool(bool)
        } else if let text = try? container.decode(String.self) {
            value = .string(text)
        } else if let number = try? container.decode(Int64.self) {
            value = .int(number)
        } else if let number = try? container.decode(Double.self) {
            value = .double(number)
        } else if let elements = try? container.decode([ExpectedValue].self) {
            value = .array(elements.map(\.value))
        } else {
            let members = try container.decode([String: ExpectedValue].self)
            value = .object(JSONObject(members.map { ($0.key, $0.value.value) }))
        }
    }
}
