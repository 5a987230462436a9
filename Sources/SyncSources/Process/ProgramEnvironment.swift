/// The environment of the programs that we run: of our own, only what they need to find programs, the network and the
/// authorities that they trust.
enum ProgramEnvironment {
    private static let passedOn = [
        "PATH", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
    ]

    /// Chooses from an environment.
    ///
    /// - Parameters:
    ///   - own: Our environment.
    ///   - home: The folder that stands for a home: what lies in ours must not count.
    /// - Returns: What a program is given; its messages are in English.
    static func clean(from own: [String: String], home: String) -> [String: String] {
        var clean = own.filter { passedOn.contains($0.key) && !$0.value.isEmpty }
        clean["PATH"] = clean["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        clean["HOME"] = home
        clean["LC_ALL"] = "C"
        return clean
    }
}
