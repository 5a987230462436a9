import Foundation
import TestSupport
import Testing

/// A real registry for charts, over TLS and with an account, on this machine's own address: for what is on 127.0.0.1 Helm
/// has rules of its own.
struct ChartRegistry {
    static let isNeeded: Comment =
        "needs docker-registry and openssl (apt-get install docker-registry openssl)"

    static let username = "reader"
    static let password = "pass1234"
    /// The password as `htpasswd -B` writes it.
    private static let account = "\(username):$2b$12$CVF2jEE4X4POKZnrX1Fxk./OJXgPlPJulSVEGdOi.nICH.14WY0V2"

    /// `oci://…/charts`
    let address: String
    /// With whom the registry is believed.
    let environment: [String: String]

    private var host: String { String(address.dropFirst("oci://".count).prefix { $0 != "/" }) }

    static var isThere: Bool { Command.areThere("docker-registry", "openssl") && ownAddress != nil }

    /// Of the first interface that is not the loopback.
    private static let ownAddress = Host.current().addresses.first {
        !$0.hasPrefix("127.") && $0.split(separator: ".").count == 4
    }

    /// Serves while the body runs.
    static func serve(in folder: TemporaryFolder, while body: (ChartRegistry) async throws -> Void)
        async throws
    {
        let path = folder.path
        let own = try #require(ownAddress)
        let port = try await LocalPort.free(on: own)
        let certificates = try await TestCertificates(in: "\(path)/tls", for: own)
        try folder.write("accounts", account)
        try folder.write(
            "registry.yml",
            """
            version: 0.1
            log: {level: error}
            storage: {filesystem: {rootdirectory: \(path)/data}}
            auth: {htpasswd: {realm: charts, path: \(path)/accounts}}
            http: {addr: "\(own):\(port.number)", tls: {certificate: \(certificates.certificate), key: \(certificates.key)}}
            """)
        var environment = Tools.environment
        environment["SSL_CERT_FILE"] = certificates.authority
        let registry = ChartRegistry(address: "oci://\(own):\(port.number)/charts", environment: environment)
        try await Command("docker-registry", ["serve", "\(path)/registry.yml"]).beside {
            try await port.answers()
            try await body(registry)
        }
    }

    /// Packs a chart and puts it there, as a person does.
    func push(_ chart: String, in folder: TemporaryFolder) async throws {
        var environment = environment.filter { ["PATH", "SSL_CERT_FILE"].contains($0.key) }
        for name in ["HELM_CONFIG_HOME", "HELM_CACHE_HOME", "HELM_DATA_HOME", "HOME"] {
            environment[name] = "\(folder.path)/helm"
        }
        let helm = try #require(Tools.helm)
        var login = Command(
            helm, ["registry", "login", host, "--username", Self.username, "--password-stdin"],
            environment: environment)
        login.input = Array(Self.password.utf8)
        try await login.output()
        let packed = "\(folder.path)/packed"
        try await Command(helm, ["package", chart, "--destination", packed], environment: environment)
            .output()
        for archive in try FileManager.default.contentsOfDirectory(atPath: packed) {
            try await Command(helm, ["push", "\(packed)/\(archive)", address], environment: environment)
                .output()
            try FileManager.default.removeItem(atPath: "\(packed)/\(archive)")
        }
    }
}
