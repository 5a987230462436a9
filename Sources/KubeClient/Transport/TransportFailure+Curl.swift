import CCurl
import KubeCore

extension TransportFailure {
    /// What became of a transfer; `nil` if the whole answer is there.
    init?(_ code: CURLcode, of transfer: Transfer, _ easy: EasyHandle) {
        let subject = transfer.request.subject
        guard code != CURLE_OK else {
            // libcurl takes a connection that ends within the head for an answer without a body.
            if transfer.isHeadComplete { return nil }
            self.init(.interrupted, "\(subject): the connection ended within the head of the answer")
            return
        }
        if transfer.isTooLarge {
            self.init(.tooLarge, "\(subject): the answer is larger than we take")
            return
        }
        var message = easy.message(for: code)
        if case .through(let proxy) = transfer.request.proxy, message.contains(proxy) {
            // A proxy's address may hold a password.
            message = "the proxy's address cannot be used"
        }
        self.init(Reason(code, wasSent: easy.wasSent), "\(subject): \(message)")
    }
}

extension TransportFailure.Reason {
    /// What one of libcurl's codes means to a caller.
    init(_ code: CURLcode, wasSent: Bool) {
        switch code {
        case CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT,
            CURLE_SSL_CONNECT_ERROR, CURLE_PROXY:
            self = .unreachable
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_PINNEDPUBKEYNOTMATCH,
            CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CLIENTCERT:
            self = .untrusted
        case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CRL_BADFILE, CURLE_SSL_CIPHER, CURLE_SSL_ENGINE_NOTFOUND, CURLE_SSL_ENGINE_SETFAILED,
            CURLE_NOT_BUILT_IN, CURLE_UNKNOWN_OPTION, CURLE_BAD_FUNCTION_ARGUMENT:
            self = .misconfigured
        case CURLE_ABORTED_BY_CALLBACK:
            self = .cancelled
        case CURLE_OPERATION_TIMEDOUT:
            self = wasSent ? .timedOut : .unreachable
        default:
            // 16, 18, 52, 55, 56, 92 and whatever else ends a connection.
            self = wasSent ? .interrupted : .unreachable
        }
    }
}
