import Foundation
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
        try await makeCertificates(in: folder)
        let port = try await LocalPort.free()
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        }
        let front = TLSFront(
            address: "https://127.0.0.1:\(port.number)", authority: try text("ca.crt"),
            certificate: try text("client.crt"), key: try text("client.key"))
        let listener =
            "OPENSSL-LISTEN:\(port.number),bind=127.0.0.1,reuseaddr,fork,cert=\(folder)/server.crt,key=\(folder)/server.key,"
            + "cafile=\(folder)/ca.crt,verify=\(wantsCertificate ? 1 : 0)"
        let target = "TCP:\(server.dropFirst("http://".count))"
        return try await Command("socat", [listener, target]).beside {
            try await port.answers()
            return try await body(front)
        }
    }

    private static func makeCertificates(in folder: String) async throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "subjectAltName=IP:127.0.0.1".write(
            toFile: "\(folder)/names", atomically: false, encoding: .utf8)
        func openssl(_ arguments: String) async throws {
            try await Command("openssl", arguments.split(separator: " ").map(String.init)).output()
        }
        let path = folder
        try await openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout \(path)/ca.key -out \(path)/ca.crt -days 2 -subj /CN=ca"
        )
        for owner in ["server", "client"] {
            let files = "\(path)/\(owner)"
            try await openssl(
                "req -newkey rsa:2048 -nodes -keyout \(files).key -out \(files).csr -subj /CN=\(owner)")
            try await openssl(
                "x509 -req -in \(files).csr -CA \(path)/ca.crt -CAkey \(path)/ca.key -CAcreateserial -days 2 -out \(files).crt -extfile \(path)/names"
            )
        }
    }
}
