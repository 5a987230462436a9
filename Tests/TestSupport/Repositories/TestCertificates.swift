import Foundation

/// Files with an authority of the test's own, and with what it has signed, for a server and for a client.
package struct TestCertificates: Sendable {
    private let folder: String

    /// The authority's certificate.
    package var authority: String { "\(folder)/ca.crt" }
    /// Of the server.
    package var certificate: String { "\(folder)/server.crt" }
    package var key: String { "\(folder)/server.key" }
    package var clientCertificate: String { "\(folder)/client.crt" }
    package var clientKey: String { "\(folder)/client.key" }

    /// Makes them, by `openssl`.
    ///
    /// - Parameters:
    ///   - folder: Made if it is missing.
    ///   - address: Of the server.
    /// - Throws: If `openssl` fails.
    package init(in folder: String, for address: String) async throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "subjectAltName=IP:\(address)".write(
            toFile: "\(folder)/names", atomically: false, encoding: .utf8)
        try await Self.openssl(
            "req -x509 -newkey rsa:2048 -nodes -keyout \(folder)/ca.key -out \(authority) -days 2 -subj /CN=ca"
        )
        for owner in ["server", "client"] {
            let file = "\(folder)/\(owner)"
            try await Self.openssl(
                "req -newkey rsa:2048 -nodes -keyout \(file).key -out \(file).csr -subj /CN=\(owner)")
            try await Self.openssl(
                "x509 -req -in \(file).csr -CA \(authority) -CAkey \(folder)/ca.key -CAcreateserial -days 2 "
                    + "-out \(file).crt -extfile \(folder)/names")
        }
    }

    private static func openssl(_ arguments: String) async throws {
        try await Command("openssl", arguments.split(separator: " ").map(String.init)).output()
    }

    package static func text(_ file: String) throws -> String {
        try String(contentsOfFile: file, encoding: .utf8)
    }
}
