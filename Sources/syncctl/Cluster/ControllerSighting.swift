import KubeClient
import KubeCore
import KubeRuntime

/// Looks whether a controller is alive: whether one of its Leases is being renewed.
struct ControllerSighting {
    private let client: APIClient
    private let namespace: String
    private let clock = ContinuousClock()

    init(_ client: APIClient, _ namespace: String) {
        self.client = client
        self.namespace = namespace
    }

    /// What the names of its Leases begin with.
    static let lease = "syncctl-controller"

    /// Looks for as long as a controller that is gone could still hold a Lease.
    ///
    /// - Returns: Who leads; `nil` where nobody does, or Leases may not be read.
    /// - Throws: ``KubeClient/ClientFailure``.
    func look() async throws -> String? {
        let first = try await held()
        guard let longest = first.values.map(\.duration).max() else { return nil }
        let end = clock.now + longest + .seconds(1)
        while clock.now < end {
            try await clock.sleep(for: .seconds(1))
            let now = try await held()
            // Another renewal, or another holder: both are written by somebody who lives.
            if let alive = now.first(where: { first[$0.key] != $0.value }) { return alive.value.holder }
        }
        return nil
    }

    private func held() async throws -> [String: LeaseRecord] {
        let leases: [KubeObject]
        do throws(ClientFailure) {
            leases = try await client.list(LeaseRecord.resource, namespace: namespace).items
        } catch {
            guard error.refusal?.isForbidden == true else { throw error }
            return [:]
        }
        let records = leases.filter { $0.name.hasPrefix(Self.lease) }.map { ($0.name, LeaseRecord($0)) }
        return Dictionary(records.filter { !$0.1.holder.isEmpty }) { first, _ in first }
    }
}
