import CCurl
import Glibc
import KubeCore

/// The thread that owns every libcurl handle.
///
/// Driven by epoll and `curl_multi_socket_action`: the simpler perform-and-poll leaves HTTP/2 data unread in
/// this library's buffers until the next timer. Other threads reach it through its inbox only.
///
/// `@unchecked`: after ``start()`` everything but the constants is touched on the loop's own thread.
final class CurlLoop: @unchecked Sendable {
    let inbox: Inbox
    private let limits: TransportLimits
    private let epoll: Int32
    private var lanes: [Lane] = []
    private var nextLane: UInt32 = 1
    private var spares: [EasyHandle] = []
    private var waiting = Queue<Transfer>()
    private var requestsInFlight = 0
    /// Streams whose head is still to come; all have the same time, so the first to start is the first to
    /// expire.
    private var opening = Queue<(deadline: ContinuousClock.Instant, transfer: Transfer)>()
    private var isStopping = false
    private var stopped: [OneShot<Void>] = []

    /// Handles kept for later requests; more are thrown away.
    private static let spareLimit = 64

    /// libcurl wants this once before any thread uses it.
    private static let isInitialised = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(limits: TransportLimits) throws(TransportFailure) {
        guard Self.isInitialised else {
            throw TransportFailure(.misconfigured, "libcurl cannot be initialised")
        }
        self.limits = limits
        epoll = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard epoll >= 0 else { throw Self.systemFailure("epoll_create1") }
        let wake = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard wake >= 0 else {
            close(epoll)
            throw Self.systemFailure("eventfd")
        }
        inbox = Inbox(descriptor: wake)
        var event = epoll_event()
        event.events = EPOLLIN.rawValue
        event.data.u64 = 0
        guard epoll_ctl(epoll, EPOLL_CTL_ADD, wake, &event) == 0 else {
            close(epoll)
            _ = inbox.close()
            throw Self.systemFailure("epoll_ctl")
        }
    }

    /// Begins the thread; it ends after ``LoopCommand/stop``.
    func start() throws(TransportFailure) {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(self)
        let code = pthread_create(&thread, nil, Self.main, context.toOpaque())
        guard code == 0 else {
            context.release()
            close(epoll)
            _ = inbox.close()
            throw TransportFailure(.misconfigured, "no thread for HTTP: \(String(cString: strerror(code)))")
        }
        pthread_detach(thread)
    }

    private static let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = {
        context in
        // A peer that goes away is an error of one transfer, not a signal for the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
        syncctl_name_thread("http")
        if let context { Unmanaged<CurlLoop>.fromOpaque(context).takeRetainedValue().run() }
        return nil
    }

    private static func systemFailure(_ call: String) -> TransportFailure {
        TransportFailure(.misconfigured, "\(call) fails: \(String(cString: strerror(errno)))")
    }

    // MARK: - On the thread

    private func run() {
        var events = [epoll_event](repeating: epoll_event(), count: 128)
        while true {
            for command in inbox.take() { perform(command) }
            // Nothing would wake us any more.
            if isStopping { break }
            let now = ContinuousClock.now
            for lane in lanes { lane.actIfDue(at: now) }
            expireOpening(at: now)
            settle()
            let isAsleep = inbox.fallAsleep()
            let count = epoll_wait(epoll, &events, Int32(events.count), isAsleep ? pause() : 0)
            inbox.wakeUp()
            for event in events.prefix(max(0, Int(count))) { handle(event) }
        }
        shutDown()
    }

    private func perform(_ command: LoopCommand) {
        switch command {
        case .start(let transfer) where transfer.isStream:
            begin(transfer)
        case .start(let transfer):
            waiting.append(transfer)
        case .cancel(let transfer):
            end(transfer, TransportFailure(.cancelled, "\(transfer.request.subject): cancelled"))
        case .goOn(let transfer):
            // Delivers what libcurl holds, from within this call; a failure ends the transfer by itself.
            if let easy = transfer.easy { _ = curl_easy_pause(easy.pointer, CURLPAUSE_CONT) }
        case .stop(let isDone):
            isStopping = true
            if let isDone { stopped.append(isDone) }
        }
    }

    private func handle(_ event: epoll_event) {
        let id = UInt32(truncatingIfNeeded: event.data.u64 >> 32)
        guard id != 0 else {
            var count: eventfd_t = 0
            _ = eventfd_read(inbox.descriptor, &count)
            return
        }
        // A lane that is gone took its sockets along; the event is from before.
        guard let lane = lanes.first(where: { $0.id == id }) else { return }
        var readiness: Int32 = 0
        if event.events & EPOLLIN.rawValue != 0 { readiness |= CURL_CSELECT_IN }
        if event.events & EPOLLOUT.rawValue != 0 { readiness |= CURL_CSELECT_OUT }
        if event.events & (EPOLLERR.rawValue | EPOLLHUP.rawValue) != 0 { readiness |= CURL_CSELECT_ERR }
        lane.act(on: Int32(truncatingIfNeeded: event.data.u64), readiness)
    }

    /// Ends what has ended, starts what may start, and gives up lanes that answer no more.
    private func settle() {
        for lane in lanes {
            while let (transfer, code) = lane.nextEnded() {
                guard let easy = transfer.easy else { continue }
                let failure = TransportFailure(code, of: transfer, easy)
                if failure?.reason == .timedOut { lane.timeoutsInARow += 1 }
                end(transfer, failure)
            }
            if lane.timeoutsInARow >= limits.timeoutsBeforeReconnect { retire(lane) }
        }
        while requestsInFlight < limits.requestsInFlight, let transfer = waiting.popFirst() {
            begin(transfer)
        }
    }

    private func begin(_ transfer: Transfer) {
        // Cancelled before its turn came.
        if transfer.isFinished { return }
        if let deadline = transfer.request.deadline, deadline <= .now {
            let message = "\(transfer.request.subject): not sent, other requests took all the time"
            return transfer.finish(TransportFailure(.unreachable, message))
        }
        guard let easy = spares.popLast() ?? EasyHandle(), let lane = laneWithRoom() else {
            return transfer.finish(
                TransportFailure(.misconfigured, "libcurl has no memory for another request"))
        }
        do throws(TransportFailure) {
            try easy.prepare(for: transfer, limits: limits)
        } catch {
            return transfer.finish(error)
        }
        let code = lane.add(transfer, easy)
        guard code == CURLM_OK else {
            let reason = String(cString: curl_multi_strerror(code))
            return transfer.finish(TransportFailure(.misconfigured, "\(transfer.request.subject): \(reason)"))
        }
        if transfer.isStream {
            opening.append((.now + limits.headTimeout, transfer))
        } else {
            requestsInFlight += 1
        }
    }

    private func laneWithRoom() -> Lane? {
        if let lane = lanes.first(where: { $0.transfers.count < limits.streamsPerConnection }) { return lane }
        guard let lane = Lane(id: nextLane, epoll: epoll, limits: limits) else { return nil }
        nextLane = nextLane == .max ? 1 : nextLane + 1
        lanes.append(lane)
        return lane
    }

    /// Ends a transfer, on its way or still waiting, with a failure or with what came.
    private func end(_ transfer: Transfer, _ failure: TransportFailure?) {
        guard !transfer.isFinished else { return }
        if let easy = transfer.lane?.remove(transfer) {
            easy.recycle()
            if spares.count < Self.spareLimit { spares.append(easy) }
            if !transfer.isStream { requestsInFlight -= 1 }
        }
        transfer.finish(failure)
    }

    private func retire(_ lane: Lane) {
        lanes.removeAll { $0 === lane }
        for transfer in lane.transfers.values {
            let message =
                "\(transfer.request.subject): the server stopped answering, the connection was given up"
            end(transfer, TransportFailure(.interrupted, message))
        }
        lane.close()
    }

    private func expireOpening(at now: ContinuousClock.Instant) {
        while let first = opening.first {
            guard first.transfer.isHeadComplete || first.transfer.isFinished || first.deadline <= now else {
                return
            }
            _ = opening.popFirst()
            guard !first.transfer.isHeadComplete, !first.transfer.isFinished else { continue }
            first.transfer.lane?.timeoutsInARow += 1
            let message = "\(first.transfer.request.subject): no answer within \(limits.headTimeout)"
            end(first.transfer, TransportFailure(.timedOut, message))
        }
    }

    /// How long there is nothing to do, in epoll's terms.
    private func pause() -> Int32 {
        let next = (lanes.compactMap(\.deadline) + [opening.first?.deadline].compactMap { $0 }).min()
        guard let next else { return -1 }
        return Int32(clamping: (next - .now).wholeMilliseconds)
    }

    private func shutDown() {
        for command in inbox.close() {
            switch command {
            case .start(let transfer): waiting.append(transfer)
            case .stop(let isDone?): stopped.append(isDone)
            case .cancel, .goOn, .stop(nil): break
            }
        }
        let left = lanes.flatMap(\.transfers.values) + waiting.rest
        for transfer in left {
            end(
                transfer,
                TransportFailure(.cancelled, "\(transfer.request.subject): the client was shut down"))
        }
        for lane in lanes { lane.close() }
        lanes = []
        spares = []
        close(epoll)
        for isDone in stopped { isDone.fulfil(()) }
    }
}

/// Keeps a loop alive; gone, the loop ends and what is on its way is cancelled.
final class LoopOwner: Sendable {
    let loop: CurlLoop

    init(limits: TransportLimits) throws(TransportFailure) {
        loop = try CurlLoop(limits: limits)
        try loop.start()
    }

    deinit { loop.inbox.post(.stop(nil)) }
}
