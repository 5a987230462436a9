import KubeCore

/// Reads objects of built-in types from protobuf, as typed clients send them.
enum ProtobufObject {
    static let mediaType = "application/vnd.kubernetes.protobuf"

    /// By which every message begins.
    private static let mark: [UInt8] = [0x6B, 0x38, 0x73, 0x00]
    private static let depthLimit = 64

    /// Reads a body.
    ///
    /// - Parameters:
    ///   - body: With the envelope that says which kind it is.
    ///   - shape: Of that kind.
    /// - Returns: The object as JSON would have it.
    /// - Throws: If it is none.
    static func json(_ body: [UInt8], shape: (_ kind: String) -> Shape) throws(ProtobufFailure) -> JSONObject
    {
        guard body.starts(with: mark) else { throw .notKubernetes }
        let envelope = try ProtobufMessage(body.dropFirst(mark.count))
        guard case .bytes(let type)? = envelope[1].last else { throw .notKubernetes }
        let kind = try ProtobufMessage(type)
        var object: JSONObject = [
            "kind": .string(kind.text(2) ?? ""), "apiVersion": .string(kind.text(1) ?? ""),
        ]
        guard case .bytes(let raw)? = envelope[2].last else { return object }
        guard let structure = shape(kind.text(2) ?? "").structure else { throw .mismatch }
        for member in try members(raw, of: structure, depth: 0) { object[member.key] = member.value }
        return object
    }

    private static func members(
        _ bytes: ArraySlice<UInt8>, of structure: StructShape, depth: Int
    ) throws(ProtobufFailure) -> [JSONObject.Member] {
        guard depth < depthLimit else { throw .tooDeep }
        let message = try ProtobufMessage(bytes)
        var inlined: [UInt64: ProtobufMessage] = [:]
        var members: [JSONObject.Member] = []
        for (field, path) in zip(structure.fields, ProtobufNumbers.of(structure)) {
            guard let first = path.first else { continue }
            var values = message[first]
            if path.count == 2 {
                guard case .bytes(let inner)? = values.last else { continue }
                if inlined[first] == nil { inlined[first] = try ProtobufMessage(inner) }
                values = inlined[first]?[path[1]] ?? []
            }
            guard !values.isEmpty, let value = try value(of: field.shape, values, depth) else { continue }
            members.append(JSONObject.Member(key: field.name, value: value))
        }
        return members
    }

    /// The value that a member has; `nil` if it says nothing.
    private static func value(
        of shape: Shape, _ values: [ProtobufMessage.Value], _ depth: Int
    ) throws(ProtobufFailure) -> JSONValue? {
        switch shape {
        case .list(let element, _):
            var elements: [JSONValue] = []
            for one in values {
                if let value = try value(of: element, one, depth) { elements.append(value) }
            }
            return .array(elements)
        case .map(let element):
            var members = JSONObject()
            for entry in values {
                let pair = try ProtobufMessage(try bytes(entry))
                guard let last = pair[2].last else { continue }
                members[pair.text(1) ?? ""] = try value(of: element, last, depth)
            }
            return .object(members)
        case .string, .boolean, .int32, .int64, .double, .bytes, .time, .microTime, .duration, .quantity,
            .intOrString, .any, .open, .builtIn, .structure:
            guard let last = values.last else { return nil }
            return try value(of: shape, last, depth)
        }
    }

    private static func value(
        of shape: Shape, _ value: ProtobufMessage.Value, _ depth: Int
    ) throws(ProtobufFailure) -> JSONValue? {
        switch shape {
        case .string: return .string(String(decoding: try bytes(value), as: UTF8.self))
        case .boolean: return .bool(try integer(value) != 0)
        case .int32: return .int(Int64(Int32(truncatingIfNeeded: try integer(value))))
        case .int64: return .int(Int64(bitPattern: try integer(value)))
        case .double: return .double(Double(bitPattern: try integer(value)))
        case .bytes: return .string(Base64.encoded(Array(try bytes(value))))
        case .list, .map: throw .mismatch
        case .builtIn, .structure:
            guard let structure = shape.structure else { throw .mismatch }
            return .object(
                JSONObject(uniqueMembers: try members(try bytes(value), of: structure, depth: depth + 1)))
        case .time, .microTime, .duration, .quantity, .intOrString, .any, .open:
            return try wrapped(shape, ProtobufMessage(try bytes(value)))
        }
    }

    /// Values that are messages here and plain in JSON.
    private static func wrapped(_ shape: Shape, _ message: ProtobufMessage) throws(ProtobufFailure)
        -> JSONValue?
    {
        switch shape {
        case .time, .microTime:
            let seconds = Int64(bitPattern: message.integer(1))
            // No time at all is a message without members.
            guard seconds != 0 else { return nil }
            guard abs(seconds) < 1 << 38 else { throw .mismatch }
            let time = Timestamp(seconds: seconds, microseconds: Int64(message.integer(2) / 1000 % 1_000_000))
            if case .time = shape { return .string(time.text) }
            return .string(time.microText)
        case .quantity: return .string(message.text(1) ?? "0")
        case .intOrString:
            if message.integer(1) == 1 { return .string(message.text(3) ?? "") }
            return .int(Int64(Int32(truncatingIfNeeded: message.integer(2))))
        case .any, .open:
            guard case .bytes(let raw)? = message[1].last else { return nil }
            do throws(JSONParseFailure) {
                return try JSONValue(parsing: Array(raw))
            } catch {
                throw .mismatch
            }
        case .string, .boolean, .int32, .int64, .double, .bytes, .duration, .list, .map, .builtIn, .structure:
            throw .mismatch
        }
    }

    private static func bytes(_ value: ProtobufMessage.Value) throws(ProtobufFailure) -> ArraySlice<UInt8> {
        guard case .bytes(let bytes) = value else { throw .mismatch }
        return bytes
    }

    private static func integer(_ value: ProtobufMessage.Value) throws(ProtobufFailure) -> UInt64 {
        guard case .integer(let number) = value else { throw .mismatch }
        return number
    }
}

extension RequestScope {
    /// The request with its body as JSON, if it came as protobuf.
    func withJSONBody(_ request: HTTPRequest) throws(StatusFailure) -> HTTPRequest {
        let type = request.headers.first { $0.name.lowercased() == "content-type" }?.value ?? ""
        // Custom resources have no such form, and of definitions nobody sends it.
        guard type.hasPrefix(ProtobufObject.mediaType), version.schema == nil,
            resource.group != "apiextensions.k8s.io"
        else { return request }
        var request = request
        request.headers.removeAll { $0.name.lowercased() == "content-type" }
        request.headers.append(HTTPHeader("Content-Type", "application/json"))
        guard !request.body.isEmpty else { return request }
        do throws(ProtobufFailure) {
            let object = try ProtobufObject.json(request.body) { kind in
                Self.others[kind].map { ShapeTable.builtIn.shape($0) } ?? version.shape
            }
            request.body = JSONValue.object(object).serialized()
        } catch {
            throw .badRequest(error.message)
        }
        return request
    }

    /// Kinds that are sent to collections of other kinds.
    private static let others = [
        "DeleteOptions": "meta/v1.DeleteOptions", "Eviction": "policy/v1beta1.Eviction",
        "Scale": "autoscaling/v1.Scale", "Binding": "core/v1.Binding",
    ]
}
