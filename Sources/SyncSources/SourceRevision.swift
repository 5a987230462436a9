/// The revision of files that no version control names: `local-` and twelve hexadecimal digits.
///
/// The digits are the first of an FNV-1a hash (64 bits, offset basis `cbf29ce484222325`, prime `100000001b3`) over
/// every manifest file that was read, in byte order of the paths: the path relative to the source in UTF-8 (nothing
/// where the source is one file), a zero byte, the content's length as eight bytes (least significant first), the content. The same files have the same
/// revision on every machine; times, owners, folders without manifests and files of other kinds do not count.
struct SourceRevision {
    private var hash: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(path: String, content: [UInt8]) {
        add(path.utf8)
        add(CollectionOfOne(0))
        let length = UInt64(content.count)
        add((0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) })
        add(content)
    }

    private mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }

    var text: String {
        let digits = String(hash, radix: 16)
        return "local-" + (String(repeating: "0", count: 16 - digits.count) + digits).prefix(12)
    }
}
