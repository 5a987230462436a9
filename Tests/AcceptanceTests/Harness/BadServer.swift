import Foundation
import KubeClient
import KubeCore
import Testing
import TestSupport

/// API servers that cannot be used, and what the program says about them.
struct BadServer: CustomTestStringConvertible {
    /// What is wrong with the server, or with us.
    enum Flaw {
        case away
        case wrongAuthority
        case unknownToken
        case forbidden
    }

    var testDescription: String
    var flaw: Flaw
    var expected: BadInput

    init(_ description: String, _ flaw: Flaw, _ message: String) {
        testDescription = description
        self.flaw = flaw
        expected = BadInput(exitCode: 3, message: message)
    }

    static let all = [
        BadServer(
            "nobody listens", .away,
            "error: GET https://127.0.0.1:1/version: Failed to connect to 127.0.0.1 port 1 after … ms: "
                + "Couldn't connect to server"),
        BadServer(
            "the certificate is somebody else's", .wrongAuthority,
            "error: GET SERVER/version: SSL certificate problem: unable to get local issuer certificate"),
        BadServer(
            "401: the token is unknown", .unknownToken,
            "error: the API server does not know us (401): Unauthorized"),
        BadServer(
            "403: the user may do nothing", .forbidden,
            // Several reads are under way at once: which refusal comes first is chance. Where the server knows
            // Applications, a warning comes before it.
            "…error: … is forbidden: User \"system:serviceaccount:NAMESPACE:powerless\" cannot …"),
    ]

    /// Makes a kubeconfig that leads there, and answers with its path.
    func writeKubeconfig(_ sandbox: Sandbox) async throws -> String {
        let file = sandbox.place.appending(path: "kubeconfig")
        try Data(try await kubeconfig(sandbox).utf8).write(to: file)
        return file.path()
    }

    private func kubeconfig(_ sandbox: Sandbox) async throws -> String {
        let connection = sandbox.cluster.connection
        let authority = try #require(connection.trust.authority).base64()
        switch flaw {
        case .away:
            // Nothing listens on the lowest port of a machine that is meant for tests.
            return Kubeconfig.text(server: "https://127.0.0.1:1", authority: authority, token: "any")
        case .wrongAuthority:
            return Kubeconfig.text(server: connection.server, authority: Self.otherAuthority, token: "any")
        case .unknownToken:
            return Kubeconfig.text(server: connection.server, authority: authority, token: "unknown")
        case .forbidden:
            let token = try await Self.powerlessToken(sandbox)
            return Kubeconfig.text(server: connection.server, authority: authority, token: token)
        }
    }

    /// The token of a service account without any rights.
    private static func powerlessToken(_ sandbox: Sandbox) async throws -> String {
        try await sandbox.makeForeign(.serviceAccounts, "powerless")
        // The token comes back in the status of the request itself.
        let request = APIRequest(
            .create(KubeObject(["spec": [:]])), .serviceAccounts, namespace: sandbox.namespace,
            name: "powerless",
            subresource: "token")
        let answer = try await sandbox.cluster.client.perform(request).object
        return try #require(answer["status", "token"]?.string)
    }

    /// A certificate that has nothing to do with any server; its key was thrown away.
    private static let otherAuthority = """
        LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1JSUJuakNDQVVXZ0F3SUJBZ0lVV0pRdmEwS2l1QzUrVERSbFBLbUE1R1FW\
        b3RRd0NnWUlLb1pJemowRUF3SXcKSkRFaU1DQUdBMVVFQXd3WmMyOXRaV0p2WkhrZ1pXeHpaU2R6SUdGMWRHaHZjbWwwZVRB\
        Z0Z3MHlOakV4TWpFdwpNelExTVRWYUdBOHlNVEkyTVRBeU9EQXpORFV4TlZvd0pERWlNQ0FHQTFVRUF3d1pjMjl0WldKdlpI\
        a2daV3h6ClpTZHpJR0YxZEdodmNtbDBlVEJaTUJNR0J5cUdTTTQ5QWdFR0NDcUdTTTQ5QXdFSEEwSUFCSFppNjBlUUtmNUcK\
        Q2h0NnlqZldFSktwVEtJbms2cDBNMU51QUdjTnlRMHQxL0w4UG9JVHVybDlQcFZseVU5Q2dJRnl2QlMra05IdApaQmxqMDBw\
        M2QraWpVekJSTUIwR0ExVWREZ1FXQkJSMHo3WXN4d3ByODU5dnpQYm1EOWRMTExwLzh6QWZCZ05WCkhTTUVHREFXZ0JSMHo3\
        WXN4d3ByODU5dnpQYm1EOWRMTExwLzh6QVBCZ05WSFJNQkFmOEVCVEFEQVFIL01Bb0cKQ0NxR1NNNDlCQU1DQTBjQU1FUUNJ\
        RGxQVlp3TmQ4bmRySk9YbDJGYmFJZkxoekxVV2cwbGxYbEFodnc2Ny96SgpBaUFvVEMwZ2pWL1VNM0ZhazlwVjFCNTNhYmFZ\
        VGo1TjcrNzNoN3Y4SVpNUW9nPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=
        """
}

extension PEM {
    /// As a kubeconfig's `…-data` holds it.
    fileprivate func base64() throws -> String {
        switch self {
        case .data(let bytes): Data(bytes).base64EncodedString()
        case .file(let path): try Data(contentsOf: URL(filePath: path)).base64EncodedString()
        }
    }
}
