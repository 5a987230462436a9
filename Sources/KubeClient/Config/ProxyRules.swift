/// The proxy rules that an environment holds: `HTTPS_PROXY`, `HTTP_PROXY`, `NO_PROXY` and their lower-case
/// forms.
///
/// Read by us and not by libcurl, so that one place decides, and as kubectl does.
public struct ProxyRules: Hashable, Sendable {
    var secure: String
    var plain: String
    var exceptions: [Exception]

    public init(environment: [String: String]) {
        func first(_ names: String...) -> String {
            names.lazy.compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        }
        secure = first("HTTPS_PROXY", "https_proxy")
        plain = first("HTTP_PROXY", "http_proxy")
        exceptions = first("NO_PROXY", "no_proxy").split(separator: ",").compactMap { Exception(String($0)) }
    }

    /// Which proxy leads to a server.
    ///
    /// The loopback is never asked for through a proxy.
    public func choice(for address: ServerAddress) -> ProxyChoice {
        let proxy = address.isSecure ? secure : plain
        guard !proxy.isEmpty, !address.isLoopback else { return .direct }
        if exceptions.contains(where: { $0.matches(address) }) { return .direct }
        return .through(proxy.contains("://") ? proxy : "http://" + proxy)
    }

    /// One entry of `NO_PROXY`.
    enum Exception: Hashable, Sendable {
        case everything
        case network(IPNetwork)
        case address(IPAddress, port: Int?)
        /// A name, with all below it; `onlyBelow` if it was written with a dot or star in front.
        case domain(String, onlyBelow: Bool, port: Int?)

        init?(_ written: String) {
            var entry = String(written.trimmed).lowercased()
            guard !entry.isEmpty else { return nil }
            if entry == "*" {
                self = .everything
                return
            }
            if let network = IPNetwork(entry) {
                self = .network(network)
                return
            }
            if let address = IPAddress(entry) {
                self = .address(address, port: nil)
                return
            }
            let (host, port) = ServerAddress.hostAndPort(entry)
            if let address = IPAddress(host) {
                self = .address(address, port: port)
                return
            }
            entry = host.hasPrefix("*.") ? String(host.dropFirst()) : host
            let onlyBelow = entry.hasPrefix(".")
            self = .domain(onlyBelow ? String(entry.dropFirst()) : entry, onlyBelow: onlyBelow, port: port)
        }

        func matches(_ address: ServerAddress) -> Bool {
            switch self {
            case .everything:
                return true
            case .network(let network):
                return IPAddress(address.host).map(network.contains) ?? false
            case .address(let own, let port):
                return IPAddress(address.host) == own && (port ?? address.port) == address.port
            case .domain(let domain, let onlyBelow, let port):
                guard (port ?? address.port) == address.port else { return false }
                let host = address.host.lowercased()
                return host.hasSuffix("." + domain) || (!onlyBelow && host == domain)
            }
        }
    }
}
