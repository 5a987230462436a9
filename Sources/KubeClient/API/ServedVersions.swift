import KubeCore

/// What a server is, and what it serves: for those who make different manifests for different servers.
public struct ServedVersions: Hashable, Sendable {
    /// As `1.30.2`: without what whoever built it has added.
    public var server: String
    /// As `apps/v1`, and `apps/v1/Deployment` for each kind; sorted.
    public var api: [String]

    public init(server: String, api: [String]) {
        self.server = server
        self.api = api
    }

    /// Asks a server for its version.
    static func server(_ client: APIClient) async throws(ClientFailure) -> String {
        let response = try await client.send(HTTPRequest(method: .get, target: "/version"), .reading)
        let answer: JSONValue
        do throws(JSONParseFailure) {
            answer = try JSONValue(parsing: response.body)
        } catch {
            throw .undecodable("GET /version: the answer is no JSON: \(error)")
        }
        guard let version = number(in: answer["gitVersion"]?.string ?? "") else {
            throw .undecodable("GET /version: gitVersion is no version")
        }
        return version
    }

    /// `1.30.2` of `v1.30.2-gke.1+x`; `nil` if that is not how it begins.
    static func number(in text: String) -> String? {
        let digits = text.drop { $0 == "v" }.prefix { $0.isASCII && $0.isNumber || $0 == "." }
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ (1...9).contains($0.count) }) else {
            return nil
        }
        return String(digits)
    }
}

extension APICatalog {
    /// Versions and kinds, as ``ServedVersions/api`` has them.
    var apiVersions: [String] {
        let kinds = kinds.map { "\($0.apiVersion)/\($0.kind)" }
        return Set(kinds + self.kinds.map(\.apiVersion)).sorted()
    }
}
