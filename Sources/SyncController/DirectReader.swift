import KubeClient
import KubeCore
import SyncEngine

/// Asks the server itself for objects that an operation waits for (I4): by a list where many are of one kind, else one
/// by one. Asking again is the caller's matter: nothing is tried twice here.
struct DirectReader: Sendable {
    /// What a direct read has shown.
    enum Finding: Sendable {
        case found(KubeObject)
        /// Nobody bears the name; who bore it before the question.
        case missing(uid: String)
        /// `nil` if the server does not know the kind.
        case unknown(ClientFailure?)
    }

    /// One object to read.
    private struct Question: Sendable {
        var key: ObjectKey
        var resource: APIResource
        /// Only the object that was known before the question can be gone by the answer: another may be there since.
        var known: String
    }

    /// What one list can answer.
    private struct Place: Hashable {
        var resource: APIResource
        var namespace: String
    }

    /// From so many objects of one kind in one namespace on, a list is cheaper than asking for each.
    private static let listingPays = 8
    /// Requests at a time.
    private static let concurrency = 8

    var cluster: Cluster
    var tracking: Tracking
    var view: LiveView

    func read(_ awaited: [(ObjectKey, GroupVersionKind)]) async -> [(ObjectKey, Finding)] {
        let catalog: APICatalog
        do throws(ClientFailure) {
            catalog = try await cluster.discovery.catalog()
        } catch {
            return awaited.map { ($0.0, .unknown(error)) }
        }
        var questions: [Question] = []
        var findings: [(ObjectKey, Finding)] = []
        for (key, kind) in awaited {
            guard let resource = catalog.known(kind) else {
                findings.append((key, .unknown(nil)))
                continue
            }
            questions.append(Question(key: key, resource: resource, known: view.object(key)?.uid ?? ""))
        }
        let (listed, left) = await list(questions)
        let single = await concurrently(left, limit: Self.concurrency) { await read($0) }
        return findings + listed + single
    }

    private func read(_ question: Question) async -> (ObjectKey, Finding) {
        // The operation may have ended while a list was on its way: nobody waits for thousands of answers any more.
        guard !Task.isCancelled else { return (question.key, .unknown(nil)) }
        do throws(ClientFailure) {
            let call = ObjectCall(
                client: cluster.client.retrying(.never), resource: question.resource, key: question.key)
            let found = try await call.read()
            return (question.key, found.map { .found($0) } ?? .missing(uid: question.known))
        } catch {
            return (question.key, .unknown(error))
        }
    }

    /// Answers by lists what can be answered so.
    ///
    /// - Returns: The answers, and the questions that are left: what a list does not show may bear another label, and
    ///   who may read may not be allowed to list.
    private func list(_ questions: [Question]) async -> ([(ObjectKey, Finding)], left: [Question]) {
        let groups = Dictionary(grouping: questions) {
            Place(resource: $0.resource, namespace: $0.resource.isNamespaced ? $0.key.namespace : "")
        }
        let places = groups.keys.filter { groups[$0, default: []].count >= Self.listingPays }
        let lists = await concurrently(places, limit: Self.concurrency) { await list($0) }
        let shown = Dictionary(uniqueKeysWithValues: zip(places, lists))
        var findings: [(ObjectKey, Finding)] = []
        var left: [Question] = []
        for (place, members) in groups {
            for question in members {
                if let found = shown[place]??[question.key] {
                    findings.append((question.key, .found(found)))
                } else {
                    left.append(question)
                }
            }
        }
        return (findings, left)
    }

    /// The application's objects in a place; `nil` where they cannot be listed.
    private func list(_ place: Place) async -> [ObjectKey: KubeObject]? {
        do throws(ClientFailure) {
            let list = try await cluster.client.retrying(.never).list(
                place.resource, namespace: place.namespace,
                options: APIRequest.ListOptions(labelSelector: tracking.labelSelector))
            return Dictionary(list.items.map { ($0.key, $0) }) { first, _ in first }
        } catch {
            // Whatever is in the way of a list shows itself again when the objects are asked for one by one.
            return nil
        }
    }
}
