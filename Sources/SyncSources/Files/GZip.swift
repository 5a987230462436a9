/// An archive that cannot be unpacked.
struct ArchiveProblem: Error, Hashable {
    /// Goes on after the archive's name: `is not compressed by gzip`.
    var text: String

    static let broken = ArchiveProblem(text: "is broken")
}

/// Unpacks what gzip has packed (RFC 1952, RFC 1951), up to a bound.
///
/// Charts come so. They can be made to unfold a thousandfold, hence the bound, which is kept before memory is taken.
struct GZip {
    private let bytes: [UInt8]
    private let limit: Int
    private var position = 0
    private var bits: UInt32 = 0
    private var bitCount = 0
    private var output: [UInt8] = []

    private init(_ bytes: [UInt8], limit: Int) {
        self.bytes = bytes
        self.limit = limit
    }

    /// Unpacks.
    ///
    /// - Parameters:
    ///   - bytes: One or several gzip members.
    ///   - limit: Bytes that may come out.
    /// - Returns: What was packed.
    /// - Throws: ``ArchiveProblem``.
    static func unpacked(_ bytes: [UInt8], limit: Int) throws(ArchiveProblem) -> [UInt8] {
        var reader = GZip(bytes, limit: limit)
        repeat { try reader.member() } while reader.position < bytes.count
        return reader.output
    }

    private mutating func byte() throws(ArchiveProblem) -> UInt8 {
        guard position < bytes.count else { throw .broken }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func member() throws(ArchiveProblem) {
        let start = position
        let head = [try byte(), try byte(), try byte()]
        guard head == [0x1F, 0x8B, 8] else {
            throw ArchiveProblem(text: start == 0 ? "is not compressed by gzip" : "is broken")
        }
        try skipHeader()
        let begin = output.count
        try inflate()
        bitCount = 0
        bits = 0
        let checksum = try word()
        let length = try word()
        guard length == UInt32(truncatingIfNeeded: output.count - begin),
            checksum == CRC32.checksum(output[begin...])
        else { throw .broken }
    }

    private mutating func word() throws(ArchiveProblem) -> UInt32 {
        var word: UInt32 = 0
        for shift in [UInt32(0), 8, 16, 24] { word |= UInt32(try byte()) << shift }
        return word
    }

    private mutating func skipHeader() throws(ArchiveProblem) {
        let flags = try byte()
        for _ in 0..<6 { _ = try byte() }
        if flags & 4 != 0 {
            let length = Int(try byte()) + Int(try byte()) << 8
            for _ in 0..<length { _ = try byte() }
        }
        if flags & 8 != 0 { while try byte() != 0 {} }
        if flags & 16 != 0 { while try byte() != 0 {} }
        if flags & 2 != 0 { for _ in 0..<2 { _ = try byte() } }
    }

    private mutating func take(_ count: Int) throws(ArchiveProblem) -> Int {
        while bitCount < count {
            bits |= UInt32(try byte()) << UInt32(bitCount)
            bitCount += 8
        }
        let value = bits & ((1 << UInt32(count)) - 1)
        bits >>= UInt32(count)
        bitCount -= count
        return Int(value)
    }

    private mutating func append(_ byte: UInt8) throws(ArchiveProblem) {
        guard output.count < limit else {
            throw ArchiveProblem(text: "unfolds to more than the limit of \(ByteCount(Int64(limit)))")
        }
        output.append(byte)
    }
}

extension GZip {
    private mutating func inflate() throws(ArchiveProblem) {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try stored()
            case 1: try compressed(.fixedLiterals, .fixedDistances)
            case 2:
                let (literals, distances) = try codes()
                try compressed(literals, distances)
            default: throw .broken
            }
        }
    }

    private mutating func stored() throws(ArchiveProblem) {
        bits = 0
        bitCount = 0
        let length = Int(try byte()) | Int(try byte()) << 8
        let complement = Int(try byte()) | Int(try byte()) << 8
        guard length == complement ^ 0xFFFF else { throw .broken }
        for _ in 0..<length { try append(byte()) }
    }

    private static let lengthBases = [
        3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163,
        195, 227,
        258,
    ]
    private static let lengthBits = [
        0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0,
    ]
    private static let distanceBases = [
        1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073,
        4097,
        6145, 8193, 12289, 16385, 24577,
    ]
    private static let distanceBits = [
        0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
    ]

    private mutating func compressed(
        _ literals: HuffmanCode, _ distances: HuffmanCode
    ) throws(ArchiveProblem) {
        while true {
            let symbol = try decode(literals)
            if symbol < 256 {
                try append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            let place = symbol - 257
            guard place < Self.lengthBases.count else { throw .broken }
            let length = Self.lengthBases[place] + (try take(Self.lengthBits[place]))
            let far = try decode(distances)
            guard far < Self.distanceBases.count else { throw .broken }
            let distance = Self.distanceBases[far] + (try take(Self.distanceBits[far]))
            guard distance <= output.count else { throw .broken }
            for _ in 0..<length { try append(output[output.count - distance]) }
        }
    }

    private mutating func decode(_ code: HuffmanCode) throws(ArchiveProblem) -> Int {
        var value = 0
        var first = 0
        var index = 0
        for length in 1...15 {
            value |= try take(1)
            let count = code.counts[length]
            if value - count < first { return code.symbols[index + value - first] }
            index += count
            first = (first + count) << 1
            value <<= 1
        }
        throw .broken
    }

    private static let codeLengthOrder = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]

    private mutating func codes() throws(ArchiveProblem) -> (literals: HuffmanCode, distances: HuffmanCode) {
        let literalCount = try take(5) + 257
        let distanceCount = try take(5) + 1
        let lengthCount = try take(4) + 4
        guard literalCount <= 286, distanceCount <= 30 else { throw .broken }
        var lengths = Array(repeating: 0, count: 19)
        for index in 0..<lengthCount { lengths[Self.codeLengthOrder[index]] = try take(3) }
        let code = try HuffmanCode(lengths)
        var all: [Int] = []
        while all.count < literalCount + distanceCount {
            let symbol = try decode(code)
            switch symbol {
            case 0..<16: all.append(symbol)
            case 16:
                guard let last = all.last else { throw .broken }
                all += Array(repeating: last, count: 3 + (try take(2)))
            case 17: all += Array(repeating: 0, count: 3 + (try take(3)))
            default: all += Array(repeating: 0, count: 11 + (try take(7)))
            }
        }
        guard all.count == literalCount + distanceCount else { throw .broken }
        return (try HuffmanCode(Array(all[..<literalCount])), try HuffmanCode(Array(all[literalCount...])))
    }
}

/// A canonical Huffman code: how many symbols have each length, and the symbols in the code's order.
private struct HuffmanCode {
    var counts = Array(repeating: 0, count: 16)
    var symbols: [Int]

    static let fixedLiterals = HuffmanCode(
        unchecked: Array(repeating: 8, count: 144) + Array(repeating: 9, count: 112)
            + Array(repeating: 7, count: 24) + Array(repeating: 8, count: 8))
    static let fixedDistances = HuffmanCode(unchecked: Array(repeating: 5, count: 30))

    init(_ lengths: [Int]) throws(ArchiveProblem) {
        self.init(unchecked: lengths)
        var left = 1
        for length in 1...15 {
            left = left << 1 - counts[length]
            guard left >= 0 else { throw .broken }
        }
    }

    private init(unchecked lengths: [Int]) {
        for length in lengths { counts[length] += 1 }
        counts[0] = 0
        var offsets = Array(repeating: 0, count: 16)
        for length in 1..<15 { offsets[length + 1] = offsets[length] + counts[length] }
        symbols = Array(repeating: 0, count: lengths.count)
        for (symbol, length) in lengths.enumerated() where length != 0 {
            symbols[offsets[length]] = symbol
            offsets[length] += 1
        }
    }
}

/// The checksum of gzip.
private enum CRC32 {
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { value, _ in value & 1 == 1 ? 0xEDB8_8320 ^ (value >> 1) : value >> 1 }
    }

    static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        let table = table
        return ~bytes.reduce(~0) { table[Int(($0 ^ UInt32($1)) & 0xFF)] ^ ($0 >> 8) }
    }
}
