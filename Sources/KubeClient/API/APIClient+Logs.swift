public import KubeCore

extension APIClient {
    /// Opens the log of a container.
    ///
    /// - Parameters:
    ///   - pod: Its Pod's name.
    ///   - namespace: Its Pod's namespace.
    ///   - query: Names and values as the API has them: `container`, `follow`, `tailLines`. Values are plain words or
    ///     numbers.
    /// - Returns: The stream, which ends with the container where it is followed.
    /// - Throws: ``ClientFailure``.
    public func log(
        of pod: String, in namespace: String, _ query: [(String, String)]
    ) async throws(ClientFailure) -> HTTPStream {
        var request = try Self.http(
            APIRequest(.get, .core("Pod", "pods"), namespace: namespace, name: pod, subresource: "log"))
        if let bad = query.first(where: { !$0.1.utf8.allSatisfy(\.isPlain) }) {
            let message = "\"\(bad.1)\" cannot be the \(bad.0) of a log"
            throw .refused(APIFailure(code: 400, reason: "BadRequest", message: message))
        }
        let items = query.map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        if !items.isEmpty { request.target += "?\(items)" }
        request.headers = request.headers.filter { $0.name != "Accept" } + [HTTPHeader("Accept", "*/*")]
        request.timeout = nil
        // Of a Pod that has no node yet there is no content.
        return try await open(request, accepting: [200, 204])
    }
}

extension UInt8 {
    /// A lower-case letter, a digit or `-`: what needs no encoding.
    fileprivate var isPlain: Bool {
        (97...122).contains(self) || (48...57).contains(self) || self == UInt8(ascii: "-")
    }
}
