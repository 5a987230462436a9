import FoundationEssentials
public import KubeClient
import KubeCore
import Logging
import Synchronization

/// Writes Kubernetes Events beside the work that they tell of: noting one never waits and never fails.
///
/// What cannot be written in time is left out, and counted. Events are for people; nothing may depend on them.
///
/// - Rule: I6.
public final class EventRecorder: Sendable {
    private static let resource = APIResource.core("Event", "events")

    private let client: APIClient
    private let component: String
    private let instance: String
    private let dropped: Counter
    private let timeline: Timeline
    private let book: Mutex<EventBook>
    private let bell = Bell()

    /// - Parameters:
    ///   - client: What writes.
    ///   - component: Who says it: `syncctl`.
    ///   - instance: Which of them.
    ///   - dropped: Gets the count of what was left out, by the reason.
    ///   - clock: For the rate.
    public convenience init(
        client: APIClient, component: String, instance: String, dropped: Counter,
        clock: some Clock<Duration> = ContinuousClock()
    ) {
        self.init(
            client: client, component: component, instance: instance, dropped: dropped, clock: clock,
            limits: EventBook.Limits())
    }

    init(
        client: APIClient, component: String, instance: String, dropped: Counter,
        clock: some Clock<Duration>, limits: EventBook.Limits
    ) {
        self.client = client
        self.component = component
        self.instance = instance
        timeline = Timeline(clock)
        book = Mutex(EventBook(limits))
        self.dropped = dropped
    }

    /// The family that counts what was left out, by all recorders of a process; to be called once.
    public static func droppedCounter(in metrics: Metrics) -> Counter {
        metrics.counter(
            "syncctl_events_dropped_total", "Events that were not written, by the reason.", labels: ["reason"]
        )
    }

    /// Notes an event, to be written soon.
    public func note(_ note: EventNote) {
        let fate = book.withLock {
            $0.take(note, at: timeline.now, date: Self.date(), number: .random(in: .min ... .max))
        }
        switch fate {
        case .written: bell.ring()
        case .joined: break
        case .limited: dropped.increment("rate")
        case .dropped: dropped.increment("queue")
        }
    }

    /// Writes what is noted, until cancelled. To be run once.
    public func run() async {
        while !Task.isCancelled {
            guard let entry = book.withLock({ $0.next() }) else {
                await bell.wait()
                continue
            }
            do throws(ClientFailure) {
                try await write(entry)
            } catch {
                dropped.increment("refused")
                // A refusal can quote the message, and that is all it says.
                Logger.current.debug(
                    "an event was not written",
                    metadata: ["reason": "\(entry.note.reason)", "error": "\(error)"])
            }
        }
    }

    private func write(_ entry: EventBook.Entry) async throws(ClientFailure) {
        let event = event(entry)
        if entry.isWritten {
            do throws(ClientFailure) {
                try await client.patch(
                    .merge(["count": .int(entry.count), "lastTimestamp": .string(entry.last)]),
                    of: Self.resource, namespace: event.namespace, name: event.name)
                return
            } catch {
                // The API server forgets events after a while.
                guard error.isNotFound else { throw error }
            }
        }
        try await client.create(event, as: Self.resource)
    }

    private func event(_ entry: EventBook.Entry) -> KubeObject {
        let subject = entry.note.subject
        // Objects of the cluster have theirs where everybody looks.
        let namespace = subject.namespace.isEmpty ? "default" : subject.namespace
        let name = "\(subject.name.prefix(230)).\(String(entry.number, radix: 16))"
        var reference: JSONObject = [
            "apiVersion": .string(subject.apiVersion), "kind": .string(subject.kind),
            "name": .string(subject.name),
        ]
        if !subject.namespace.isEmpty { reference["namespace"] = .string(subject.namespace) }
        if !subject.uid.isEmpty { reference["uid"] = .string(subject.uid) }
        return KubeObject([
            "apiVersion": "v1", "kind": "Event",
            "metadata": ["name": .string(name), "namespace": .string(namespace)],
            "involvedObject": .object(reference), "type": .string(entry.note.level.rawValue),
            "reason": .string(entry.note.reason), "message": .string(entry.note.message),
            "count": .int(entry.count), "firstTimestamp": .string(entry.first),
            "lastTimestamp": .string(entry.last), "reportingComponent": .string(component),
            "reportingInstance": .string(instance),
            "source": ["component": .string(component), "host": .string(instance)],
        ])
    }

    private static func date() -> String { Date().formatted(.iso8601) }
}
