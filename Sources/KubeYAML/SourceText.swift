/// A stream as kubectl's decoder sees it: UTF-8 without a byte order mark, lines that end in a line feed.
///
/// A byte order mark chooses the encoding as it does for kubectl; what is not valid becomes U+FFFD. Carriage returns
/// before a line feed go, as they do in kubectl's line reader; those that stand alone are breaks to YAML and stay.
struct SourceText {
    private(set) var bytes: [UInt8]

    init(_ stream: [UInt8]) {
        bytes = Self.utf8(stream)
        if bytes.contains(Self.carriageReturn) { removeCarriageReturns() }
        // kubectl ends the last line, which gives a block scalar there its final line feed.
        if let last = bytes.last, last != Self.lineFeed { bytes.append(Self.lineFeed) }
    }

    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private static func utf8(_ stream: [UInt8]) -> [UInt8] {
        switch (stream.first, stream.dropFirst().first) {
        case (0xFE, 0xFF): return fromUTF16(stream, highByteFirst: true)
        case (0xFF, 0xFE): return fromUTF16(stream, highByteFirst: false)
        default: break
        }
        let body = stream.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(stream.dropFirst(3)) : stream
        return isValid(body) ? body : Array(String(decoding: body, as: UTF8.self).utf8)
    }

    private static func isValid(_ body: [UInt8]) -> Bool {
        body.withUnsafeBufferPointer { buffer in
            // Most manifests are ASCII, and the test for that is many times cheaper than the decoder.
            buffer.allSatisfy { $0 < 0x80 } || String(validating: buffer, as: UTF8.self) != nil
        }
    }

    private static func fromUTF16(_ stream: [UInt8], highByteFirst: Bool) -> [UInt8] {
        var units: [UInt16] = []
        units.reserveCapacity(stream.count / 2)
        var index = 2
        while index + 1 < stream.count {
            let (first, second) = (UInt16(stream[index]), UInt16(stream[index + 1]))
            units.append(highByteFirst ? first << 8 | second : second << 8 | first)
            index += 2
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }

    private mutating func removeCarriageReturns() {
        var kept: [UInt8] = []
        kept.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            let next = index + 1
            if byte == Self.carriageReturn, next == bytes.count || bytes[next] == Self.lineFeed { continue }
            kept.append(byte)
        }
        bytes = kept
    }
}
