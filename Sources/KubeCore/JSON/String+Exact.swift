extension String {
    /// Whether both hold the same bytes.
    ///
    /// Swift's `==` takes "é" written as one character and as two for the same text; an API server does not.
    @inline(__always)
    func isSameText(as other: String) -> Bool {
        // Equal ASCII text of equal length is equal in bytes.
        utf8.count == other.utf8.count && self == other
            && (utf8Span.isKnownASCII || utf8.elementsEqual(other.utf8))
    }
}

/// A text as a key of a dictionary that tells apart what differs in bytes.
struct ExactText: Hashable {
    var text: String

    static func == (left: ExactText, right: ExactText) -> Bool { left.text.isSameText(as: right.text) }

    func hash(into hasher: inout Hasher) { text.hash(into: &hasher) }
}

extension Span<UInt8> {
    /// Whether both hold the same bytes.
    @inline(__always)
    func isSame(as other: Span<UInt8>) -> Bool {
        guard count == other.count else { return false }
        var position = 0
        while position &+ 8 <= count {
            if word(at: position) != other.word(at: position) { return false }
            position &+= 8
        }
        while position < count {
            if self[position] != other[position] { return false }
            position &+= 1
        }
        return true
    }
}
