import CCurl
import Glibc
import Synchronization

/// What other threads want from the loop's thread.
enum LoopCommand: Sendable {
    case start(Transfer)
    case cancel(Transfer)
    /// The reader of a held stream made room.
    case goOn(Transfer)
    /// End; whoever wants to know when it is done is told.
    case stop(OneShot<Void>?)
}

/// The one way from other threads to the loop's thread.
///
/// A burst of commands costs one wake-up: only a sleeping loop is woken. The descriptor is written and closed
/// under one lock, so that nothing is ever written to a closed one.
final class Inbox: Sendable {
    private struct State {
        var commands: [LoopCommand] = []
        var isSleeping = false
        var isClosed = false
    }

    /// An eventfd: readable when the loop has to wake up.
    let descriptor: Int32
    private let state = Mutex(State())

    init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    /// Hands over a command; `false` if the loop has ended and will never see it.
    @discardableResult
    func post(_ command: LoopCommand) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            if state.isSleeping {
                state.isSleeping = false
                // Cannot fail short of a counter at 2^64 - 2: it is reset at each wake-up.
                _ = eventfd_write(descriptor, 1)
            }
            return true
        }
    }

    /// The commands since the last call.
    func take() -> [LoopCommand] {
        state.withLock { state in
            let commands = state.commands
            state.commands = []
            return commands
        }
    }

    /// Declares the loop asleep, unless there is something to do.
    func fallAsleep() -> Bool {
        state.withLock { state in
            state.isSleeping = state.commands.isEmpty
            return state.isSleeping
        }
    }

    func wakeUp() {
        state.withLock { $0.isSleeping = false }
    }

    /// Refuses commands from now on, closes the descriptor, and answers what nobody took.
    func close() -> [LoopCommand] {
        state.withLock { state in
            state.isClosed = true
            _ = Glibc.close(descriptor)
            let commands = state.commands
            state.commands = []
            return commands
        }
    }
}
