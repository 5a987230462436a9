/// Replaces `$(NAME)` in commands, arguments and values as Kubernetes does: what is not known stays as it is, and `$$`
/// is a dollar sign.
enum Expansion {
    static func expand(_ text: String, with value: (String) -> String?) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var result: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "$"), let next = rest.first else {
                result.append(byte)
                continue
            }
            switch next {
            case UInt8(ascii: "$"):
                rest.removeFirst()
                result.append(byte)
            case UInt8(ascii: "("):
                guard let end = rest.firstIndex(of: UInt8(ascii: ")")) else {
                    result.append(byte)
                    continue
                }
                let name = String(decoding: rest[(rest.startIndex + 1)..<end], as: UTF8.self)
                result += Array((value(name) ?? "$(\(name))").utf8)
                rest = rest[(end + 1)...]
            default:
                // Neither a reference nor an escape.
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
