import KubeCore

/// Knows at any time how to prove who we are.
final class Authorizer: Sendable {
    private enum Source {
        case fixed(String?)
        case tokenFile(TokenFile)
        case plugin(PluginCredentials)
    }

    private let source: Source
    private let certificate: ClientCertificate?

    init(_ identity: ClientIdentity, runner: any PluginRunner) {
        certificate = identity.certificate
        source =
            switch identity.authorization {
            case .none: .fixed(nil)
            case .token(let token): .fixed("Bearer \(token)")
            case .tokenFile(let path): .tokenFile(TokenFile(path))
            case .basic(let user, let password): .fixed("Basic " + Array("\(user):\(password)".utf8).base64)
            case .plugin(let plugin): .plugin(PluginCredentials(plugin, runner: runner))
            }
    }

    /// What to send now.
    func proof() async throws(TransportFailure) -> Proof {
        switch source {
        case .fixed(let authorization):
            return Proof(authorization: authorization, certificate: certificate)
        case .tokenFile(let file):
            return Proof(authorization: "Bearer \(try file.token())", certificate: certificate)
        case .plugin(let plugin):
            return try await plugin.proof(otherThan: nil)
        }
    }

    /// Something else to send after the server refused a proof; `nil` if we have nothing else.
    func proof(instead refused: Proof) async throws(TransportFailure) -> Proof? {
        let other: Proof
        switch source {
        case .fixed:
            return nil
        case .tokenFile:
            other = try await proof()
        case .plugin(let plugin):
            other = try await plugin.proof(otherThan: refused)
        }
        return other == refused ? nil : other
    }
}
