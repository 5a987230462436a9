import KubeClient
public import KubeCore
import KubeRuntime
public import SyncEngine
import Synchronization

extension KindStore {
    /// How a look at one object that goes on for a while has ended.
    public enum Sight<Answer: Sendable>: Sendable {
        case answer(Answer)
        /// With the object as it was seen last.
        case timedOut(KubeObject?)
    }

    /// Between two direct looks beside the watch: one that is open and dead must not hold anybody up (I4).
    private static var cadence: Duration { .seconds(10) }

    /// Looks at one object until it gives an answer.
    ///
    /// - Parameters:
    ///   - name: Of the object.
    ///   - namespace: Of the object.
    ///   - timeout: `nil` for no limit.
    ///   - decide: Told of each state of the object in turn, `nil` for none; ends the look by an answer.
    /// - Returns: The answer, or that there was none in time.
    /// - Throws: ``KindStoreFailure`` if the object cannot be read at the beginning.
    public func look<Answer: Sendable>(
        at name: String, in namespace: String, timeout: Duration?,
        _ decide: @escaping @Sendable (KubeObject?) -> Answer?
    ) async throws(KindStoreFailure) -> Sight<Answer> {
        let observer = Observer(decide)
        let first = try await find(name, in: namespace)
        if let answer = await observer.see(first) { return .answer(answer) }
        let answer = await withTaskGroup(of: Answer?.self) { group in
            group.addTask { await watch(name, in: namespace, observer) }
            group.addTask { await ask(name, in: namespace, observer) }
            if let timeout {
                group.addTask {
                    // Fails only when cancelled: then another task has the answer.
                    try? await Task.sleep(for: timeout)
                    return nil
                }
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
        guard let answer else { return .timedOut(await observer.newest) }
        return .answer(answer)
    }

    private func watch<Answer: Sendable>(
        _ name: String, in namespace: String, _ observer: Observer<Answer>
    ) async -> Answer? {
        let target = WatchTarget(resource, namespace: namespace, fieldSelector: "metadata.name=\(name)")
        for await change in Watcher(target, client: client) {
            let answer: Answer? =
                switch change {
                case .replaced(let objects, _): await observer.see(objects.first { $0.name == name })
                case .changed(let object): object.name == name ? await observer.see(object) : nil
                case .removed(let object): object.name == name ? await observer.see(nil) : nil
                }
            if let answer { return answer }
        }
        return nil
    }

    private func ask<Answer: Sendable>(
        _ name: String, in namespace: String, _ observer: Observer<Answer>
    ) async -> Answer? {
        while !Task.isCancelled {
            do {
                try await Task.sleep(for: Self.cadence)
                if let answer = await observer.see(try await find(name, in: namespace)) { return answer }
            } catch {
                // Cancelled, which the loop sees; or the server is away, which the watch outlives, too.
                continue
            }
        }
        return nil
    }

    /// Follows an Application until what was asked for holds, or never will.
    ///
    /// - Parameters:
    ///   - name: Of the Application.
    ///   - namespace: Of the Application.
    ///   - goal: What is waited for.
    ///   - timeout: `nil` for no limit.
    ///   - report: Told of each state.
    /// - Returns: The verdict and the last state.
    /// - Throws: ``KindStoreFailure``.
    public func follow(
        _ name: String, in namespace: String, until goal: WaitGoal, timeout: Duration?,
        report: @escaping @Sendable (KubeObject) -> Void
    ) async throws(KindStoreFailure) -> Sight<(verdict: Waiting.Verdict, object: KubeObject?)> {
        let waiting = Mutex(Waiting(for: goal))
        return try await look(at: name, in: namespace, timeout: timeout) { object in
            let verdict = waiting.withLock { $0.next(seeing: object.map(Application.init)) }
            if let object { report(object) }
            return verdict == .pending ? nil : (verdict, object)
        }
    }

    /// Asks for a refresh of an Application and waits until it is done (S149, S150).
    ///
    /// - Parameters:
    ///   - name: Of the Application.
    ///   - namespace: Of the Application.
    ///   - isHard: Whether what was rendered before does not count.
    ///   - timeout: `nil` for no limit.
    ///   - now: The time, by which this wish is told from others.
    /// - Returns: The refreshed Application; `nil` if nobody has refreshed it in time.
    /// - Throws: ``KindStoreFailure``.
    public func refresh(
        _ name: String, in namespace: String, isHard: Bool, timeout: Duration?, now: Timestamp
    ) async throws(KindStoreFailure) -> KubeObject? {
        try await merge(KubeObject.refreshRequest(isHard: isHard, at: now), into: name, in: namespace)
        let sight = try await look(at: name, in: namespace, timeout: timeout) { object in
            object?.annotation(AnnotationKey.refresh) == nil ? (object, ()) : nil
        }
        guard case .answer((let object, _)) = sight else { return nil }
        guard let object else { throw .missing(key(name, in: namespace)) }
        return object
    }
}

/// What has been seen of one object, in the order of its states whoever saw them.
private actor Observer<Answer: Sendable> {
    private let decide: @Sendable (KubeObject?) -> Answer?
    private(set) var newest: KubeObject?

    init(_ decide: @escaping @Sendable (KubeObject?) -> Answer?) {
        self.decide = decide
    }

    func see(_ object: KubeObject?) -> Answer? {
        if let object, let newest {
            guard object.resourceVersion != newest.resourceVersion else { return nil }
            let (new, old) = (Int64(object.resourceVersion), Int64(newest.resourceVersion))
            if let new, let old, new < old { return nil }
        }
        newest = object ?? newest
        return decide(object)
    }
}
