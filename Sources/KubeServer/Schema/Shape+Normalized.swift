import KubeCore

/// Why a value cannot be read as the type that belongs there.
struct DecodeFailure: Error, Equatable {
    /// Types and members from the outside in: `v1.Pod.Spec: v1.PodSpec.Containers`.
    var path: String
    var problem: String

    var message: String { path.isEmpty ? problem : "\(path): \(problem)" }
}

extension Shape {
    /// The value as an API server writes what it has read: names it does not know are gone, zero values that are
    /// left out are gone, those that are always written are there, times and quantities are in their one form.
    func normalized(_ value: JSONValue?) throws(DecodeFailure) -> JSONValue {
        guard let value, !value.isNull else { return try zero() }
        switch self {
        case .string:
            return .string(try text(value))
        case .boolean:
            guard case .bool = value else {
                throw mismatch("ReadBool: expect t or f, but found \(Self.found(value))")
            }
            return value
        case .int32:
            guard let number = value.int, Int32(exactly: number) != nil else {
                throw integerMismatch("32", value)
            }
            return value
        case .int64:
            guard value.int != nil else { throw integerMismatch("64", value) }
            return value
        case .double:
            if case .int(let number) = value { return .double(Double(number)) }
            guard case .double = value else { throw mismatch("readFloat64: unexpected character") }
            return value
        case .bytes:
            let text = try text(value)
            guard Base64.decoded(text) != nil else {
                throw mismatch("decode base64: illegal base64 data at input byte 0")
            }
            return .string(text)
        case .time:
            return .string(try time(value).text)
        case .microTime:
            let text = value.string ?? ""
            guard text.utf8.count >= 27, text.utf8.dropFirst(19).first == UInt8(ascii: ".") else {
                throw mismatch(
                    "parsing time \"\\\"\(text)\\\"\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot parse \"\(text.suffix(3))\" as \".000000\""
                )
            }
            return .string(try time(value).microText)
        case .duration:
            return .string(try text(value))
        case .quantity:
            return try quantity(value)
        case .intOrString:
            return try intOrString(value)
        case .any, .open:
            return value
        case .list(let element, _):
            return try list(value, of: element)
        case .map(let element):
            return try map(value, of: element)
        case .builtIn, .structure:
            guard let structure else { return value }
            return .object(try structure.normalized(value))
        }
    }

    /// What is written for a value that was never given.
    func zero() throws(DecodeFailure) -> JSONValue {
        switch self {
        case .string: ""
        case .boolean: false
        case .int32, .int64: 0
        case .double: 0.0
        case .quantity: "0"
        case .intOrString: 0
        case .duration: "0s"
        case .bytes, .time, .microTime, .any, .open, .list, .map: .null
        case .builtIn, .structure: .object(try structure?.normalized(.object(JSONObject())) ?? JSONObject())
        }
    }

    /// Whether a member with this value is left out where zero values are.
    fileprivate func isLeftOut(_ value: JSONValue) -> Bool {
        switch self {
        case .string, .bytes: value == "" || value.isNull
        case .boolean: value == false
        case .int32, .int64: value == 0
        case .double: value == 0.0
        case .list: value.array?.isEmpty ?? true
        case .map: value.object?.isEmpty ?? true
        case .time, .microTime, .duration, .quantity, .intOrString, .any, .open, .builtIn, .structure: false
        }
    }
}

extension StructShape {
    /// The object with its declared members in the order of their declaration.
    func normalized(_ value: JSONValue) throws(DecodeFailure) -> JSONObject {
        guard let given = value.object else {
            throw DecodeFailure(
                path: "", problem: "readObjectStart: expect { or n, but found \(Shape.found(value))")
        }
        var members: [JSONObject.Member] = []
        members.reserveCapacity(given.count)
        for field in fields {
            do throws(DecodeFailure) {
                guard let kept = try field.normalized(given[field.name]) else { continue }
                members.append(JSONObject.Member(key: field.name, value: kept))
            } catch {
                let place = "\(name.split(separator: "/").last ?? "").\(field.goName)"
                throw DecodeFailure(
                    path: place + (error.path.isEmpty ? "" : ": \(error.path)"), problem: error.problem)
            }
        }
        return JSONObject(uniqueMembers: members)
    }
}

extension StructField {
    /// The member as it is written; `nil` if it is left out.
    func normalized(_ given: JSONValue?) throws(DecodeFailure) -> JSONValue? {
        let isGiven = given.map { !$0.isNull } ?? false
        switch presence {
        case .ifGiven:
            guard isGiven else { return .none }
            return try shape.normalized(given)
        case .orNull:
            return isGiven ? try shape.normalized(given) : .some(.null)
        case .always:
            return try shape.normalized(given)
        case .unlessZero:
            let value = try shape.normalized(given)
            // Spelled out: `nil` alone would be JSON's null.
            return shape.isLeftOut(value) ? Optional<JSONValue>.none : value
        }
    }

    /// The member's name in the API's sources, as error messages quote it.
    fileprivate var goName: String {
        for acronym in [
            "api", "ip", "uid", "pid", "ipc", "dns", "nfs", "rbd", "iscsi", "tls", "csi", "url", "fs",
        ]
        where name == acronym
            || (name.hasPrefix(acronym) && name.dropFirst(acronym.count).first?.isUppercase == true)
        {
            return acronym.uppercased() + name.dropFirst(acronym.count)
        }
        return name.prefix(1).uppercased() + name.dropFirst()
    }
}

extension Shape {
    private func list(_ value: JSONValue, of element: Shape) throws(DecodeFailure) -> JSONValue {
        guard let elements = value.array else {
            throw mismatch("decode slice: expect [ or n, but found \(Self.found(value))")
        }
        var kept: [JSONValue] = []
        kept.reserveCapacity(elements.count)
        for given in elements {
            do throws(DecodeFailure) {
                kept.append(try element.normalized(given))
            } catch {
                let type = "[]\(element.goName)"
                throw DecodeFailure(
                    path: type + (error.path.isEmpty ? "" : ": \(error.path)"), problem: error.problem)
            }
        }
        return .array(kept)
    }

    private func map(_ value: JSONValue, of element: Shape) throws(DecodeFailure) -> JSONValue {
        guard let members = value.object else {
            throw mismatch("ReadMapCB: expect { or n, but found \(Self.found(value))")
        }
        var kept: [JSONObject.Member] = []
        kept.reserveCapacity(members.count)
        for member in members {
            kept.append(JSONObject.Member(key: member.key, value: try element.normalized(member.value)))
        }
        // Go writes maps in the order of their keys.
        kept.sort { $0.key < $1.key }
        return .object(JSONObject(uniqueMembers: kept))
    }

    private var goName: String {
        switch self {
        case .string: "string"
        case .boolean: "bool"
        case .int32: "int32"
        case .int64: "int64"
        case .builtIn, .structure: String(structure?.name.split(separator: "/").last ?? "")
        case .double, .bytes, .time, .microTime, .duration, .quantity, .intOrString, .any, .open, .list, .map:
            ""
        }
    }

    private func text(_ value: JSONValue) throws(DecodeFailure) -> String {
        guard let text = value.string else {
            throw mismatch("ReadString: expects \" or n, but found \(Self.found(value))")
        }
        return text
    }

    private func time(_ value: JSONValue) throws(DecodeFailure) -> Timestamp {
        guard let text = value.string else {
            throw mismatch("json: cannot unmarshal \(Self.goKind(value)) into Go value of type string")
        }
        guard let time = Timestamp(text) else {
            throw mismatch(
                "parsing time \"\\\"\(text)\\\"\" as \"2006-01-02T15:04:05Z07:00\": cannot parse \"\(text)\" as \"2006\""
            )
        }
        return time
    }

    private func quantity(_ value: JSONValue) throws(DecodeFailure) -> JSONValue {
        let text: String? =
            switch value {
            case .string(let text): text
            case .int(let number): String(number)
            case .double(let number): String(number)
            case .null, .bool, .array, .object: nil
            }
        guard let text, let quantity = Quantity(text) else {
            throw mismatch(
                "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")
        }
        return .string(quantity.text)
    }

    private func intOrString(_ value: JSONValue) throws(DecodeFailure) -> JSONValue {
        switch value {
        case .string: return value
        case .int(let number) where Int32(exactly: number) != nil: return value
        case .int, .null, .bool, .double, .array, .object:
            throw mismatch("json: cannot unmarshal \(Self.goKind(value)) into Go value of type int32")
        }
    }

    private func mismatch(_ problem: String) -> DecodeFailure { DecodeFailure(path: "", problem: problem) }

    private func integerMismatch(_ bits: String, _ value: JSONValue) -> DecodeFailure {
        switch value {
        case .int: mismatch("ReadInt\(bits): overflow")
        case .double: mismatch("readUint\(bits): unexpected character: \u{FFFD}")
        case .null, .bool, .string, .array, .object:
            mismatch("readUint\(bits): unexpected character: \u{FFFD}")
        }
    }

    /// The first byte of the value as it was written.
    fileprivate static func found(_ value: JSONValue) -> String { String(value.text.prefix(1)) }

    private static func goKind(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "bool"
        case .int, .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
