import KubeCore

/// An OpenAPI document of version 2 as protobuf, the form that kubectl asks for (`openapi.v2.Document`).
///
/// Knows the members that ``OpenAPIDocument`` writes; others are left out.
enum OpenAPIProtobuf {
    static func bytes(of document: JSONValue) -> [UInt8] {
        var writer = ProtobufWriter()
        writer.text(1, document["swagger"])
        writer.message(2) { info in
            info.text(1, document["info"]?["title"])
            info.text(2, document["info"]?["version"])
        }
        writer.message(8) { paths in
            for path in document["paths"]?.object?.members ?? [] {
                paths.message(2) { named in
                    named.text(1, path.key)
                    named.message(2) { item in
                        if let patch = path.value["patch"] { item.message(8) { operation(patch, &$0) } }
                    }
                }
            }
        }
        writer.message(9) { schemas(document["definitions"], &$0) }
        return writer.bytes
    }

    private static func operation(_ json: JSONValue, _ writer: inout ProtobufWriter) {
        writer.texts(6, json["produces"])
        writer.texts(7, json["consumes"])
        for parameter in json["parameters"]?.array ?? [] {
            // An item, that is a parameter, that is not in the body, but in the query.
            writer.message(8) { item in
                item.message(1) { outer in
                    outer.message(2) { inner in
                        inner.message(3) { query in
                            query.text(2, parameter["in"])
                            query.text(4, parameter["name"])
                            query.text(6, parameter["type"])
                        }
                    }
                }
            }
        }
        writer.message(9) { responses in
            for response in json["responses"]?.object?.members ?? [] {
                responses.message(1) { named in
                    named.text(1, response.key)
                    named.message(2) { value in
                        value.message(1) { $0.text(1, response.value["description"]) }
                    }
                }
            }
        }
        extensions(13, json, &writer)
    }

    private static func schemas(_ json: JSONValue?, _ writer: inout ProtobufWriter) {
        for member in json?.object?.members ?? [] {
            writer.message(1) { named in
                named.text(1, member.key)
                named.message(2) { schema(member.value, &$0) }
            }
        }
    }

    private static func schema(_ json: JSONValue, _ writer: inout ProtobufWriter) {
        writer.text(1, json["$ref"])
        writer.text(2, json["format"])
        writer.text(4, json["description"])
        writer.texts(19, json["required"])
        if let others = json["additionalProperties"] {
            writer.message(21) { item in item.message(1) { schema(others, &$0) } }
        }
        if let type = json["type"] { writer.message(22) { $0.text(1, type) } }
        if let items = json["items"] {
            writer.message(23) { item in item.message(1) { schema(items, &$0) } }
        }
        if let properties = json["properties"] { writer.message(25) { schemas(properties, &$0) } }
        extensions(31, json, &writer)
    }

    /// Members that OpenAPI does not know itself, as YAML.
    private static func extensions(_ number: UInt64, _ json: JSONValue, _ writer: inout ProtobufWriter) {
        for member in json.object?.members ?? [] where member.key.hasPrefix("x-") {
            writer.message(number) { named in
                named.text(1, member.key)
                named.message(2) { $0.text(2, .string(member.value.text + "\n")) }
            }
        }
    }
}

/// Writes the members of a protobuf message.
struct ProtobufWriter {
    private(set) var bytes: [UInt8] = []

    /// A text; none and an empty one are not written.
    mutating func text(_ number: UInt64, _ value: JSONValue?) {
        guard let text = value?.string, !text.isEmpty else { return }
        self.text(number, text)
    }

    mutating func text(_ number: UInt64, _ text: String) {
        delimited(number, Array(text.utf8))
    }

    mutating func texts(_ number: UInt64, _ value: JSONValue?) {
        for element in value?.array ?? [] { text(number, element) }
    }

    mutating func message(_ number: UInt64, _ body: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        body(&inner)
        delimited(number, inner.bytes)
    }

    private mutating func delimited(_ number: UInt64, _ content: [UInt8]) {
        integer(number << 3 | 2)
        integer(UInt64(content.count))
        bytes += content
    }

    private mutating func integer(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }
}
