import KubeClient
import KubeCore
import SyncController
import SyncSources
import TestSupport
import Testing

/// Whom the controller believes to be the server of a repository.
@Suite("trusted servers", .onEachServer, .timeLimit(.minutes(1)))
struct TrustedServersTests {
    @Test(
        "I3 the ConfigMaps of the namespace count as they are now, and what was known where they can't be read"
    )
    func current() async throws {
        try await Sandbox.with { sandbox in
            let blocked = Latch()
            let wire = Wire(sandbox.cluster.transport) { _ in
                blocked.isOpen ? .fails(.unreachable) : .passes
            }
            let servers = TrustedServers(
                client: APIClient(transport: wire, retry: .never), namespace: sandbox.namespace, age: .zero)
            #expect(await servers.trust == RepositoryTrust())

            try await Self.make(
                "argocd-ssh-known-hosts-cm", ["ssh_known_hosts": "git.test ssh-rsa A"], sandbox)
            try await Self.make("argocd-tls-certs-cm", ["Git.test": "certificate"], sandbox)
            let trust = RepositoryTrust(
                knownHosts: "git.test ssh-rsa A", authorities: ["git.test": "certificate\n"])
            #expect(await servers.trust == trust)

            blocked.open()
            #expect(await servers.trust == trust)
        }
    }

    private static func make(_ name: String, _ data: JSONObject, _ sandbox: Sandbox) async throws {
        try await sandbox.client.create(
            KubeObject([
                "metadata": ["name": .string(name), "namespace": .string(sandbox.namespace)],
                "data": .object(data),
            ]), as: .configMaps)
    }
}
