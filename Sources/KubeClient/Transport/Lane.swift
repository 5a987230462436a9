import CCurl
import Glibc
import KubeCore

/// One multi handle: in practice one HTTP/2 connection, and the transfers on it.
///
/// Belongs to the loop's thread. A lane takes no more transfers than a server allows streams on a connection;
/// the next go to another lane. A lane whose server stopped answering is retired: its transfers end, and what
/// comes later goes to a new lane, hence over a new connection.
final class Lane {
    let id: UInt32
    let multi: UnsafeMutableRawPointer
    let epoll: Int32
    /// When libcurl wants to be called again, even if nothing happens on its sockets.
    var deadline: ContinuousClock.Instant?
    /// Requests that timed out since anything last came from the server.
    var timeoutsInARow = 0
    private(set) var transfers: [UnsafeMutableRawPointer: Transfer] = [:]

    init?(id: UInt32, epoll: Int32, limits: TransportLimits) {
        guard let multi = curl_multi_init() else { return nil }
        self.id = id
        self.multi = multi
        self.epoll = epoll
        let context = Unmanaged.passUnretained(self).toOpaque()
        // None of these can fail on a handle that was just made: the options exist in the version we are
        // built for.
        _ = syncctl_multi_set_long(multi, CURLMOPT_PIPELINING, CURLPIPE_MULTIPLEX)
        _ = syncctl_multi_set_long(multi, CURLMOPT_MAX_CONCURRENT_STREAMS, limits.streamsPerConnection + 10)
        _ = syncctl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, limits.streamsPerConnection + 10)
        _ = syncctl_multi_set_pointer(multi, CURLMOPT_SOCKETDATA, context)
        _ = syncctl_multi_set_socket(multi, CURLMOPT_SOCKETFUNCTION, Self.watchSocket)
        _ = syncctl_multi_set_pointer(multi, CURLMOPT_TIMERDATA, context)
        _ = syncctl_multi_set_timer(multi, CURLMOPT_TIMERFUNCTION, Self.setDeadline)
    }

    /// Ends the connections. To be called once, after the last transfer was removed and as the last thing.
    ///
    /// Not left to `deinit`: libcurl calls back from within.
    func close() {
        precondition(transfers.isEmpty, "libcurl wants every handle removed before the lane is closed")
        curl_multi_cleanup(multi)
    }

    /// Sets a prepared transfer going; answers what libcurl has against it.
    func add(_ transfer: Transfer, _ easy: EasyHandle) -> CURLMcode {
        let code = curl_multi_add_handle(multi, easy.pointer)
        guard code == CURLM_OK else { return code }
        transfer.easy = easy
        transfer.lane = self
        transfers[easy.pointer] = transfer
        return code
    }

    /// Takes a transfer out; on the way, its stream is closed. Answers its handle, free for the next.
    func remove(_ transfer: Transfer) -> EasyHandle? {
        guard let easy = transfer.easy else { return nil }
        curl_multi_remove_handle(multi, easy.pointer)
        transfers[easy.pointer] = nil
        transfer.easy = nil
        transfer.lane = nil
        return easy
    }

    func act(on socket: curl_socket_t, _ readiness: Int32) {
        var running: Int32 = 0
        // What goes wrong on a socket ends its transfers, which the messages report.
        _ = curl_multi_socket_action(multi, socket, readiness, &running)
    }

    /// Lets libcurl do what is due by now.
    func actIfDue(at now: ContinuousClock.Instant) {
        guard let due = deadline, due <= now else { return }
        deadline = nil
        var running: Int32 = 0
        _ = curl_multi_socket_action(multi, CURL_SOCKET_TIMEOUT, 0, &running)
    }

    /// The next transfer that has ended, and how.
    func nextEnded() -> (Transfer, CURLcode)? {
        var left: Int32 = 0
        while let message = curl_multi_info_read(multi, &left) {
            guard message.pointee.msg == CURLMSG_DONE, let easy = message.pointee.easy_handle,
                let transfer = transfers[easy]
            else { continue }
            return (transfer, syncctl_message_result(message))
        }
        return nil
    }

    private static let watchSocket: syncctl_socket_callback = { _, socket, what, context, _ in
        guard let context else { return 0 }
        let lane = Unmanaged<Lane>.fromOpaque(context).takeUnretainedValue()
        lane.watch(socket, what)
        return 0
    }

    private func watch(_ socket: curl_socket_t, _ what: Int32) {
        var event = epoll_event()
        event.data.u64 = UInt64(id) << 32 | UInt64(UInt32(bitPattern: socket))
        switch what {
        case CURL_POLL_REMOVE:
            // Fails if the socket is closed already, which removed it as well.
            _ = epoll_ctl(epoll, EPOLL_CTL_DEL, socket, &event)
            return
        case CURL_POLL_IN: event.events = EPOLLIN.rawValue
        case CURL_POLL_OUT: event.events = EPOLLOUT.rawValue
        case CURL_POLL_INOUT: event.events = EPOLLIN.rawValue | EPOLLOUT.rawValue
        default: event.events = 0
        }
        if epoll_ctl(epoll, EPOLL_CTL_MOD, socket, &event) != 0 {
            // If this fails too, the transfers on the socket end by their own deadlines.
            _ = epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)
        }
    }

    private static let setDeadline: syncctl_timer_callback = { _, milliseconds, context in
        guard let context else { return 0 }
        let lane = Unmanaged<Lane>.fromOpaque(context).takeUnretainedValue()
        lane.deadline = milliseconds < 0 ? nil : .now + .milliseconds(milliseconds)
        return 0
    }
}
