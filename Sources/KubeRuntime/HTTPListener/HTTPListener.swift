public import KubeCore
import NIOCore
import NIOHTTP1
import NIOPosix
import SystemPackage

/// A socket that serves an ``HTTPTransport`` to other processes, over HTTP/1.1: on 127.0.0.1 to who has a token, or to
/// everybody who reaches the machine.
///
/// What a client may do besides, ``HTTPListenerLimits`` says. An answer with a
/// `Content-Length` is written as a whole; any other is a stream (a watch): its pieces go out as they come, the client
/// holds it back by not reading, and ends it by closing.
///
/// ```swift
/// try await HTTPListener.serve(server, onPort: 0, token: token) { listener in
///     print(listener.address)
///     await untilStopped()
/// }
/// ```
public struct HTTPListener: Sendable {
    private typealias Child = (channel: any Channel, ending: HTTPLatch)

    /// Who a client with the token is, where a name is asked for.
    static let user = "token"

    /// The port that is listened on, also where any free one was asked for.
    public let port: Int
    private let token: String

    /// On this machine, without the token.
    public var address: String { "http://\(Self.loopback):\(port)" }

    /// With the token as user and password: kubectl sends no bearer token over http, but these.
    public var addressWithToken: String { "http://\(Self.user):\(token)@127.0.0.1:\(port)" }

    /// Serves on 127.0.0.1, to requests that bring the token, while `body` runs.
    ///
    /// When `body` returns, no connection is taken any more, streams end, requests in work are answered, within the
    /// time that the limits grant. A cancel of the task breaks everything off.
    ///
    /// - Parameters:
    ///   - transport: What answers.
    ///   - port: Of 127.0.0.1; 0 for any that is free.
    ///   - token: Letters and digits; what a request has to bring in `Authorization`, as a bearer token or as the
    ///     password of the user `token`.
    ///   - limits: What a client may cost.
    ///   - body: What is done while requests are served.
    /// - Returns: What `body` returned.
    /// - Throws: ``ListenFailure`` if the port cannot be had, and what `body` throws.
    public static func serve<Result: Sendable>(
        _ transport: any HTTPTransport, onPort port: Int, token: String,
        limits: HTTPListenerLimits = HTTPListenerLimits(),
        while body: (HTTPListener) async throws -> Result
    ) async throws -> Result {
        let place = Place(host: loopback, port: port, token: token)
        return try await serve(
            transport, place, HTTPRequestRules(token: token, limits: limits), while: body)
    }

    /// Serves to everybody, on all addresses of the machine, while `body` runs; for what holds no secret, or asks for a
    /// proof of its own.
    ///
    /// Ends as ``serve(_:onPort:token:limits:while:)`` does.
    ///
    /// - Parameters:
    ///   - transport: What answers.
    ///   - port: 0 for any that is free.
    ///   - methods: With which it is asked; others are refused.
    ///   - limits: What a client may cost.
    ///   - body: What is done while requests are served.
    /// - Returns: What `body` returned.
    /// - Throws: ``ListenFailure`` if the port cannot be had, and what `body` throws.
    public static func serveEverybody<Result: Sendable>(
        _ transport: any HTTPTransport, onPort port: Int, methods: Set<HTTPRequest.Method> = [.get],
        limits: HTTPListenerLimits = HTTPListenerLimits(),
        while body: (HTTPListener) async throws -> Result
    ) async throws -> Result {
        try await serve(
            transport, Place(host: "0.0.0.0", port: port, token: ""),
            HTTPRequestRules(methods: methods, limits: limits), while: body)
    }

    private static let loopback = "127.0.0.1"

    /// Where is listened, and what a request has to bring.
    private struct Place {
        var host: String
        var port: Int
        var token: String
    }

    private static func serve<Result: Sendable>(
        _ transport: any HTTPTransport, _ place: Place, _ rules: HTTPRequestRules,
        while body: (HTTPListener) async throws -> Result
    ) async throws -> Result {
        let limits = rules.limits
        let connections = HTTPConnections(limit: limits.connections)
        let socket = try await bind(place, rules, connections)
        // Also connections that were taken and not yet served.
        defer { connections.close() }
        return try await withThrowingTaskGroup { group in
            group.addTask { try await accept(socket, transport) }
            defer { group.cancelAll() }
            let result = try await body(
                HTTPListener(port: socket.channel.localAddress?.port ?? place.port, token: place.token))
            // It may be closed already; then this is what was wanted.
            try? await socket.channel.close()
            connections.stop()
            group.addTask { try await Task.sleep(for: limits.stopTime) }
            // Whatever ends first: the last connection, or the time.
            _ = await group.nextResult()
            return result
        }
    }

    private static func bind(
        _ place: Place, _ rules: HTTPRequestRules, _ connections: HTTPConnections
    ) async throws -> NIOAsyncChannel<Child?, Never> {
        do {
            return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 1024)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
                .childChannelOption(.maxMessagesPerRead, value: 4)
                // Until somebody is there who takes what is read.
                .childChannelOption(.autoRead, value: false)
                .bind(host: place.host, port: place.port) { channel in
                    channel.eventLoop.makeCompletedFuture { try initialize(channel, rules, connections) }
                }
        } catch {
            let problem = (error as? IOError).map { "\(Errno(rawValue: $0.errnoCode))" } ?? "\(error)"
            throw ListenFailure(host: place.host, port: place.port, problem: problem)
        }
    }

    /// Sets a connection up; `nil` if there is no place for it.
    private static func initialize(
        _ channel: any Channel, _ rules: HTTPRequestRules, _ connections: HTTPConnections
    ) throws -> Child? {
        let pipeline = channel.pipeline.syncOperations
        guard let ending = connections.admit(channel) else {
            try pipeline.addHandler(NoPlaceHandler())
            return nil
        }
        var parsing = NIOHTTPDecoderLimitConfiguration()
        parsing.maxHeaderFieldSize = rules.limits.headBytes
        parsing.maxHeaderListSize = rules.limits.headBytes
        try pipeline.addHandlers(
            ArrivalHandler(),
            HTTPResponseEncoder(),
            ByteToMessageHandler(
                HTTPRequestDecoder(leftOverBytesStrategy: .dropBytes, limitConfiguration: parsing)),
            HTTPConnectionHandler(rules))
        return (channel, ending)
    }

    private static func accept(
        _ socket: NIOAsyncChannel<Child?, Never>, _ transport: any HTTPTransport
    ) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            try await socket.executeThenClose { children in
                for try await child in children {
                    guard let child else { continue }
                    group.addTask {
                        await HTTPConnection(
                            channel: child.channel, ending: child.ending, transport: transport
                        ).serve()
                    }
                }
            }
        }
    }
}
