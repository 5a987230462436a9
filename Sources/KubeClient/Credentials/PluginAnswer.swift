import KubeCore

/// The `ExecCredential` that a plugin answered with.
struct PluginAnswer: Hashable, Sendable {
    var proof: Proof
    /// In seconds since 1970; `nil` if it says nothing, which means until the server refuses it.
    var expires: Int64?

    /// Credentials this close to their end are renewed beforehand, in seconds.
    private static let margin: Int64 = 10

    func isGood(at now: Int64) -> Bool {
        guard let expires else { return true }
        return expires.subtractingReportingOverflow(Self.margin).partialValue > now
    }

    /// Reads a plugin's output. No failure quotes it: it holds secrets.
    init(_ output: [UInt8], of plugin: CredentialPlugin) throws(TransportFailure) {
        func refuse(_ problem: String) -> TransportFailure {
            TransportFailure(.misconfigured, "\(plugin.origin): the answer of \(plugin.command) \(problem)")
        }
        let limits = JSONLimits(bytes: 1 << 20, depth: 32)
        // What is wrong in it stays unsaid: the message could quote a secret.
        guard let json = try? JSONValue(parsing: output, limits: limits) else { throw refuse("is no JSON") }
        guard json["kind"]?.string == "ExecCredential" else { throw refuse("is no ExecCredential") }
        guard json["apiVersion"]?.string == plugin.apiVersion else {
            throw refuse("is not of apiVersion \(plugin.apiVersion), which the kubeconfig asks for")
        }
        guard let status = json["status"]?.object else { throw refuse("has no status") }
        let token = status["token"]?.string ?? ""
        let certificate = status["clientCertificateData"]?.string ?? ""
        let key = status["clientKeyData"]?.string ?? ""
        guard certificate.isEmpty == key.isEmpty else {
            throw refuse("must have both clientCertificateData and clientKeyData, or neither")
        }
        guard !token.isEmpty || !certificate.isEmpty else {
            throw refuse("has neither a token nor a certificate")
        }
        proof = Proof(authorization: token.isEmpty ? nil : "Bearer \(token)")
        if !certificate.isEmpty {
            proof.certificate = ClientCertificate(
                certificate: .data(Array(certificate.utf8)), key: .data(Array(key.utf8)))
        }
        if let expiry = status["expirationTimestamp"]?.string {
            guard let seconds = secondsSince1970(ofRFC3339: expiry) else {
                throw refuse("has an expirationTimestamp that is no time (RFC 3339)")
            }
            expires = seconds
        }
    }
}

/// `2026-11-21T03:24:00Z` as seconds since 1970; `nil` if it is no such time. Fractions are dropped.
func secondsSince1970(ofRFC3339 text: String) -> Int64? {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
        guard range.upperBound <= bytes.count else { return nil }
        let digits = bytes[range]
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(String(decoding: digits, as: UTF8.self))
    }
    guard bytes.count >= 20, let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
        let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
        (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    let marks = [bytes[4], bytes[7], bytes[10] | 0x20, bytes[13], bytes[16]]
    guard marks == Array("--t::".utf8) else { return nil }
    var rest = bytes[19...]
    if rest.first == UInt8(ascii: ".") { rest = rest.dropFirst().drop { (0x30...0x39).contains($0) } }
    var offset: Int64 = 0
    if rest.count == 6, let sign = rest.first, sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") {
        let start = rest.startIndex
        guard let hours = number(start + 1..<start + 3), let minutes = number(start + 4..<start + 6) else {
            return nil
        }
        offset = (hours * 60 + minutes) * (sign == UInt8(ascii: "-") ? -60 : 60)
    } else if rest.count != 1 || rest.first.map({ $0 | 0x20 }) != UInt8(ascii: "z") {
        return nil
    }
    // Days since 1970 of the proleptic Gregorian calendar, years counted from March.
    let shifted = month > 2 ? year : year - 1
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    let days = era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    return days * 86_400 + hour * 3600 + minute * 60 + second - offset
}
