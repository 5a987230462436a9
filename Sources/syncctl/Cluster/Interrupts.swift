// Signal sources are safe to use from any thread; Dispatch has not been annotated to say so.
@unsafe @preconcurrency import Dispatch
import Glibc
import Synchronization

/// The signals that ask this process to end, told to whoever listens; of several, to the last.
///
/// There is one for all of the process: sources of one signal that come and go take it from one another. Where nobody
/// listens, a signal does what it does by itself.
final class Interrupts: Sendable {
    private struct Listener {
        var id: Int
        var numbers: Set<Int32>
        var take: @Sendable (Int32) -> Void
    }

    private struct State {
        var listeners: [Listener] = []
        var next = 0
        var sources: [Int32: any DispatchSourceSignal] = [:]
    }

    static let shared = Interrupts()

    private let state = Mutex(State())

    private init() {}

    /// Listens until ``stop(_:)``.
    ///
    /// - Parameters:
    ///   - numbers: Of the signals. One that was ignored when the process began, as by nohup, stays so.
    ///   - take: Told of each, one after the other.
    /// - Returns: What to stop with.
    func listen(_ numbers: Set<Int32>, _ take: @escaping @Sendable (Int32) -> Void) -> Int {
        state.withLock { state in
            for number in numbers where state.sources[number] == nil {
                state.sources[number] = source(of: number)
            }
            state.next += 1
            state.listeners.append(Listener(id: state.next, numbers: numbers, take: take))
            return state.next
        }
    }

    func stop(_ id: Int) {
        state.withLock { $0.listeners.removeAll { $0.id == id } }
    }

    private func source(of number: Int32) -> (any DispatchSourceSignal)? {
        // Unsafe: the handler that was there is compared by its address; SIG_IGN is no function.
        let before = unsafe unsafeBitCast(signal(number, SIG_IGN), to: Int.self)
        let ignored = unsafe unsafeBitCast(SIG_IGN, to: Int.self)
        guard before != ignored else { return nil }
        let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
        source.setEventHandler { [unowned self] in tell(number) }
        source.resume()
        return source
    }

    private func tell(_ number: Int32) {
        guard let listener = state.withLock({ $0.listeners.last { $0.numbers.contains(number) } }) else {
            _ = signal(number, SIG_DFL)
            raise(number)
            // Should it be blocked in this thread.
            _exit(128 + number)
        }
        listener.take(number)
    }
}
