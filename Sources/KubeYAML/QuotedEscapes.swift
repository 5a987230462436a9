/// The two escapes of double-quoted scalars on which libyaml and goyaml disagree.
///
/// goyaml refuses `\/`, which libyaml reads as `/`; it reads `\'` as `'`, which libyaml refuses.
struct QuotedEscapes {
    private let text: UnsafeBufferPointer<UInt8>
    /// Whether there is a `\/` anywhere: without one, nothing is looked at.
    private let hasSlash: Bool
    /// A character whose byte is known, from which the next search starts: scalars come in the order of the text.
    private var knownCharacter = 0
    private var knownByte = 0

    init(_ text: UnsafeBufferPointer<UInt8>) {
        self.text = text
        hasSlash = Self.contains(UInt8(ascii: "/"), in: text)
    }

    /// Whether a backslash stands before `follower` somewhere in the text.
    private static func contains(_ follower: UInt8, in text: UnsafeBufferPointer<UInt8>) -> Bool {
        var rest = text[...]
        while let backslash = rest.firstIndex(of: UInt8(ascii: "\\")), backslash + 1 < text.count {
            if text[backslash + 1] == follower { return true }
            rest = text[(backslash + 1)...]
        }
        return false
    }

    /// Whether a double-quoted scalar has an escape that goyaml refuses.
    ///
    /// - Parameter characters: Where it stands, quotes included, in characters as libyaml counts them.
    /// - Returns: Whether the document is to be refused.
    mutating func isRefused(_ characters: Range<Int>) -> Bool {
        guard hasSlash else { return false }
        let start = byte(ofCharacter: characters.lowerBound)
        var index = start + 1
        let end = byte(ofCharacter: characters.upperBound)
        while index + 1 < end {
            guard text[index] == UInt8(ascii: "\\") else {
                index += 1
                continue
            }
            if text[index + 1] == UInt8(ascii: "/") { return true }
            index += 2
        }
        return false
    }

    private mutating func byte(ofCharacter character: Int) -> Int {
        if character < knownCharacter { (knownCharacter, knownByte) = (0, 0) }
        while knownCharacter < character, knownByte < text.count {
            knownByte += 1
            while knownByte < text.count, text[knownByte] & 0xC0 == 0x80 { knownByte += 1 }
            knownCharacter += 1
        }
        return knownByte
    }

    /// The text with every `\'` of one double-quoted scalar written as `\x27`, which libyaml reads alike.
    ///
    /// - Parameters:
    ///   - text: A document.
    ///   - character: Where libyaml stopped, in characters: at the backslash of an escape that it does not know.
    /// - Returns: The new text; `nil` if another escape than `\'` stands there.
    static func replacingQuote(in text: [UInt8], atCharacter character: Int) -> [UInt8]? {
        let start = text.withUnsafeBufferPointer { buffer in
            var escapes = QuotedEscapes(buffer)
            return escapes.byte(ofCharacter: character)
        }
        let quote = UInt8(ascii: "'")
        guard start + 1 < text.count, text[start] == UInt8(ascii: "\\"), text[start + 1] == quote else {
            return nil
        }
        var replaced = Array(text[..<start])
        var index = start
        while index < text.count, text[index] != UInt8(ascii: "\"") {
            guard text[index] == UInt8(ascii: "\\"), index + 1 < text.count else {
                replaced.append(text[index])
                index += 1
                continue
            }
            if text[index + 1] == quote {
                replaced.append(contentsOf: #"\x27"#.utf8)
            } else {
                replaced.append(contentsOf: text[index...(index + 1)])
            }
            index += 2
        }
        replaced.append(contentsOf: text[index...])
        return replaced
    }
}
