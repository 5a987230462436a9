import Glibc

/// What a process is called in a Lease.
enum ProcessIdentity {
    /// Of this process alone: the Pod's name, which is its host's, and chance; as a name of an object may be.
    static func random() -> String {
        var name = [CChar](repeating: 0, count: 256)
        let isNamed = unsafe gethostname(&name, name.count - 1) == 0
        let host =
            isNamed
            ? String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : "host"
        let allowed = host.lowercased().filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        return "\(allowed.prefix(200))-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
    }
}
