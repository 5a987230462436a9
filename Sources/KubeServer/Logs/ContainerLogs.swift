import KubeCore

/// The port through which `pods/log` gets at what containers have written: whoever runs them has it.
public protocol ContainerLogs: Sendable {
    /// The output of a container.
    ///
    /// - Parameter request: Which container, and which part of its output.
    /// - Returns: The output as it comes; `nil` if nothing is known of this container.
    func log(
        _ request: ContainerLogRequest
    ) async -> (any AsyncSequence<[UInt8], any Error> & Sendable)?
}

/// Which container's output is wanted, and which part of it.
public struct ContainerLogRequest: Hashable, Sendable {
    public var namespace: String
    public var pod: String
    /// Of the pod.
    public var uid: String
    public var container: String
    /// Whether the output of the container before the last restart is wanted.
    public var isPrevious: Bool
    /// Whether the answer goes on until the container ends.
    public var follows: Bool
    /// Only so many of the last lines.
    public var tailLines: Int?
    /// Only so many bytes.
    public var limitBytes: Int?
    /// Whether every line begins with the time at which it was written.
    public var hasTimestamps: Bool
    /// Only what was written from then on.
    public var since: Timestamp?
}

extension KubeServer {
    /// The output of a container, or the sentence that stands for it where none has run.
    func output(of log: GrantedLog) async -> any AsyncSequence<[UInt8], any Error> & Sendable {
        if let output = await logs?.log(log.request) { return output }
        return SinglePiece(bytes: log.isSimulated ? Array(log.explanation.utf8) : [])
    }

    func collect(_ log: GrantedLog) async throws(TransportFailure) -> HTTPResponse {
        var response = HTTPResponse.text("")
        do {
            for try await piece in await output(of: log) { response.body += piece }
        } catch {
            throw TransportFailure(.interrupted, "the log of pod \(log.request.pod) ended early: \(error)")
        }
        return response
    }
}

/// A log that may be read.
struct GrantedLog: Sendable {
    var request: ContainerLogRequest
    /// Whether the container runs nowhere, and only its status says that it does.
    var isSimulated: Bool

    var explanation: String {
        """
        (simulated: no process ran for container \(request.container) of pod \(request.pod), so it has written nothing)

        """
    }
}
