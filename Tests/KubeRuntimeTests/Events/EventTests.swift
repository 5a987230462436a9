import KubeClient
import KubeCore
import TestSupport
import Testing

@testable import KubeRuntime

/// What is written of what is said.
@Suite("event book")
struct EventBookTests {
    private static func note(_ object: String, _ message: String) -> EventNote {
        EventNote(
            EventNote.Subject(KubeObject(["kind": "Job", "metadata": ["name": .string(object)]])),
            reason: "Said", message: message)
    }

    private static func limits(
        burst: Int = 100, waiting: Int = 100, remembered: Int = 100
    ) -> EventBook.Limits {
        var limits = EventBook.Limits()
        (limits.burst, limits.waiting, limits.remembered) = (burst, waiting, remembered)
        limits.interval = .seconds(10)
        return limits
    }

    private static func take(_ book: inout EventBook, _ object: String, _ message: String, at time: Int)
        -> EventBook.Fate
    {
        book.take(note(object, message), at: .seconds(time), date: "\(time)", number: UInt64(time))
    }

    @Test("the same words again are counted: before they are written with them, afterwards as a change")
    func counting() {
        var book = EventBook(Self.limits())
        #expect(Self.take(&book, "a", "x", at: 1) == .written)
        #expect(Self.take(&book, "a", "x", at: 2) == .joined)
        #expect(Self.take(&book, "a", "y", at: 3) == .written)
        let first = book.next()
        #expect(first?.count == 2)
        #expect(first?.isWritten == false)
        #expect((first?.first, first?.last) == ("1", "2"))
        #expect(book.next()?.note.message == "y")
        #expect(book.next() == nil)
        #expect(Self.take(&book, "a", "x", at: 4) == .written)
        let again = book.next()
        #expect(again?.count == 3)
        #expect(again?.isWritten == true)
        #expect(again?.number == first?.number)
    }

    @Test("I6 of one object so much in a row, then a little from time to time; others are not affected")
    func rate() {
        var book = EventBook(Self.limits(burst: 3))
        for number in 0..<3 { #expect(Self.take(&book, "a", "\(number)", at: 0) == .written) }
        #expect(Self.take(&book, "a", "3", at: 9) == .limited)
        #expect(Self.take(&book, "b", "0", at: 9) == .written)
        #expect(Self.take(&book, "a", "3", at: 10) == .written)
        #expect(Self.take(&book, "a", "4", at: 19) == .limited)
        for number in 5..<8 { #expect(Self.take(&book, "a", "\(number)", at: 1000) == .written) }
        #expect(Self.take(&book, "a", "8", at: 1000) == .limited)
    }

    @Test("a repetition beyond the rate is still counted")
    func countedAnyway() {
        var book = EventBook(Self.limits(burst: 1))
        #expect(Self.take(&book, "a", "x", at: 0) == .written)
        _ = book.next()
        for _ in 0..<5 { #expect(Self.take(&book, "a", "x", at: 1) == .limited) }
        #expect(Self.take(&book, "a", "x", at: 10) == .written)
        #expect(book.next()?.count == 7)
    }

    @Test("I6 so many wait, and no more; so many are remembered, the latest")
    func bounds() {
        var book = EventBook(Self.limits(waiting: 3, remembered: 8))
        let fates = (0..<5).map { Self.take(&book, "a", "\($0)", at: $0) }
        #expect(fates == [.written, .written, .written, .dropped, .dropped])
        for number in 0..<1000 {
            _ = book.next()
            _ = Self.take(&book, "a\(number)", "\(number)", at: 10 + number)
        }
        while book.next() != nil {}
        #expect(Self.take(&book, "a999", "999", at: 2000) == .written)
        #expect(book.next()?.count == 2, "remembered")
        #expect(Self.take(&book, "a0", "0", at: 2000) == .written)
        #expect(book.next()?.count == 1, "forgotten")
    }

    @Test("a message is cut to what the API server takes, between characters")
    func longMessage() {
        let note = Self.note("a", String(repeating: "ä🙂", count: 600))
        #expect(note.message.utf8.count <= 1024)
        #expect(note.message.hasSuffix("…"))
        #expect(Self.note("a", "short").message == "short")
    }
}

/// Events in a cluster.
@Suite("event recorder", .onEachServer, .timeLimit(.minutes(1)))
struct EventRecorderTests {
    private static let events = APIResource(
        kind: GroupVersionKind(group: "", version: "v1", kind: "Event"), plural: "events", isNamespaced: true,
        verbs: [])

    @Test(
        "what is said of an object stands there as an Event, with its count, also after somebody deleted it")
    func written() async throws {
        let cluster = try RuntimeCluster.current
        let name = "told-\(cluster.suffix)"
        let object = try await cluster.client.create(
            KubeObject(["metadata": ["name": .string(name), "namespace": "default"]]), as: .configMaps)
        let recorder = EventRecorder(
            client: cluster.client, component: "syncctl", instance: "pod-1",
            dropped: EventRecorder.droppedCounter(in: Metrics()))
        let note = EventNote(
            EventNote.Subject(object), .warning, reason: "OperationFailed", message: "job failed")
        func event(count: Int64) async throws -> KubeObject {
            while true {
                let found = try await cluster.client.list(
                    Self.events, namespace: "default",
                    options: APIRequest.ListOptions(fieldSelector: "involvedObject.name=\(name)"))
                if let event = found.items.first, event["count"]?.int == count { return event }
                await Task.yield()
            }
        }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask { await recorder.run() }
            recorder.note(note)
            let first = try await event(count: 1)
            #expect(first["type"] == "Warning")
            #expect(first["reason"] == "OperationFailed")
            #expect(first["message"] == "job failed")
            #expect(first["involvedObject", "uid"]?.string == object.uid)
            recorder.note(note)
            let second = try await event(count: 2)
            #expect(second.name == first.name)
            try await cluster.client.delete(Self.events, namespace: "default", name: first.name)
            recorder.note(note)
            _ = try await event(count: 3)
            group.cancelAll()
        }
        try await cluster.client.delete(.configMaps, namespace: "default", name: name)
    }

    @Test("noting never waits, and what cannot be written is counted")
    func refused() async throws {
        let cluster = try RuntimeCluster.current
        let metrics = Metrics()
        let switched = SwitchedTransport(cluster.transport)
        switched.cut()
        let recorder = EventRecorder(
            client: APIClient(transport: switched, retry: .never), component: "syncctl", instance: "pod-1",
            dropped: EventRecorder.droppedCounter(in: metrics))
        let subject = EventNote.Subject(KubeObject(["kind": "Job", "metadata": ["name": "a"]]))
        for number in 0..<30 {
            recorder.note(EventNote(subject, reason: "Said", message: "\(number)"))
        }
        await withDiscardingTaskGroup { group in
            group.addTask { await recorder.run() }
            while !metrics.text.contains(#"syncctl_events_dropped_total{reason="refused"} 20"#) {
                await Task.yield()
            }
            group.cancelAll()
        }
        #expect(metrics.text.contains(#"syncctl_events_dropped_total{reason="rate"} 10"#))
    }
}
