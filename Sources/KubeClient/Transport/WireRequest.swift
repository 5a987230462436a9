import KubeCore

/// A request with all that libcurl has to know about it.
struct WireRequest: Sendable {
    var method: HTTPRequest.Method
    /// Scheme, host and port as TLS and the proxy see them, and the target.
    var url: String
    /// Where to connect instead of the URL's host: `host:port`.
    var connectTo: String?
    /// Complete lines: `Name: value`. Hold credentials.
    var headers: [String]
    var body: [UInt8]
    var acceptsCompression: Bool
    /// When the whole answer has to be there.
    var deadline: ContinuousClock.Instant?
    var trust: ServerTrust
    var certificate: ClientCertificate?
    var proxy: ProxyChoice
    /// For messages: method, server and path; no query, no credentials.
    var subject: String

    /// Whether libcurl may send it again by itself when a kept connection turns out to be dead.
    ///
    /// A create may have been carried out before the connection died, and a JSON patch need not be
    /// idempotent.
    var isRepeatable: Bool {
        switch method {
        case .get, .put, .delete: true
        case .post: false
        case .patch: !headers.contains { $0.lowercased().hasPrefix("content-type: application/json-patch") }
        }
    }
}
