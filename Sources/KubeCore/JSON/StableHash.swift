/// A hash that is the same in every process and on every machine, unlike Swift's own.
///
/// It tells changes from repetitions; it does not withstand somebody who looks for collisions.
struct StableHash {
    private(set) var value: UInt64

    init(seed: UInt64) {
        value = seed ^ 0x9E37_79B9_7F4A_7C15
    }

    @inline(__always)
    mutating func combine(_ word: UInt64) {
        let (high, low) = (value ^ word).multipliedFullWidth(by: 0xA076_1D64_78BD_642F)
        value = (high ^ low) &+ 0xE703_7ED1_A0B4_28DB
    }

    @inline(__always)
    mutating func combine(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        combine(UInt64(range.count))
        var position = range.lowerBound
        while position &+ 8 <= range.upperBound {
            combine(bytes.word(at: position))
            position &+= 8
        }
        guard position < range.upperBound else { return }
        var rest: UInt64 = 0
        while position < range.upperBound {
            rest = rest << 8 | UInt64(bytes[position])
            position &+= 1
        }
        combine(rest)
    }
}

extension JSONTape {
    /// A hash of a member in which the order of what is inside does not count.
    ///
    /// Strings and numbers are taken as they are written: what a server writes differently is different.
    func stableHash(of member: JSONTapeMember) -> UInt64 {
        tokens.span.stableHash(ofMemberAt: member.name, bytes.span)
    }
}

/// Over spans, since walking a tape's arrays would retain them at every step.
extension Span<JSONToken> {
    fileprivate func stableHash(ofMemberAt name: Int, _ bytes: Span<UInt8>) -> UInt64 {
        var hash = StableHash(seed: 0xFF)
        hash.combine(bytes, self[name].range)
        hash.combine(stableHash(at: name &+ 1, bytes))
        return hash.value
    }

    private func stableHash(at index: Int, _ bytes: Span<UInt8>) -> UInt64 {
        let token = self[index]
        var hash = StableHash(seed: token.bits >> 60)
        switch token.kind {
        case .null, .true, .false: break
        case .int, .double, .plainString, .escapedString: hash.combine(bytes, token.range)
        case .array:
            var element = index &+ 1
            while element < token.reach {
                hash.combine(stableHash(at: element, bytes))
                element = self.index(after: element)
            }
        case .object:
            var sum: UInt64 = 0
            var name = index &+ 1
            while name < token.reach {
                sum &+= stableHash(ofMemberAt: name, bytes)
                name = self.index(after: name &+ 1)
            }
            hash.combine(sum)
        }
        return hash.value
    }
}
