import Foundation
package import Testing

/// A real `sshd` on a port of 127.0.0.1, with keys of its own.
package struct SSHServer: Sendable {
    /// Whether this machine has what it takes.
    package static let isThere = Command.areThere("sshd", "ssh-keygen", "ssh")
    package static let isNeeded: Comment = "no sshd on this machine (apt-get install openssh-server)"

    let port: Int
    /// The private key of the only user.
    package let userKey: String
    /// A private key that the server does not know.
    package let strangersKey: String
    /// The line of `known_hosts` for the server.
    package let hostLine: String
    /// A line for the server's address, with a key that is not its own.
    package let wrongHostLine: String

    /// The address of a folder of this machine.
    package func address(of path: String) -> String { "ssh://\(NSUserName())@127.0.0.1:\(port)\(path)" }

    /// Serves while the body runs.
    ///
    /// - Parameters:
    ///   - folder: For its keys and settings; made.
    ///   - body: What is done meanwhile.
    /// - Returns: What the body returned.
    /// - Throws: If it does not start, and what the body throws.
    package static func serve<Result: Sendable>(
        in folder: String, while body: (SSHServer) async throws -> Result
    ) async throws -> Result {
        let files = FileManager.default
        try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // It wants this folder, and does not make it.
        try? files.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
        for key in ["host", "user", "other"] {
            try await Command("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/\(key)"])
                .output()
        }
        let port = try await LocalPort.free()
        func text(_ name: String) throws -> String {
            try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        }
        let server = SSHServer(
            port: port.number, userKey: try text("user"), strangersKey: try text("other"),
            hostLine: "[127.0.0.1]:\(port.number) \(try text("host.pub"))",
            wrongHostLine: "[127.0.0.1]:\(port.number) \(try text("other.pub"))")
        try settings(port, folder).write(toFile: "\(folder)/sshd_config", atomically: false, encoding: .utf8)
        return try await Command("/usr/sbin/sshd", ["-D", "-e", "-f", "\(folder)/sshd_config"]).beside {
            try await port.answers()
            return try await body(server)
        }
    }

    private static func settings(_ port: LocalPort, _ folder: String) -> String {
        """
        Port \(port.number)
        ListenAddress 127.0.0.1
        HostKey \(folder)/host
        AuthorizedKeysFile \(folder)/user.pub
        PidFile none
        StrictModes no
        UsePAM no
        PasswordAuthentication no
        KbdInteractiveAuthentication no

        """
    }
}
