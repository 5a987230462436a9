package import Testing

/// What speaks TLS to clients, and passes what they say on to a server of this machine that does not; with certificates
/// of its own.
package struct TLSFront: Sendable {
    /// Whether this machine has what it takes.
    package static let isThere = Command.areThere("socat", "openssl")
    package static let isNeeded: Comment =
        "no socat or openssl on this machine (apt-get install socat openssl)"

    /// `https://127.0.0.1:…`
    package let address: String
    /// Who has signed the server's certificate, and must have signed the clients'; in PEM.
    package let authority: String
    /// A certificate that the server takes.
    package let certificate: String
    package let key: String

    /// Serves while the body runs.
    ///
    /// - Parameters:
    ///   - server: `http://127.0.0.1:…`
    ///   - folder: For certificates; made.
    ///   - wantsCertificate: Whether clients must have one.
    ///   - body: What is done meanwhile.
    /// - Returns: What the body returned.
    /// - Throws: If it does not start, and what the body throws.
    package static func serve<Result: Sendable>(
        _ server: String, in folder: String, wantingCertificate wantsCertificate: Bool,
        while body: (TLSFront) async throws -> Result
    ) async throws -> Result {
        let files = try await TestCertificates(in: folder, for: "127.0.0.1")
        let port = try await LocalPort.free()
        let front = TLSFront(
            address: "https://127.0.0.1:\(port.number)",
            authority: try TestCertificates.text(files.authority),
            certificate: try TestCertificates.text(files.clientCertificate),
            key: try TestCertificates.text(files.clientKey))
        let listener =
            "OPENSSL-LISTEN:\(port.number),bind=127.0.0.1,reuseaddr,fork,cert=\(files.certificate),"
            + "key=\(files.key),cafile=\(files.authority),verify=\(wantsCertificate ? 1 : 0)"
        let target = "TCP:\(server.dropFirst("http://".count))"
        return try await Command("socat", [listener, target]).beside {
            try await port.answers()
            return try await body(front)
        }
    }
}
