import Foundation
import KubeClient
import KubeCore
import KubeServer
import Testing

/// The same requests, on the embedded server always and on a real one where there is one.
@Suite("contract")
struct ContractTests {
    static let kubeconfig = ProcessInfo.processInfo.environment["SYNCCTL_TEST_KUBECONFIG"]

    /// One connection for all sequences.
    static let transport = Result {
        try CurlTransport(
            KubeConfig(path: kubeconfig, environment: [:]).connection(), userAgent: "contract/1")
    }

    @Test("I11 the suite is there: at least 150 requests")
    func size() {
        #expect(ContractSequence.all.map(\.steps.count).reduce(0, +) >= 150)
    }

    @Test("I11 the embedded server answers as kube-apiserver answered", arguments: ContractSequence.all)
    func embedded(_ sequence: ContractSequence) async throws {
        let server = KubeServer(
            clock: ContinuousClock(), startingAt: Timestamp(seconds: 1_795_000_000), simulation: .none,
            seed: 7)
        try await ContractRunner(transport: server, patience: 1).run(sequence, allowsDifferences: true)
    }

    @Test(
        "I11 kube-apiserver still answers so",
        .enabled(if: kubeconfig != nil, "needs SYNCCTL_TEST_KUBECONFIG"),
        .serialized, arguments: ContractSequence.all)
    func real(_ sequence: ContractSequence) async throws {
        let transport = try Self.transport.get()
        try await ContractRunner(transport: transport, patience: 100).run(sequence, allowsDifferences: false)
    }
}
