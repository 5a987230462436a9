import CCurl
import Glibc
import KubeCore

extension EasyHandle {
    /// How connections are made, kept and noticed to be dead.
    func prepareConnection(_ limits: TransportLimits) {
        setErrorText()
        set(CURLOPT_NOSIGNAL, 1)
        set(CURLOPT_NOPROGRESS, 1)
        // This library also speaks LDAP, SMB, dict: an address in a kubeconfig must not get that far.
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_CONNECTTIMEOUT_MS, limits.connectTimeout.wholeMilliseconds)
        // Requests that arrive while the first connection is being made wait for it and share it.
        set(CURLOPT_PIPEWAIT, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, 10)
        set(CURLOPT_TCP_KEEPINTVL, 5)
        set(CURLOPT_SOCKOPTFUNCTION, CurlCallbacks.tuneSocket)
        set(
            CURLOPT_SOCKOPTDATA,
            context: UnsafeMutableRawPointer(bitPattern: limits.deadPeerTimeout.wholeMilliseconds))
    }

    /// Whom we trust and who we are, as far as TLS is concerned.
    func prepareTrust(_ request: WireRequest) {
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        set(CURLOPT_SSL_VERIFYPEER, request.trust.isInsecure ? 0 : 1)
        set(CURLOPT_SSL_VERIFYHOST, request.trust.isInsecure ? 0 : 2)
        if let authority = request.trust.authority {
            // Otherwise the system's own directory of authorities would be trusted as well.
            set(CURLOPT_CAPATH, nil)
            set(CURLOPT_CAINFO, nil)
            set(CURLOPT_CAINFO_BLOB, CURLOPT_CAINFO, authority)
            // The default keeps a replaced file unseen for a day.
            set(CURLOPT_CA_CACHE_TIMEOUT, 60)
        }
        if let certificate = request.certificate {
            set(CURLOPT_SSLCERT_BLOB, CURLOPT_SSLCERT, certificate.certificate)
            set(CURLOPT_SSLKEY_BLOB, CURLOPT_SSLKEY, certificate.key)
        }
        // libcurl would read the environment by itself if nothing was set.
        set(CURLOPT_NOPROXY, "")
        switch request.proxy {
        case .direct:
            set(CURLOPT_PROXY, "")
        case .through(let proxy):
            // `socks5` of a kubeconfig lets the proxy resolve the name; libcurl calls that socks5h.
            set(CURLOPT_PROXY, proxy.hasPrefix("socks5://") ? "socks5h" + proxy.dropFirst(6) : proxy)
            set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        }
        // Our headers hold credentials: the proxy does not get them.
        set(CURLOPT_HEADEROPT, Int(CURLHEADER_SEPARATE))
    }

    /// What is asked for.
    func prepareRequest(_ request: WireRequest) {
        set(CURLOPT_URL, request.url)
        set(
            CURLOPT_HTTP_VERSION,
            request.url.hasPrefix("https:") ? Int(CURL_HTTP_VERSION_2TLS) : Int(CURL_HTTP_VERSION_1_1))
        set(CURLOPT_HTTPHEADER, lines: request.headers + ["Expect:"])
        if let address = request.connectTo { set(CURLOPT_CONNECT_TO, lines: ["::\(address)"]) }
        if request.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "gzip") }
        if let deadline = request.deadline {
            set(CURLOPT_TIMEOUT_MS, max(1, (deadline - .now).wholeMilliseconds))
        }
        if request.method == .get, request.body.isEmpty {
            set(CURLOPT_HTTPGET, 1)
        } else {
            prepareBody(request)
        }
    }

    private func prepareBody(_ request: WireRequest) {
        set(CURLOPT_POST, 1)
        set(CURLOPT_POSTFIELDSIZE_LARGE, size: request.body.count)
        if request.isRepeatable {
            // An array's storage has no stable address, so libcurl takes a copy.
            set(CURLOPT_COPYPOSTFIELDS, copying: request.body)
        }
        // Otherwise libcurl reads the body from us, and cannot rewind it: what was sent is not sent again.
        set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    }

    func prepareCallbacks(_ transfer: Transfer) {
        // Not retained: the lane holds the transfer for as long as the handle is in it.
        let context = Unmanaged.passUnretained(transfer).toOpaque()
        set(CURLOPT_HEADERFUNCTION, CurlCallbacks.takeHeader)
        set(CURLOPT_HEADERDATA, context: context)
        set(CURLOPT_WRITEFUNCTION, CurlCallbacks.takeBody)
        set(CURLOPT_WRITEDATA, context: context)
        set(CURLOPT_READFUNCTION, CurlCallbacks.giveBody)
        set(CURLOPT_READDATA, context: context)
    }
}

/// What libcurl calls, on the loop's thread.
///
/// In a type of their own, because a closure written where an actor rules would be bound to that actor and
/// trap.
enum CurlCallbacks {
    static let takeHeader: syncctl_write_callback = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    static let takeBody: syncctl_write_callback = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.takeBody(UnsafeRawBufferPointer(start: bytes, count: size * count))
    }

    static let giveBody: syncctl_write_callback = { bytes, size, count, context in
        guard let bytes, let context else { return 0 }
        let transfer = Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
        return transfer.giveBody(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
    }

    /// Lets the kernel give up a peer that acknowledges nothing. The context is the time in milliseconds.
    static let tuneSocket: syncctl_sockopt_callback = { context, socket, _ in
        var milliseconds = UInt32(clamping: UInt(bitPattern: context))
        // Without it a dead peer is noticed later, nothing worse: not a reason to refuse the connection.
        _ = setsockopt(
            socket, Int32(IPPROTO_TCP), TCP_USER_TIMEOUT, &milliseconds, socklen_t(MemoryLayout<UInt32>.size))
        return Int32(CURL_SOCKOPT_OK)
    }
}

extension Duration {
    /// Rounded up, so that a wait of less than a millisecond is not turned into none.
    var wholeMilliseconds: Int {
        let (seconds, attoseconds) = components
        let (milliseconds, isTooLong) = seconds.multipliedReportingOverflow(by: 1000)
        if isTooLong { return seconds < 0 ? 0 : Int(Int32.max) }
        let sum = milliseconds.addingReportingOverflow(
            (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
        return Int(min(max(sum.overflow ? Int64.max : sum.partialValue, 0), Int64(Int32.max)))
    }
}
