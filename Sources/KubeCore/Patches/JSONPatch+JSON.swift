extension JSONPatch {
    /// Reads a patch. Members that an operation does not have are ignored, as the RFC wants it.
    ///
    /// - Throws: What is wrong, and with which operation.
    public init(_ json: JSONValue) throws(JSONPatchFailure) {
        guard let elements = json.array else {
            throw JSONPatchFailure(.malformed("a patch is an array of operations"), operation: nil)
        }
        operations = []
        for (index, element) in elements.enumerated() {
            operations.append(try Self.operation(element, index))
        }
    }

    private static func operation(_ json: JSONValue, _ index: Int) throws(JSONPatchFailure) -> Operation {
        guard let object = json.object else {
            throw JSONPatchFailure(.malformed("an operation is an object"), operation: index)
        }
        guard let name = object["op"]?.string else {
            throw JSONPatchFailure(.malformed("\"op\" is missing"), operation: index)
        }
        let path = try pointer("path", object, index)
        switch name {
        case "add": return .add(path, try value(object, index))
        case "remove": return .remove(path)
        case "replace": return .replace(path, try value(object, index))
        case "move": return .move(from: try pointer("from", object, index), to: path)
        case "copy": return .copy(from: try pointer("from", object, index), to: path)
        case "test": return .test(path, try value(object, index))
        default:
            let problem = "\"\(name)\" is no operation (add, remove, replace, move, copy and test are)"
            throw JSONPatchFailure(.malformed(problem), operation: index)
        }
    }

    private static func pointer(
        _ member: String, _ object: JSONObject, _ index: Int
    ) throws(JSONPatchFailure) -> JSONPointer {
        guard let text = object[member]?.string else {
            throw JSONPatchFailure(.malformed("\"\(member)\" is missing"), operation: index)
        }
        guard let pointer = JSONPointer(parsing: text) else {
            let problem = "\"\(member)\" is no JSON pointer (/a/b, with ~0 for ~ and ~1 for /)"
            throw JSONPatchFailure(.malformed(problem), operation: index, path: text)
        }
        return pointer
    }

    private static func value(_ object: JSONObject, _ index: Int) throws(JSONPatchFailure) -> JSONValue {
        guard let value = object["value"] else {
            throw JSONPatchFailure(.malformed("\"value\" is missing"), operation: index)
        }
        return value
    }

    /// The patch as it goes over the wire.
    public var json: JSONValue { .array(operations.map(\.json)) }
}

extension JSONPatch.Operation {
    fileprivate var json: JSONValue {
        func object(_ name: String, _ path: JSONPointer, _ more: (String, JSONValue)?) -> JSONValue {
            let members = [("op", JSONValue.string(name)), ("path", .string(path.description))]
            return .object(JSONObject(members + (more.map { [$0] } ?? [])))
        }
        switch self {
        case .add(let path, let value): return object("add", path, ("value", value))
        case .remove(let path): return object("remove", path, nil)
        case .replace(let path, let value): return object("replace", path, ("value", value))
        case .move(let from, let path): return object("move", path, ("from", .string(from.description)))
        case .copy(let from, let path): return object("copy", path, ("from", .string(from.description)))
        case .test(let path, let value): return object("test", path, ("value", value))
        }
    }
}
