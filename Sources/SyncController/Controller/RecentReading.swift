import KubeClient
import KubeCore
import Logging

/// Something of the API server that is read again when what is known of it is old; where it can't be read, what was known
/// of it counts.
actor RecentReading<Value: Sendable> {
    /// What was read.
    struct Reading: Sendable {
        var value: Value
        /// What was left out, and why; without anything secret.
        var problems: [String] = []
    }

    /// As people call it: `the Secrets of repositories`.
    private let name: String
    private let age: Duration
    private let read: @Sendable () async throws(ClientFailure) -> Reading
    private var known: Value
    private var readAt: ContinuousClock.Instant?
    private var told: Set<String> = []

    /// - Parameters:
    ///   - name: As people call it.
    ///   - value: What counts before it could be read.
    ///   - age: How old what is known may become.
    ///   - read: Reads it.
    init(
        _ name: String, initially value: Value, age: Duration,
        read: @escaping @Sendable () async throws(ClientFailure) -> Reading
    ) {
        self.name = name
        self.age = age
        self.read = read
        known = value
    }

    /// What is known, and not too old.
    var value: Value {
        get async {
            if readAt.map({ ContinuousClock.now - $0 >= age }) ?? true { await readAgain() }
            return known
        }
    }

    private func readAgain() async {
        do {
            let reading = try await read()
            known = reading.value
            reading.problems.forEach(tell)
        } catch {
            tell("\(name) can't be read: \(error)")
        }
        readAt = ContinuousClock.now
    }

    /// Once each.
    private func tell(_ problem: String) {
        guard told.count < 1000, told.insert(problem).inserted else { return }
        Logger.current.warning("a setting of repositories is left out", metadata: ["error": "\(problem)"])
    }
}
