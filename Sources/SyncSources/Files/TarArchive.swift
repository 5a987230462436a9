import SyncEngine

/// Reads what tar has written: the regular files, by their names.
///
/// Archives come from anybody. Names that lead out, links and devices are refused, not skipped: who makes such an
/// archive wants more than to be unpacked.
struct TarArchive {
    struct File: Hashable {
        var path: SourcePath
        var content: [UInt8]
    }

    private static let block = 512
    private static let longestName = 4096

    /// Reads an archive.
    ///
    /// - Parameters:
    ///   - bytes: In the forms ustar, pax and GNU.
    ///   - limit: The most files that it may hold.
    /// - Returns: The files in their order.
    /// - Throws: ``ArchiveProblem``.
    static func files(in bytes: [UInt8], limit: Int) throws(ArchiveProblem) -> [File] {
        var files: [File] = []
        var position = 0
        var longName: String?
        while position + block <= bytes.count {
            let header = bytes[position..<position + block]
            position += block
            guard header.contains(where: { $0 != 0 }) else { break }
            try check(header)
            let size = try size(header)
            guard size <= bytes.count - position else { throw .broken }
            let content = bytes[position..<position + size]
            position = min(bytes.count, position + (size + block - 1) / block * block)
            switch header[header.startIndex + 156] {
            case 0, UInt8(ascii: "0"):
                guard files.count < limit else {
                    throw ArchiveProblem(text: "holds more than \(limit) files")
                }
                files.append(File(path: try path(longName ?? name(header)), content: Array(content)))
                longName = nil
            case UInt8(ascii: "5"):
                _ = try path(longName ?? name(header))
                longName = nil
            case UInt8(ascii: "L"): longName = try text(content)
            case UInt8(ascii: "x"): longName = try paxName(content) ?? longName
            case UInt8(ascii: "g"): continue
            default:
                throw ArchiveProblem(
                    text: "holds \(longName ?? name(header)), which is neither a file nor a folder")
            }
        }
        return files
    }

    private static func check(_ header: ArraySlice<UInt8>) throws(ArchiveProblem) {
        let start = header.startIndex
        let sum = header.indices.reduce(0) {
            // The field itself counts as spaces.
            $0 + Int((148..<156).contains($1 - start) ? 32 : header[$1])
        }
        guard number(header[start + 148..<start + 156]) == sum else { throw .broken }
    }

    private static func size(_ header: ArraySlice<UInt8>) throws(ArchiveProblem) -> Int {
        guard let size = number(header[header.startIndex + 124..<header.startIndex + 136]) else {
            throw .broken
        }
        return size
    }

    /// An octal number with spaces or zeros around it; at most eleven digits, so it fits.
    private static func number(_ field: ArraySlice<UInt8>) -> Int? {
        let digits = field.drop { $0 == 32 }.prefix { $0 != 0 && $0 != 32 }
        guard digits.allSatisfy({ (48...55).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 << 3 | Int($1 - 48) }
    }

    private static func name(_ header: ArraySlice<UInt8>) -> String {
        let start = header.startIndex
        let name = string(header[start..<start + 100])
        let isStandard = header[start + 257..<start + 262].elementsEqual("ustar".utf8)
        let prefix = isStandard ? string(header[start + 345..<start + 500]) : ""
        return prefix.isEmpty ? name : "\(prefix)/\(name)"
    }

    private static func string(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }

    private static func text(_ content: ArraySlice<UInt8>) throws(ArchiveProblem) -> String {
        guard content.count <= longestName else {
            throw ArchiveProblem(text: "holds a name that is too long")
        }
        return string(content)
    }

    /// The name in records as `30 path=…`, each of which begins with its length.
    private static func paxName(_ content: ArraySlice<UInt8>) throws(ArchiveProblem) -> String? {
        var rest = content
        while let space = rest.firstIndex(of: 32) {
            let digits = String(decoding: rest[..<space], as: UTF8.self)
            guard let length = Int(digits), length > digits.utf8.count + 1, length <= rest.count else {
                throw .broken
            }
            let record = rest[space + 1..<rest.startIndex + length - 1]
            if record.starts(with: "path=".utf8) { return try text(record.dropFirst(5)) }
            rest = rest[(rest.startIndex + length)...]
        }
        return nil
    }

    private static func path(_ name: String) throws(ArchiveProblem) -> SourcePath {
        let steps = name.split(separator: "/")
        guard let path = SourcePath(name), !steps.contains("..") else {
            throw ArchiveProblem(text: "holds \"\(name)\", which leads out of it")
        }
        return path
    }
}
