import KubeClient
import KubeCore
import NIOHTTP1

/// Decides by a request's head alone whether it is taken.
struct HTTPRequestRules: Sendable {
    /// What asks whether the server lives, answers nothing that is secret.
    private static let openPaths: Set<String> = ["/healthz", "/livez", "/readyz"]

    let limits: HTTPListenerLimits
    /// What `Authorization` may say: the token as kubectl sends it over http, and as everybody else does.
    private let proofs: [[UInt8]]
    /// What everybody may do; `nil` where a token has to be brought, with which everything may be done.
    private let openMethods: Set<HTTPRequest.Method>?

    init(token: String, limits: HTTPListenerLimits) {
        self.limits = limits
        let login = Array("\(HTTPListener.user):\(token)".utf8)
        openMethods = nil
        proofs = ["Bearer \(token)", "Basic \(login.base64)"].map { Array($0.utf8) }
    }

    /// For what everybody may do.
    init(methods: Set<HTTPRequest.Method>, limits: HTTPListenerLimits) {
        self.limits = limits
        openMethods = methods
        proofs = []
    }

    /// The request without its body, if it is taken.
    func check(_ head: HTTPRequestHead) throws(HTTPRefusal) -> HTTPRequest {
        guard head.uri.utf8.count <= limits.targetBytes else {
            throw .targetTooLong(limit: limits.targetBytes)
        }
        let target = try Self.target(head.uri)
        guard openMethods != nil || Self.openPaths.contains(target) || isAuthorized(head) else {
            throw .unauthorized
        }
        guard let method = HTTPRequest.Method(rawValue: head.method.rawValue),
            openMethods?.contains(method) ?? true
        else { throw .methodNotAllowed }
        for encoding in head.headers[canonicalForm: "content-encoding"] where encoding != "identity" {
            throw HTTPRefusal(
                415, "UnsupportedMediaType",
                "the body of the request is encoded in an unknown way; send it as it is")
        }
        if let length = head.headers.first(name: "content-length").flatMap({ Int($0) }),
            length > limits.bodyBytes
        {
            throw .bodyTooLarge(limit: limits.bodyBytes)
        }
        // Whoever serves the request needs no way to learn the token.
        let headers = head.headers.filter { $0.name.lowercased() != "authorization" }
        return HTTPRequest(
            method: method, target: target, headers: headers.map { HTTPHeader($0.name, $0.value) },
            timeout: nil)
    }

    /// Takes as long however much of the proof is right.
    private func isAuthorized(_ head: HTTPRequestHead) -> Bool {
        let given = head.headers["authorization"]
        guard given.count == 1, let field = given.first, !field.isEmpty else { return false }
        let offered = Array(field.utf8)
        return proofs.reduce(false) { isRight, proof in
            var difference = offered.count ^ proof.count
            for (index, byte) in proof.enumerated() {
                difference |= Int(byte ^ offered[index % offered.count])
            }
            return isRight || difference == 0
        }
    }

    /// Path and query of what the first line of a request names: `/path`, or a whole URL.
    static func target(_ uri: String) throws(HTTPRefusal) -> String {
        var target = uri[...]
        for scheme in ["http://", "https://"] where uri.prefix(scheme.count).lowercased() == scheme {
            target = uri.dropFirst(scheme.count)
            target = target.firstIndex { $0 == "/" || $0 == "?" }.map { target[$0...] } ?? ""
            if target.first != "/" { target = "/" + target }
        }
        guard target.first == "/" else {
            throw .badRequest("the request names no path")
        }
        guard hasOnlyWholeEscapes(target.utf8) else {
            throw .badRequest(
                "the path of the request has a malformed escape: % and two hex digits are needed")
        }
        return String(target)
    }

    private static func hasOnlyWholeEscapes(_ text: Substring.UTF8View) -> Bool {
        var rest = text
        while let percent = rest.firstIndex(of: UInt8(ascii: "%")) {
            let digits = rest[percent...].dropFirst().prefix(2)
            guard digits.count == 2, digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
                return false
            }
            rest = rest[digits.endIndex...]
        }
        return true
    }
}
