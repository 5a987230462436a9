import KubeCore

/// What one request carries to prove who sends it. Secret: never printed.
struct Proof: Hashable, Sendable {
    /// The value of the `Authorization` header.
    var authorization: String?
    var certificate: ClientCertificate?
}

extension Impersonation {
    /// The header fields that ask for it.
    var headers: [HTTPHeader] {
        var headers: [HTTPHeader] = []
        if !user.isEmpty { headers.append(HTTPHeader("Impersonate-User", user)) }
        if !uid.isEmpty { headers.append(HTTPHeader("Impersonate-Uid", uid)) }
        headers += groups.map { HTTPHeader("Impersonate-Group", $0) }
        for attribute in extra {
            let name = "Impersonate-Extra-" + attribute.name.lowercased().headerNameEncoded
            headers += attribute.values.map { HTTPHeader(name, $0) }
        }
        return headers
    }
}

extension String {
    /// With everything that a header's name cannot hold, and `%` itself, as `%XX`.
    fileprivate var headerNameEncoded: String {
        var encoded = ""
        for byte in utf8 {
            let scalar = Unicode.Scalar(byte)
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || (0x30...0x39).contains(byte))
            if isPlain || "!#$&'*+-.^_`|~".utf8.contains(byte) {
                encoded.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.count == 1 ? "0" : "") + digits
            }
        }
        return encoded
    }
}
