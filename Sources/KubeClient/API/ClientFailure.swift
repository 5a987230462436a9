public import KubeCore

/// Why a request to the API server has no usable answer.
public enum ClientFailure: Error, Hashable, Sendable {
    /// None came.
    case transport(TransportFailure)
    /// The server refused what was asked.
    case refused(APIFailure)
    /// The answer is not what an API server answers. The text names request and problem, and quotes nothing.
    case undecodable(String)
}

extension ClientFailure {
    /// The server's word, if it is that.
    public var refusal: APIFailure? {
        if case .refused(let failure) = self { failure } else { nil }
    }

    public var isNotFound: Bool { refusal?.isNotFound ?? false }
    public var isConflict: Bool { refusal?.isConflict ?? false }
    public var isAlreadyExists: Bool { refusal?.isAlreadyExists ?? false }
    public var isExpired: Bool { refusal?.isExpired ?? false }

    /// Whether the caller gave it up itself.
    public var isCancelled: Bool {
        if case .transport(let failure) = self { failure.reason == .cancelled } else { false }
    }

    /// Whether the same request, later, might succeed.
    public var isTransient: Bool {
        switch self {
        case .transport(let failure):
            switch failure.reason {
            case .unreachable, .interrupted, .timedOut: true
            case .untrusted, .misconfigured, .tooLarge, .cancelled: false
            }
        case .refused(let failure): failure.code == 429 || failure.code >= 500
        case .undecodable: false
        }
    }
}

extension ClientFailure: CustomStringConvertible {
    /// For people. A server's sentence can quote what was sent: for a Secret, hide it first.
    public var description: String {
        switch self {
        case .transport(let failure): failure.message
        case .refused(let failure): failure.message
        case .undecodable(let problem): problem
        }
    }
}
