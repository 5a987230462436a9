import KubeClient
import KubeCore
import SyncEngine
import Synchronization
import TestSupport

/// The hook Jobs that were made.
struct Creations {
    var names: [String] = []
    /// Made more than once by one operation.
    var repeated: [String] = []

    init(_ writes: [Write]) {
        var seen: Set<String> = []
        for write in writes where write.description.hasPrefix("create jobs/") {
            let body = KubeObject(write.call.body.object ?? [:])
            names.append(write.call.object)
            let identity = "\(body.annotation(AnnotationKey.syncID) ?? "") \(write.call.object)"
            if !seen.insert(identity).inserted { repeated.append(identity) }
        }
    }
}

/// A process that ends with its so many-th write: it is carried out, and the answer is never heard.
struct Mortal {
    let wire: Wire
    private let death = Latch()

    /// - Parameters:
    ///   - transport: What carries its requests out.
    ///   - limit: After how many writes it ends; after none, it ends with the first one, which does not happen.
    ///   - counts: Which writes count.
    init(
        _ transport: any HTTPTransport, livesFor limit: Int,
        counting counts: @escaping @Sendable (Call) -> Bool = { _ in true }
    ) {
        let count = Mutex(0)
        let death = death
        wire = Wire(
            transport, watches: { _ in death.isOpen ? .isSilent : .passes },
            requests: { call in
                if death.isOpen { return .fails(.unreachable) }
                guard call.isWrite, counts(call) else { return .passes }
                let number = count.withLock { count in
                    count += 1
                    return count
                }
                if number < limit { return .passes }
                death.open()
                return number == limit ? .losesAnswer(.unreachable) : .fails(.unreachable)
            })
    }

    var isDead: Bool { death.isOpen }

    /// Runs until the end, which comes by a failing request, or by a wait without end.
    func run(_ body: @escaping @Sendable (Wire) async throws -> SyncProgress) async {
        let wire = wire
        // It ends with an error, or is cut off: both are what this is about.
        _ = try? await body(wire)
    }

    /// Runs what would go on for ever, until it is dead or `done` returns.
    func serve(
        _ body: @escaping @Sendable (Wire) async throws -> Void,
        until done: @escaping @Sendable () async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            let (wire, death) = (wire, death)
            group.addTask {
                // What fails after the death is what this is about; what fails before it, keeps `done` from returning.
                _ = try? await body(wire)
                await death.wait()
            }
            group.addTask { await death.wait() }
            group.addTask { try await done() }
            defer { group.cancelAll() }
            try await group.next()
        }
    }
}
