import KubeCore
import Synchronization

/// The bytes of one stream between the loop's thread, which fills, and the one reader.
///
/// Bounded: over the high-water mark a piece is not taken, and libcurl offers it again once the reader made
/// room.
final class BodyQueue: Sendable {
    /// What a reader finds.
    enum Reading: Sendable {
        /// All bytes that were there; `wasHeld` if the sender must be told to go on.
        case bytes([UInt8], wasHeld: Bool)
        case end(TransportFailure?)
    }

    private struct State {
        var bytes: [UInt8] = []
        var isHeld = false
        var end: Reading?
        var reader: CheckedContinuation<Reading, Never>?
    }

    private let highWaterMark: Int
    private let state = Mutex(State())

    init(highWaterMark: Int) {
        self.highWaterMark = highWaterMark
    }

    /// Takes a piece, or answers `false` if there is no room.
    func offer(_ piece: UnsafeRawBufferPointer) -> Bool {
        let (isTaken, reader) = state.withLock { state -> (Bool, CheckedContinuation<Reading, Never>?) in
            // Nobody reads any more: the bytes go nowhere until the loop has closed the stream.
            if state.end != nil { return (true, nil) }
            if let reader = state.reader {
                state.reader = nil
                return (true, reader)
            }
            guard state.bytes.isEmpty || state.bytes.count + piece.count <= highWaterMark else {
                state.isHeld = true
                return (false, nil)
            }
            state.bytes.append(contentsOf: piece)
            return (true, nil)
        }
        reader?.resume(returning: .bytes([UInt8](piece), wasHeld: false))
        return isTaken
    }

    /// Says that nothing more comes; what was taken before can still be read. The first end counts.
    func finish(_ failure: TransportFailure?) {
        let reader = state.withLock { state -> CheckedContinuation<Reading, Never>? in
            if state.end == nil { state.end = .end(failure) }
            defer { state.reader = nil }
            return state.reader
        }
        reader?.resume(returning: .end(failure))
    }

    /// Waits for bytes or the end. One reader at a time.
    func read() async -> Reading {
        await withCheckedContinuation { continuation in
            let ready = state.withLock { state -> Reading? in
                guard state.bytes.isEmpty else {
                    let bytes = state.bytes
                    let wasHeld = state.isHeld
                    state.bytes = []
                    state.isHeld = false
                    return .bytes(bytes, wasHeld: wasHeld)
                }
                if state.end == nil { state.reader = continuation }
                return state.end
            }
            if let ready { continuation.resume(returning: ready) }
        }
    }
}
