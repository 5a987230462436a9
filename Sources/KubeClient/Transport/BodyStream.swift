import KubeCore

/// The body of an open stream, read piece by piece.
///
/// Not reading holds the server back. Letting go of the sequence and its iterators, or cancelling the task
/// that reads, closes the stream.
struct BodyStream: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    let lease: StreamLease

    func makeAsyncIterator() -> Iterator { Iterator(lease: lease) }

    struct Iterator: AsyncIteratorProtocol {
        let lease: StreamLease

        func next() async throws -> [UInt8]? {
            let lease = lease
            return try await withTaskCancellationHandler {
                switch await lease.queue.read() {
                case .bytes(let bytes, let wasHeld):
                    if wasHeld { lease.goOn() }
                    return bytes
                case .end(let failure?):
                    throw failure
                case .end(nil):
                    return nil
                }
            } onCancel: {
                lease.close()
            }
        }
    }
}

/// The right to read one stream; gone, the stream closes.
final class StreamLease: Sendable {
    let queue: BodyQueue
    private let transfer: Transfer
    private let owner: LoopOwner

    init(queue: BodyQueue, transfer: Transfer, owner: LoopOwner) {
        self.queue = queue
        self.transfer = transfer
        self.owner = owner
    }

    deinit { close() }

    func goOn() { owner.loop.inbox.post(.goOn(transfer)) }

    func close() {
        queue.finish(
            TransportFailure(.cancelled, "\(transfer.request.subject): the stream was closed by its reader"))
        owner.loop.inbox.post(.cancel(transfer))
    }
}
