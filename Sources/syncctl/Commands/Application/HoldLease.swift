import KubeClient
import KubeCore
import KubeRuntime

/// The Lease that a process holds while it runs an Application's operation itself, as people need to know of it.
struct HoldLease {
    var client: APIClient
    var namespace: String
    var name: String

    /// Says who holds it, or that we may not have it.
    func check() async throws {
        do throws(ClientFailure) {
            let record = try await read().map { LeaseRecord($0) }
            guard let record, !record.holder.isEmpty else { return }
            Console.error("waiting until \(record.holder), which syncs it, has ended or is gone")
        } catch {
            guard error.refusal?.isForbidden == true else { throw error }
            throw forbidden
        }
    }

    /// Why it could not be had.
    func failure(_ application: AppName) async -> CommandFailure {
        // Where it cannot be read either, the right to write is what is missing.
        let holder = (try? await read()).map { LeaseRecord($0).holder } ?? ""
        guard !holder.isEmpty else { return forbidden }
        return CommandFailure(
            .guarded,
            "another operation is already in progress: \(holder) syncs application '\(application)'; wait for its end, or end it by `syncctl app terminate-op \(application)`"
        )
    }

    /// Takes it away where nobody holds it.
    func remove() async {
        var options = APIRequest.DeleteOptions()
        do throws(ClientFailure) {
            guard let lease = try await read(), LeaseRecord(lease).holder.isEmpty else { return }
            options.uid = lease.uid
            options.resourceVersion = lease.resourceVersion
            try await client.delete(LeaseRecord.resource, namespace: namespace, name: name, options: options)
        } catch {
            // Somebody holds it by now, or it is gone; an empty one that stays is in nobody's way.
        }
    }

    private func read() async throws(ClientFailure) -> KubeObject? {
        try await client.get(LeaseRecord.resource, namespace: namespace, name: name)
    }

    private var forbidden: CommandFailure {
        CommandFailure(
            .unavailable,
            "the Lease \(namespace)/\(name), which keeps two syncs of one Application apart, may not be had: the verbs get, list, watch, create and update for leases (coordination.k8s.io) in namespace \(namespace) are needed"
        )
    }
}
