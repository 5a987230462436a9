package import KubeClient
package import KubeCore

/// Plays the kubelet in one namespace: says of every Pod that the real controllers make what became of it.
package struct Kubelet: Sendable {
    /// What a Pod comes to.
    package enum Fate: Sendable {
        case succeeds
        case fails
        case becomesReady
        /// It is never heard of.
        case staysPending
    }

    package let fate: @Sendable (KubeObject) -> Fate

    package init(fate: @escaping @Sendable (KubeObject) -> Fate) {
        self.fate = fate
    }

    /// Pods of Jobs succeed, others become ready.
    package static let healthy = Kubelet { $0.job == nil ? .becomesReady : .succeeds }

    /// As ``healthy``, but for the Pods of these Jobs.
    package static func failing(_ jobs: String...) -> Kubelet {
        Kubelet { pod in
            guard let job = pod.job, jobs.contains(job) else { return healthy.fate(pod) }
            return .fails
        }
    }

    /// Works until the task is cancelled.
    package func run(in namespace: String, of client: APIClient) async throws {
        let watch = APIRequest(.watch(APIRequest.ListOptions()), .pods, namespace: namespace)
        do {
            // A server ends a watch after some time; what is there already, a new one shows first.
            while !Task.isCancelled {
                for try await event in try await client.watch(watch) {
                    guard let pod = event.object else { continue }
                    try await report(on: pod, to: client)
                }
            }
        } catch  where Task.isCancelled {
            // The test is over.
        }
    }

    private func report(on pod: KubeObject, to client: APIClient) async throws {
        guard pod["status", "phase"] == "Pending", let status = status(of: pod) else { return }
        do {
            try await client.patch(
                .merge(["status": status]), of: .pods, namespace: pod.namespace, name: pod.name,
                subresource: "status")
        } catch  where error.isNotFound {
            // Deleted in the meantime: as with a real kubelet, nobody asks any more.
        }
    }

    private func status(of pod: KubeObject) -> JSONValue? {
        switch fate(pod) {
        case .succeeds: ["phase": "Succeeded"]
        case .fails: ["phase": "Failed"]
        case .becomesReady: ["phase": "Running", "conditions": [["type": "Ready", "status": "True"]]]
        case .staysPending: nil
        }
    }
}

extension KubeObject {
    /// The Job that a Pod works for.
    fileprivate var job: String? { label("job-name") }
}
