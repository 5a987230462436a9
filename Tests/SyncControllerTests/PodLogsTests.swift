import KubeClient
import KubeCore
import SyncController
import TestSupport
import Testing

@Suite("logs of Pods", .onEachServer, .timeLimit(.minutes(1)))
struct PodLogsTests {
    @Test(
        "C29 a Pod that no node has yet has written nothing, and that is no error", arguments: [false, true])
    func unscheduled(_ follows: Bool) async throws {
        try await Sandbox.with { sandbox in
            let pod = KubeObject([
                "apiVersion": "v1", "kind": "Pod",
                "metadata": ["name": "waits", "namespace": .string(sandbox.namespace)],
                "spec": [
                    "schedulerName": "nobody", "automountServiceAccountToken": false,
                    "containers": [["name": "main", "image": "busybox", "command": ["true"]]],
                ],
            ])
            let made = try await sandbox.client.create(pod, as: .pods)
            var query = PodLogs.Query()
            query.follows = follows
            var lines: [String] = []
            try await PodLogs(sandbox.client).read(made, query) { lines.append($0) }
            #expect(lines == [])
        }
    }
}
