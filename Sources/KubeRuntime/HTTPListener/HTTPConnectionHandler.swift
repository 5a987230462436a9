import NIOCore
import NIOHTTP1

/// A part of an answer.
typealias HTTPAnswerPart = HTTPPart<HTTPResponseHead, ByteBuffer>

/// Tells the handlers behind the parser how many bytes have arrived, before they are parsed.
final class ArrivalHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    struct Arrival {
        var bytes: Int
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        context.fireUserInboundEventTriggered(Arrival(bytes: Self.unwrapInboundIn(data).readableBytes))
        context.fireChannelRead(data)
    }
}

/// Does for a connection what ``HTTPRequestAssembly`` decides: hands on whole requests, reads no further while one is
/// answered, keeps the time.
///
/// NIO's own handler for pipelined requests takes an answer to a request that has not come (408, 431) for an error of
/// the program; therefore the order is kept here.
final class HTTPConnectionHandler: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPIncoming
    typealias OutboundIn = HTTPAnswerPart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: HTTPListenerLimits
    private var assembly: HTTPRequestAssembly
    private var isReadOwed = false
    /// What the deadline is for; `nil` for a client that leaves its answer unread.
    private var awaited: HTTPRequestAssembly.Wait?
    private var deadline: NIODeadline?
    /// When the deadline is looked at next; it is looked at more seldom than it moves.
    private var alarm: NIODeadline?

    init(_ rules: HTTPRequestRules) {
        limits = rules.limits
        assembly = HTTPRequestAssembly(rules)
    }

    func handlerAdded(context: ChannelHandlerContext) { keepTime(context) }

    func handlerRemoved(context: ChannelHandlerContext) { deadline = nil }

    func channelInactive(context: ChannelHandlerContext) {
        deadline = nil
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let part = Self.unwrapInboundIn(data)
        handOn(assembly.take(part), context)
        // Who asks first whether to send a body, is told; refused is what is refused by now.
        guard case .head(let head) = part, head.headers[canonicalForm: "expect"].contains("100-continue"),
            assembly.wait == .body
        else { return }
        let go = HTTPResponseHead(version: .http1_1, status: .continue)
        context.writeAndFlush(Self.wrapOutboundOut(.head(go)), promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case let arrival as ArrivalHandler.Arrival:
            handOn(assembly.arrived(bytes: arrival.bytes), context)
        case is ChannelShouldQuiesceEvent:
            assembly.stop()
            if assembly.wait == .close { context.close(promise: nil) }
        default:
            context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // After one error, the parser has another for each byte that still comes.
        guard !(error is ByteToMessageDecoderError) else { return }
        guard let error = error as? HTTPParserError else {
            // The connection is broken: its end tells everything.
            context.close(promise: nil)
            return
        }
        handOn(assembly.failed(error), context)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        if assembly.isFull { isReadOwed = true } else { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch Self.unwrapOutboundIn(data) {
        case .head(var head):
            head.version = assembly.version
            if !assembly.keepsAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
        case .body(let bytes):
            guard !assembly.wantsHeadOnly else {
                promise?.succeed()
                return
            }
            context.write(Self.wrapOutboundOut(.body(.byteBuffer(bytes))), promise: promise)
        case .end:
            context.write(Self.wrapOutboundOut(.end(nil)), promise: promise)
            finishAnswer(context)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        keepTime(context)
        context.fireChannelWritabilityChanged()
    }

    private func finishAnswer(_ context: ChannelHandlerContext) {
        let next = assembly.answered()
        if assembly.wait == .close {
            // What was written still goes out; then the client sees the end, and has some time to close.
            context.flush()
            context.close(mode: .output, promise: nil)
            awaited = nil
        }
        handOn(next, context)
        if next != nil { context.fireChannelReadComplete() }
        guard isReadOwed, !assembly.isFull else { return }
        isReadOwed = false
        context.read()
    }

    private func handOn(_ incoming: HTTPIncoming?, _ context: ChannelHandlerContext) {
        if let incoming { context.fireChannelRead(Self.wrapInboundOut(incoming)) }
        keepTime(context)
    }

    // MARK: - Time

    /// Moves the deadline if something else is waited for than before.
    private func keepTime(_ context: ChannelHandlerContext) {
        let wait = context.channel.isWritable ? assembly.wait : nil
        guard wait != awaited || deadline == nil else { return }
        awaited = wait
        deadline = limit(wait).map { .now() + TimeAmount($0) }
        setAlarm(context)
    }

    private func limit(_ wait: HTTPRequestAssembly.Wait?) -> Duration? {
        switch wait {
        case nil: limits.unreadTime
        case .nextRequest: limits.idleTime
        case .head: limits.headTime
        case .body: limits.bodyTime
        case .close: limits.closeTime
        case .answer: nil
        }
    }

    private func setAlarm(_ context: ChannelHandlerContext) {
        guard let deadline, alarm.map({ deadline < $0 }) ?? true else { return }
        alarm = deadline
        context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) {
            self.wake(at: deadline, context)
        }
    }

    private func wake(at time: NIODeadline, _ context: ChannelHandlerContext) {
        // An earlier alarm has been set since, and did this one's work.
        guard alarm == time else { return }
        alarm = nil
        guard let deadline else { return }
        guard deadline <= .now() else {
            setAlarm(context)
            return
        }
        guard awaited != nil, let refusal = assembly.timeIsUp() else {
            context.close(promise: nil)
            return
        }
        handOn(refusal, context)
        context.fireChannelReadComplete()
    }
}
