/// A protobuf message, taken apart: what stands under each number.
struct ProtobufMessage {
    enum Value: Hashable {
        case integer(UInt64)
        /// A text, bytes or a message.
        case bytes(ArraySlice<UInt8>)
    }

    private var values: [UInt64: [Value]] = [:]

    /// - Parameter bytes: Of the whole message.
    /// - Throws: If it is none.
    init(_ bytes: ArraySlice<UInt8>) throws(ProtobufFailure) {
        var rest = bytes
        while !rest.isEmpty {
            let tag = try Self.integer(&rest)
            values[tag >> 3, default: []].append(try Self.value(tag & 7, &rest))
        }
    }

    subscript(_ number: UInt64) -> [Value] { values[number] ?? [] }

    /// The last text under a number.
    func text(_ number: UInt64) -> String? {
        guard case .bytes(let bytes)? = values[number]?.last else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The last integer under a number; 0 if there is none.
    func integer(_ number: UInt64) -> UInt64 {
        guard case .integer(let value)? = values[number]?.last else { return 0 }
        return value
    }

    private static func value(_ type: UInt64, _ rest: inout ArraySlice<UInt8>) throws(ProtobufFailure)
        -> Value
    {
        switch type {
        case 0: return .integer(try integer(&rest))
        case 1: return .integer(try fixed(8, &rest))
        case 5: return .integer(try fixed(4, &rest))
        case 2:
            let count = try integer(&rest)
            guard count <= UInt64(rest.count) else { throw .cutOff }
            defer { rest = rest.dropFirst(Int(count)) }
            return .bytes(rest.prefix(Int(count)))
        default: throw .unknownType
        }
    }

    private static func integer(_ rest: inout ArraySlice<UInt8>) throws(ProtobufFailure) -> UInt64 {
        var value: UInt64 = 0
        for step in 0..<10 {
            guard let byte = rest.popFirst() else { throw .cutOff }
            value |= UInt64(byte & 0x7F) << UInt64(step * 7)
            if byte < 0x80 { return value }
        }
        throw .unknownType
    }

    private static func fixed(_ count: Int, _ rest: inout ArraySlice<UInt8>) throws(ProtobufFailure) -> UInt64
    {
        guard rest.count >= count else { throw .cutOff }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}

/// Why bytes are no object in protobuf.
enum ProtobufFailure: Error, Hashable {
    case notKubernetes
    case cutOff
    case unknownType
    case tooDeep
    /// A value is of another kind than belongs there.
    case mismatch

    var message: String {
        switch self {
        case .notKubernetes: "provided data does not appear to be a protobuf message"
        case .cutOff: "unexpected EOF"
        case .unknownType: "proto: illegal wireType"
        case .tooDeep: "proto: the message is nested too deeply"
        case .mismatch: "proto: wrong wireType for field"
        }
    }
}
