import KubeCore
import NIOCore
import Synchronization

/// The connections that are open, and whether more may come.
final class HTTPConnections: Sendable {
    private struct Open {
        var channels: [ObjectIdentifier: (channel: any Channel, ending: HTTPLatch)] = [:]
        var isStopping = false
    }

    private let open = Mutex(Open())
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes a place for a connection until it closes.
    ///
    /// - Returns: What opens when the connection is to end; `nil` if there is no place.
    func admit(_ channel: any Channel) -> HTTPLatch? {
        let ending = HTTPLatch()
        let key = ObjectIdentifier(channel)
        let isAdmitted = open.withLock { open in
            guard !open.isStopping, open.channels.count < limit else { return false }
            open.channels[key] = (channel, ending)
            return true
        }
        guard isAdmitted else { return nil }
        channel.closeFuture.whenComplete { _ in
            self.open.withLock { $0.channels[key] = nil }
            ending.open()
        }
        return ending
    }

    /// Lets every connection end with the request that is in work; streams end now.
    func stop() {
        let channels = open.withLock { open in
            open.isStopping = true
            return open.channels.values.map(\.self)
        }
        for (channel, ending) in channels {
            channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            ending.open()
        }
    }

    /// Closes every connection.
    func close() {
        let channels = open.withLock { $0.channels.values.map(\.channel) }
        channels.forEach { $0.close(promise: nil) }
    }
}

/// Opens once, and lets everybody through who waits for it.
final class HTTPLatch: Sendable {
    private struct Guarded {
        var isOpen = false
        var waiters: [UInt64: CheckedContinuation<Void, Never>] = [:]
        var next: UInt64 = 0
    }

    private let guarded = Mutex(Guarded())

    func open() {
        let waiters = guarded.withLock { guarded in
            guarded.isOpen = true
            defer { guarded.waiters = [:] }
            return guarded.waiters.values.map(\.self)
        }
        waiters.forEach { $0.resume() }
    }

    /// Returns once it is open, or when the task is cancelled.
    func wait() async {
        let key = guarded.withLock { guarded in
            guarded.next += 1
            return guarded.next
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isDue = guarded.withLock { guarded in
                    if guarded.isOpen || Task.isCancelled { return true }
                    guarded.waiters[key] = continuation
                    return false
                }
                if isDue { continuation.resume() }
            }
        } onCancel: {
            guarded.withLock { $0.waiters.removeValue(forKey: key) }?.resume()
        }
    }
}

/// Says to a client that there is no place for it.
final class NoPlaceHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    func channelActive(context: ChannelHandlerContext) {
        let refusal = HTTPRefusal.tooManyConnections.response
        var text = "HTTP/1.1 429 Too Many Requests\r\nConnection: close\r\n"
        for header in refusal.headers { text += "\(header.name): \(header.value)\r\n" }
        text += "Content-Length: \(refusal.body.count)\r\n\r\n"
        var bytes = context.channel.allocator.buffer(string: text)
        bytes.writeBytes(refusal.body)
        context.writeAndFlush(Self.wrapOutboundOut(bytes), promise: nil)
        context.close(promise: nil)
    }
}
