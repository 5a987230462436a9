public import KubeCore

/// Lets every write that was begun come to its answer, whatever becomes of the task that wanted it; a task that is
/// cancelled begins none.
///
/// So a process that ends in good order knows what it has done, and whoever waits for its tasks waits for its writes.
/// A write takes no longer than its own time-out.
public struct UninterruptedWrites: HTTPTransport {
    private let base: any HTTPTransport

    public init(_ base: any HTTPTransport) {
        self.base = base
    }

    public func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        guard request.method != .get else { return try await base.send(request) }
        guard !Task.isCancelled else {
            let path = request.target.prefix { $0 != "?" }
            throw TransportFailure(.cancelled, "\(request.method.rawValue) \(path): not sent")
        }
        // A task of its own is not cancelled with ours.
        let write = Task { [base] () -> Result<HTTPResponse, TransportFailure> in
            do throws(TransportFailure) {
                return .success(try await base.send(request))
            } catch {
                return .failure(error)
            }
        }
        return try await write.value.get()
    }

    public func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await base.open(request)
    }
}
