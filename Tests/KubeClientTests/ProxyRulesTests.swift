import Testing

@testable import KubeClient

@Suite("which proxy leads to a server")
struct ProxyRulesTests {
    struct Row: CustomStringConvertible, Sendable {
        var environment: [String: String]
        var server: String
        var choice: ProxyChoice
        var testDescription: String { description }
        var description: String {
            "\(server) with \(environment.sorted { $0.key < $1.key }.map { "\($0)=\($1)" })"
        }
    }

    private static let proxy = "http://proxy:3128"

    private static func row(_ exceptions: String, _ server: String, _ choice: ProxyChoice) -> Row {
        Row(environment: ["HTTPS_PROXY": proxy, "NO_PROXY": exceptions], server: server, choice: choice)
    }

    static let rows = [
        Row(environment: [:], server: "https://api:6443", choice: .direct),
        Row(environment: ["HTTPS_PROXY": proxy], server: "https://api:6443", choice: .through(proxy)),
        Row(environment: ["https_proxy": proxy], server: "https://api:6443", choice: .through(proxy)),
        Row(environment: ["HTTPS_PROXY": proxy], server: "http://api:8080", choice: .direct),
        Row(environment: ["HTTP_PROXY": proxy], server: "http://api:8080", choice: .through(proxy)),
        Row(environment: ["HTTP_PROXY": proxy], server: "https://api:6443", choice: .direct),
        Row(environment: ["HTTPS_PROXY": "proxy:3128"], server: "https://api:6443", choice: .through(proxy)),
        Row(environment: ["HTTPS_PROXY": proxy], server: "https://127.0.0.1:6443", choice: .direct),
        Row(environment: ["HTTPS_PROXY": proxy], server: "https://localhost:6443", choice: .direct),
        Row(environment: ["HTTPS_PROXY": proxy], server: "https://[::1]:6443", choice: .direct),
        row("*", "https://api:6443", .direct),
        row("example.com", "https://example.com", .direct),
        row("example.com", "https://api.example.com", .direct),
        row("example.com", "https://badexample.com", .through(proxy)),
        row(".example.com", "https://api.example.com", .direct),
        row(".example.com", "https://example.com", .through(proxy)),
        row("*.example.com", "https://api.example.com", .direct),
        row("EXAMPLE.com", "https://API.example.COM", .direct),
        row("example.com:6443", "https://example.com:6443", .direct),
        row("example.com:6443", "https://example.com", .through(proxy)),
        row(" 10.0.0.0/8 , other", "https://10.1.2.3", .direct),
        row("10.0.0.0/8", "https://11.1.2.3", .through(proxy)),
        row("10.1.2.3", "https://10.1.2.3:6443", .direct),
        row("10.1.2.3:443", "https://10.1.2.3:6443", .through(proxy)),
        row("fd00::/8", "https://[fd12::1]:6443", .direct),
        row("fd00::/8", "https://[fe80::1]:6443", .through(proxy)),
        row("::ffff:10.1.2.3", "https://10.1.2.3", .direct),
        row("", "https://api", .through(proxy)),
        row(",,", "https://api", .through(proxy)),
    ]

    @Test("the environment's rules, as kubectl reads them", arguments: rows)
    func choice(_ row: Row) throws {
        let address = try #require(ServerAddress(row.server))
        #expect(ProxyRules(environment: row.environment).choice(for: address) == row.choice)
    }
}

@Suite("addresses of servers")
struct ServerAddressTests {
    static let good: [(String, host: String, port: Int, path: String)] = [
        ("https://api", "api", 443, ""),
        ("http://api", "api", 80, ""),
        ("HTTPS://api:6443/", "api", 6443, ""),
        ("https://api:6443/k8s/clusters/c-1/", "api", 6443, "/k8s/clusters/c-1"),
        ("https://[fd00::1]:6443", "fd00::1", 6443, ""),
        ("https://[fd00::1]", "fd00::1", 443, ""),
        ("https://10.0.0.1:1", "10.0.0.1", 1, ""),
    ]

    @Test("taken apart", arguments: good)
    func parts(_ row: (String, host: String, port: Int, path: String)) throws {
        let address = try #require(ServerAddress(row.0))
        #expect(address.host == row.host)
        #expect(address.port == row.port)
        #expect(address.path == row.path)
        #expect(ServerAddress(address.url) == address)
    }

    static let bad = [
        "", "api", "ftp://api", "https://", "https://:6443", "https://api:0", "https://api:65536",
        "https://api:x",
        "https://a b", "https://user@api", "https://api?x", "https://api#x", "https://api\r\nHost: x",
        "https:///path",
    ]

    @Test("refused", arguments: bad)
    func refused(_ text: String) {
        #expect(ServerAddress(text) == nil)
    }

    static let addresses: [(String, [UInt8]?)] = [
        ("1.2.3.4", [1, 2, 3, 4]),
        ("255.255.255.255", [255, 255, 255, 255]),
        ("256.1.1.1", nil), ("1.2.3", nil), ("1.2.3.4.5", nil), ("1.2.3.", nil), ("+1.2.3.4", nil), ("", nil),
        ("::", [UInt8](repeating: 0, count: 16)),
        ("::1", [UInt8](repeating: 0, count: 15) + [1]),
        ("1::", [0, 1] + [UInt8](repeating: 0, count: 14)),
        ("2001:db8::ff00:42:8329", [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0xFF, 0, 0, 0x42, 0x83, 0x29]),
        ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
        ("::ffff:1.2.3.4", [1, 2, 3, 4]),
        ("1:2:3:4:5:6:7", nil), ("1:2:3:4:5:6:7:8:9", nil), ("1::2::3", nil), (":::", nil), ("::12345", nil),
        ("::g", nil), (":1", nil), ("1:2:3:4:5:6:7::8", nil),
    ]

    @Test("IP addresses", arguments: addresses)
    func ip(_ row: (String, [UInt8]?)) {
        #expect(IPAddress(row.0)?.bytes == row.1)
    }
}
