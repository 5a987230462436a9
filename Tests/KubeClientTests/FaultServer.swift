import Glibc
import Synchronization

/// A tiny HTTP/1.1 server of raw sockets whose answers are bytes, right or wrong: each test says what it
/// does.
///
/// Every connection has a thread that reads requests and hands them to the handler. Bounded: connections
/// beyond 64 are closed at once, a request may be 1 MiB.
final class FaultServer: Sendable {
    /// A request as it came.
    struct Request: Sendable {
        var line: String
        var headers: [String]
        var body: [UInt8]
        /// Which request of the server this is, and on which of its connections, both from 1.
        var number: Int
        var connection: Int

        func header(_ name: String) -> String? {
            headers.first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
                .map { String($0.dropFirst(name.count + 2)) }
        }
    }

    /// What the handler can do with a connection.
    struct Connection: Sendable {
        fileprivate let socket: Int32

        /// Sends bytes; `false` once the other side is gone.
        @discardableResult
        func send(_ bytes: [UInt8]) -> Bool {
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes {
                    Glibc.send(socket, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                guard count > 0 else { return false }
                rest = rest.dropFirst(count)
            }
            return true
        }

        @discardableResult
        func send(_ text: String) -> Bool { send(Array(text.utf8)) }

        /// A whole answer.
        func answer(_ status: String = "200 OK", headers: [String] = [], _ body: String = "{}") {
            let lines = ["HTTP/1.1 \(status)", "Content-Length: \(body.utf8.count)"] + headers
            send(lines.map { $0 + "\r\n" }.joined() + "\r\n" + body)
        }

        /// Ends the connection, without ceremony.
        func drop() { shutdown(socket, Int32(SHUT_RDWR)) }

        /// Waits until the other side has closed.
        func waitForEnd() {
            var byte: UInt8 = 0
            while recv(socket, &byte, 1, 0) > 0 {}
        }
    }

    typealias Handler = @Sendable (Request, Connection) -> Void

    private struct State {
        var requests: [Request] = []
        var open: Set<Int32> = []
        var accepted = 0
        var isStopped = false
    }

    let port: Int
    private let listener: Int32
    private let handler: Handler
    private let state = Mutex(State())

    private init(listener: Int32, port: Int, handler: @escaping Handler) {
        self.listener = listener
        self.port = port
        self.handler = handler
    }

    /// Runs a test against a server, which ends with it.
    static func with<Answer>(
        _ handler: @escaping Handler, _ body: (FaultServer) async throws -> Answer
    ) async throws -> Answer {
        let (listener, port) = try listen()
        let server = FaultServer(listener: listener, port: port, handler: handler)
        inThread { server.accept() }
        defer { server.stop() }
        return try await body(server)
    }

    /// A port on which nothing listens at the moment.
    static func freePort() throws -> Int {
        let (listener, port) = try listen()
        close(listener)
        return port
    }

    private static func listen() throws -> (socket: Int32, port: Int) {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && Glibc.listen(listener, 64) == 0
                    && getsockname(listener, $0, &length) == 0
            }
        }
        guard isBound else { throw FaultServerFailure() }
        return (listener, Int(UInt16(bigEndian: address.sin_port)))
    }

    var url: String { "http://127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.accepted } }

    private func stop() {
        state.withLock { state in
            state.isStopped = true
            // Under the lock: a descriptor that was closed may be another's by now.
            for each in state.open { shutdown(each, Int32(SHUT_RDWR)) }
        }
        // Ends the accepting thread, which closes it.
        shutdown(listener, Int32(SHUT_RDWR))
    }

    private func accept() {
        defer { close(listener) }
        while true {
            let socket = Glibc.accept(listener, nil, nil)
            guard socket >= 0 else { return }
            let number: Int? = state.withLock { state in
                guard !state.isStopped, state.open.count < 64 else { return nil }
                state.open.insert(socket)
                state.accepted += 1
                return state.accepted
            }
            guard let number else {
                close(socket)
                continue
            }
            Self.inThread {
                self.serve(socket, number)
                self.state.withLock { _ = $0.open.remove(socket) }
                close(socket)
            }
        }
    }

    private func serve(_ socket: Int32, _ number: Int) {
        var pending: [UInt8] = []
        while let request = Self.read(socket, &pending, number) {
            let numbered: Request = state.withLock { state in
                var request = request
                request.number = state.requests.count + 1
                state.requests.append(request)
                return request
            }
            handler(numbered, Connection(socket: socket))
        }
    }

    private static func read(_ socket: Int32, _ pending: inout [UInt8], _ connection: Int) -> Request? {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while pending.count < 1 << 20 {
            if let head = pending.indices.first(where: { pending[$0...].starts(with: Array("\r\n\r\n".utf8)) }
            ) {
                let lines = String(decoding: pending[..<head], as: UTF8.self).split(separator: "\r\n").map(
                    String.init)
                let length = lines.first { $0.lowercased().hasPrefix("content-length: ") }.flatMap {
                    Int($0.dropFirst(16))
                }
                let end = head + 4 + (length ?? 0)
                if pending.count >= end {
                    let body = Array(pending[(head + 4)..<end])
                    pending.removeFirst(end)
                    return Request(
                        line: lines.first ?? "", headers: Array(lines.dropFirst()), body: body, number: 0,
                        connection: connection)
                }
            }
            let count = recv(socket, &chunk, chunk.count, 0)
            guard count > 0 else { return nil }
            pending += chunk.prefix(count)
        }
        return nil
    }

    private static func inThread(_ work: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Work(work))
        pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Work>.fromOpaque(context).takeRetainedValue().body() }
                return nil
            }, box.toOpaque())
        pthread_detach(thread)
    }

    private final class Work: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

struct FaultServerFailure: Error {}
