/// An IP address as its bytes: 4 or 16.
struct IPAddress: Hashable, Sendable {
    var bytes: [UInt8]

    /// From the usual text forms; `nil` for anything else, such as a name.
    init?(_ text: String) {
        guard let bytes = Self.version4(text) ?? Self.version6(text) else {
            return nil
        }
        // An IPv4 address in IPv6 clothes is the IPv4 address.
        let isMapped =
            bytes.count == 16 && bytes[..<10].allSatisfy { $0 == 0 } && bytes[10...11] == [255, 255]
        self.bytes = isMapped ? Array(bytes[12...]) : bytes
    }

    var isLoopback: Bool {
        bytes.count == 4 ? bytes[0] == 127 : bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 }
    }

    private static func version4(_ text: String) -> [UInt8]? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        let bytes = parts.compactMap { part in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt8(part) : nil
        }
        return bytes.count == 4 ? bytes : nil
    }

    private static func version6(_ text: String) -> [UInt8]? {
        guard text.contains(":"), !text.contains(":::") else { return nil }
        var halves = [text[...]]
        if let gap = text.indices.first(where: { text[$0...].hasPrefix("::") }) {
            halves = [text[..<gap], text[text.index(gap, offsetBy: 2)...]]
            guard !halves[1].hasPrefix(":") else { return nil }
        }
        let parts = halves.map { bytes(ofGroups: $0) }
        guard let front = parts[0] else { return nil }
        if parts.count == 1 { return front.count == 16 ? front : nil }
        guard let back = parts[1], front.count + back.count <= 14 else { return nil }
        return front + [UInt8](repeating: 0, count: 16 - front.count - back.count) + back
    }

    /// The bytes of `2001:db8:…`, of which the last group may be an IPv4 address.
    private static func bytes(ofGroups text: Substring) -> [UInt8]? {
        guard !text.isEmpty else { return [] }
        var bytes: [UInt8] = []
        let groups = text.split(separator: ":", omittingEmptySubsequences: false)
        for (index, group) in groups.enumerated() {
            if index == groups.count - 1, let last = version4(String(group)) {
                bytes += last
            } else if group.count <= 4, !group.hasPrefix("+"), !group.hasPrefix("-"),
                let value = UInt16(group, radix: 16)
            {
                bytes += [UInt8(value >> 8), UInt8(value & 0xFF)]
            } else {
                return nil
            }
        }
        return bytes.count <= 16 ? bytes : nil
    }
}

/// A range of addresses: `10.0.0.0/8`.
struct IPNetwork: Hashable, Sendable {
    var address: IPAddress
    var prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let address = IPAddress(String(parts[0])), let prefix = Int(parts[1]),
            (0...address.bytes.count * 8).contains(prefix)
        else { return nil }
        self.address = address
        self.prefix = prefix
    }

    func contains(_ other: IPAddress) -> Bool {
        guard other.bytes.count == address.bytes.count else { return false }
        for (index, pair) in zip(address.bytes, other.bytes).enumerated() {
            let bits = min(max(prefix - index * 8, 0), 8)
            let mask = UInt8(truncatingIfNeeded: 0xFF00 >> bits)
            if pair.0 & mask != pair.1 & mask { return false }
        }
        return true
    }
}
