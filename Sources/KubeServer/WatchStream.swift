import KubeCore

/// The body of a watch: one line of JSON an event.
///
/// Nothing is kept for a watch but how far it has read.
struct WatchStream: AsyncSequence, Sendable {
    typealias Element = [UInt8]
    typealias Failure = any Error

    private let core: ServerCore
    private let start: WatchCursor

    /// The time of the watch begins here.
    init(core: ServerCore, request: WatchRequest) {
        self.core = core
        start = WatchCursor(request, openedAt: core.now())
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(core: core, cursor: start) }

    struct AsyncIterator: AsyncIteratorProtocol {
        let core: ServerCore
        var cursor: WatchCursor

        mutating func next() async throws -> [UInt8]? {
            while !Task.isCancelled {
                var cursor = cursor
                let time = core.now()
                let step = core.read { cursor.step($0, at: time) }
                self.cursor = cursor
                switch step {
                case .send(let bytes): return bytes
                case .end: return nil
                case .wait(let seconds): await wait(seconds)
                }
            }
            return nil
        }

        /// Until something changes or the time is up.
        private func wait(_ seconds: Int64) async {
            let (core, resource, version) = (core, cursor.resource, cursor.version)
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await core.waitForChange(of: resource, after: version) }
                // The end of a sleep by cancellation is as good as any.
                group.addTask { try? await core.sleep(.seconds(seconds)) }
                await group.next()
                group.cancelAll()
            }
        }
    }
}

/// How far a watch has read.
struct WatchCursor: Sendable {
    enum Step: Sendable {
        case send([UInt8])
        /// Nothing is there; look again when something changed, or after this many seconds.
        case wait(Int64)
        case end
    }

    /// How many events go out in one piece.
    private static let batch = 128
    /// Seconds between bookmarks.
    private static let bookmarkInterval: Int64 = 60

    private let request: WatchRequest
    private(set) var version: UInt64
    private var initial: ArraySlice<Record>
    private var owesInitialEnd: Bool
    private var hasEnded = false
    private let deadline: Timestamp
    private var nextBookmark: Timestamp

    var resource: GroupResource { request.resource.groupResource }

    init(_ request: WatchRequest, openedAt time: Timestamp) {
        self.request = request
        version = request.after
        initial = request.initial[...]
        owesInitialEnd = request.marksInitialEnd
        deadline = Timestamp(
            seconds: time.seconds &+ max(1, request.timeoutSeconds), microseconds: time.microseconds)
        nextBookmark = Timestamp(seconds: time.seconds &+ Self.bookmarkInterval)
    }

    mutating func step(_ state: ServerState, at time: Timestamp) -> Step {
        guard !hasEnded, time < deadline else { return .end }
        let writer = WatchEventWriter(request: request, now: time)
        if !initial.isEmpty {
            let records = initial.prefix(Self.batch)
            initial = initial.dropFirst(records.count)
            return .send(records.reduce(into: []) { $0 += writer.event("ADDED", $1) })
        }
        if owesInitialEnd {
            owesInitialEnd = false
            return .send(writer.bookmark(version, endsInitial: true))
        }
        let collection = state.store.collection(resource)
        guard let changes = collection.changes(after: version) else {
            hasEnded = true
            return .send(writer.expired(version, collection.forgotten))
        }
        let next = changes.prefix(Self.batch)
        if let last = next.last {
            version = last.version
            let bytes = next.reduce(into: [UInt8]()) { $0 += writer.event(for: $1) }
            if !bytes.isEmpty { return .send(bytes) }
            if changes.count > next.count { return .wait(0) }
        }
        if request.sendsBookmarks, time >= nextBookmark {
            nextBookmark = Timestamp(seconds: time.seconds &+ Self.bookmarkInterval)
            version = max(version, state.store.version)
            return .send(writer.bookmark(version, endsInitial: false))
        }
        let left = deadline.seconds &- time.seconds
        return .wait(request.sendsBookmarks ? min(left, nextBookmark.seconds &- time.seconds) : left)
    }
}

/// Puts events into bytes.
struct WatchEventWriter {
    let request: WatchRequest
    let now: Timestamp

    /// The event that a change is for this watch; empty if it is none.
    func event(for change: RecordCollection.Change) -> [UInt8] {
        guard request.namespace.isEmpty || change.after.namespace == request.namespace else { return [] }
        let was = change.before.map(request.selection.matches) ?? false
        let isNow = !change.isDeletion && request.selection.matches(change.after)
        switch (was, isNow) {
        case (false, true): return event("ADDED", change.after)
        case (true, true): return event("MODIFIED", change.after)
        case (true, false):
            guard !change.isDeletion, let before = change.before else {
                return event("DELETED", change.after)
            }
            // What left the selection is shown as it last was, under the version at which it left.
            var object = before.object
            object.setMetadata("resourceVersion", .string(String(change.version)))
            return event("DELETED", Record(object, version: change.version))
        case (false, false): return []
        }
    }

    func event(_ type: String, _ record: Record) -> [UInt8] {
        var bytes = Array(#"{"type":"\#(type)","object":"#.utf8)
        if request.form == .whole, request.version == request.resource.storageVersion {
            bytes += record.bytes
        } else {
            bytes += JSONValue.object(form(record.object)).serialized()
        }
        bytes += Array("}\n".utf8)
        return bytes
    }

    private func form(_ object: JSONObject) -> JSONObject {
        let versioned = VersionConversion.convert(object, of: request.resource, to: request.version)
        switch request.form {
        case .whole: return versioned
        case .metadata: return RequestScope.partial(versioned)
        case .table:
            guard let version = request.resource.version(request.version) else { return versioned }
            let printer = TablePrinter(resource: request.resource, version: version, now: now)
            return printer.table(of: [versioned]).object ?? versioned
        }
    }

    /// Tells a client how far it has seen everything.
    func bookmark(_ version: UInt64, endsInitial: Bool) -> [UInt8] {
        var metadata: JSONObject = ["resourceVersion": .string(String(version)), "creationTimestamp": .null]
        if endsInitial { metadata["annotations"] = ["k8s.io/initial-events-end": "true"] }
        let kind = request.form == .metadata ? "PartialObjectMetadata" : request.resource.kind
        let apiVersion =
            request.form == .metadata ? "meta.k8s.io/v1" : request.resource.apiVersion(request.version)
        let event: JSONValue = [
            "type": "BOOKMARK",
            "object": [
                "kind": .string(kind), "apiVersion": .string(apiVersion), "metadata": .object(metadata),
            ],
        ]
        return event.serialized() + [UInt8(ascii: "\n")]
    }

    /// Tells a client that it has to list anew.
    func expired(_ version: UInt64, _ oldest: UInt64) -> [UInt8] {
        let failure = StatusFailure.expired("too old resource version: \(version) (\(oldest + 1))")
        let event: JSONValue = ["type": "ERROR", "object": failure.json]
        return event.serialized() + [UInt8(ascii: "\n")]
    }
}

extension ServerCore {
    /// Everything that a watch sends until the server ends it.
    func collect(_ request: WatchRequest) async throws(TransportFailure) -> HTTPResponse {
        var body: [UInt8] = []
        do {
            for try await piece in WatchStream(core: self, request: request) { body += piece }
        } catch {
            throw TransportFailure(.cancelled, "the watch was cancelled")
        }
        guard !Task.isCancelled else { throw TransportFailure(.cancelled, "the watch was cancelled") }
        return .json(body)
    }
}
