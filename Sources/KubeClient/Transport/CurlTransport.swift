public import KubeCore

/// HTTP over libcurl: HTTP/2 with many requests on one connection where TLS allows it, else HTTP/1.1.
///
/// Every answer of the server is an answer, whatever its status. Cancelling the calling task ends the request
/// on the wire, too. Credentials are added here and appear nowhere else.
public final class CurlTransport: HTTPTransport {
    private let connection: ClusterConnection
    private let address: ServerAddress
    private let limits: TransportLimits
    private let owner: LoopOwner
    private let authorizer: Authorizer
    private let fixedHeaders: [String]

    /// - Parameters:
    ///   - connection: The server and our credentials.
    ///   - limits: The bounds to work within.
    ///   - userAgent: What the server's audit log shows.
    ///   - runner: What runs a credential plugin.
    /// - Throws: ``KubeCore/TransportFailure`` if the address is none or the system has no resources.
    public init(
        _ connection: ClusterConnection, limits: TransportLimits = TransportLimits(),
        userAgent: String = "syncctl",
        runner: any PluginRunner = SubprocessPluginRunner()
    ) throws(TransportFailure) {
        guard let address = ServerAddress(connection.server) else {
            throw TransportFailure(
                .misconfigured, "\(connection.origin): the server's address cannot be used")
        }
        self.connection = connection
        self.address = address
        var limits = limits
        if !address.isSecure {
            limits.requestsInFlight = min(limits.requestsInFlight, limits.requestsInFlightWithoutTLS)
        }
        self.limits = limits
        authorizer = Authorizer(connection.identity, runner: runner)
        fixedHeaders = try Self.fixedHeaders(connection, address, userAgent)
        owner = try LoopOwner(limits: limits)
    }

    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        try await retryingUnauthorized { proof throws(TransportFailure) in
            let wire = try self.wire(request, proof, isStream: false)
            return try await self.transfer(Transfer(wire, .whole(limit: self.limits.answerBytes)))
        } status: {
            $0.status
        }
    }

    public func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await retryingUnauthorized { proof throws(TransportFailure) in
            let wire = try self.wire(request, proof, isStream: true)
            let queue = BodyQueue(highWaterMark: self.limits.bufferedBytes)
            let transfer = Transfer(wire, .stream(queue))
            // Made before the head is there, so that a cancel in between closes the stream as well.
            let lease = StreamLease(queue: queue, transfer: transfer, owner: self.owner)
            let head = try await self.transfer(transfer)
            return HTTPStream(status: head.status, headers: head.headers, body: BodyStream(lease: lease))
        } status: {
            $0.status
        }
    }

    /// Ends what is on its way as cancelled, closes every connection, and answers when that is done.
    ///
    /// Not needed for a transport that is let go; a process that is about to exit waits for it, because the
    /// TLS library must not be torn down under a thread that uses it.
    public func shutDown() async {
        let isDone = OneShot<Void>()
        if owner.loop.inbox.post(.stop(isDone)) { await isDone.value() }
    }

    /// For tests: what the thread runs.
    var loop: CurlLoop { owner.loop }

    /// Tries a second time with fresh credentials where the first were refused and others can be had.
    private func retryingUnauthorized<Answer>(
        _ attempt: (Proof) async throws(TransportFailure) -> Answer, status: (Answer) -> Int
    ) async throws(TransportFailure) -> Answer {
        let proof = try await authorizer.proof()
        let answer = try await attempt(proof)
        guard status(answer) == 401, let fresh = try await authorizer.proof(instead: proof) else {
            return answer
        }
        return try await attempt(fresh)
    }

    private func transfer(_ transfer: Transfer) async throws(TransportFailure) -> HTTPResponse {
        let cancelled = TransportFailure(.cancelled, "\(transfer.request.subject): cancelled")
        if Task.isCancelled { throw cancelled }
        let loop = owner.loop
        let answer = await withTaskCancellationHandler {
            if !loop.inbox.post(.start(transfer)) { transfer.answer.fulfil(.failure(cancelled)) }
            return await transfer.answer.value()
        } onCancel: {
            transfer.answer.fulfil(.failure(cancelled))
            loop.inbox.post(.cancel(transfer))
        }
        return try answer.get()
    }

    private func timeout(of request: HTTPRequest) -> Duration? {
        guard let usual = request.timeout else { return nil }
        return limits.requestTimeout == .zero ? nil : limits.requestTimeout ?? usual
    }

    private func wire(
        _ request: HTTPRequest, _ proof: Proof, isStream: Bool
    ) throws(TransportFailure) -> WireRequest {
        let path = String(decoding: request.target.utf8.prefix { $0 != UInt8(ascii: "?") }, as: UTF8.self)
        let subject = "\(request.method.rawValue) \(connection.server)\(path)"
        var headers = fixedHeaders
        for header in request.headers { headers.append(try Self.line(header.name, header.value, subject)) }
        if let authorization = proof.authorization {
            headers.append(try Self.line("Authorization", authorization, subject))
        }
        // libcurl would call a body without a type a form.
        if !request.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            headers.append("Content-Type:")
        }
        guard request.target.hasPrefix("/"), request.target.utf8.allSatisfy({ 0x20 < $0 && $0 < 0x7F }) else {
            throw TransportFailure(.misconfigured, "\(subject): not a target")
        }
        var named = address
        if let name = connection.trust.serverName { named.host = name }
        return WireRequest(
            method: request.method, url: named.url + request.target,
            connectTo: named == address ? nil : address.authority, headers: headers, body: request.body,
            acceptsCompression: connection.acceptsCompression && !isStream && request.method == .get,
            deadline: timeout(of: request).map { .now + $0 }, trust: connection.trust,
            certificate: proof.certificate, proxy: connection.proxy, subject: subject)
    }

    private static func fixedHeaders(
        _ connection: ClusterConnection, _ address: ServerAddress, _ userAgent: String
    ) throws(TransportFailure) -> [String] {
        var headers = [HTTPHeader("User-Agent", userAgent)]
        // With another name for TLS, the server still is to be addressed by its own.
        if connection.trust.serverName != nil { headers.append(HTTPHeader("Host", address.authority)) }
        headers += connection.identity.impersonation.headers
        var lines: [String] = []
        for header in headers { lines.append(try line(header.name, header.value, connection.origin)) }
        return lines
    }

    /// A header's line; a value with a control character could smuggle in another header.
    private static func line(
        _ name: String, _ value: String, _ subject: String
    ) throws(TransportFailure) -> String {
        guard value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
            throw TransportFailure(.misconfigured, "\(subject): header \(name) holds a control character")
        }
        // `Name:` would remove the header, `Name;` sends it empty.
        return value.isEmpty ? "\(name);" : "\(name): \(value)"
    }
}

extension ServerAddress {
    /// The address as a URL, without a `/` at the end.
    var url: String { "\(isSecure ? "https" : "http")://\(authority)\(path)" }
}
