import Foundation
import KubeClient
import KubeCore
import Testing

/// What happens to requests while a real API server is stopped; `SYNCCTL_TEST_APISERVER_PID` names its
/// process.
@Suite(
    "a real API server that stops answering",
    .enabled(
        if: LiveCluster.isThere && ProcessInfo.processInfo.environment["SYNCCTL_TEST_APISERVER_PID"] != nil,
        "SYNCCTL_TEST_APISERVER_PID names no process"), .serialized)
struct LiveFaultTests {
    private static let process = ProcessInfo.processInfo.environment["SYNCCTL_TEST_APISERVER_PID"].flatMap {
        pid_t($0)
    }

    @Test(
        "I6 after three requests without an answer the connection is given up, and a new one works",
        .timeLimit(.minutes(1)))
    func frozen() async throws {
        let process = try #require(Self.process)
        var limits = TransportLimits()
        limits.connectTimeout = .milliseconds(500)
        let transport = try CurlTransport(LiveCluster.connection(), limits: limits)
        let version = HTTPRequest(method: .get, target: "/version", timeout: .milliseconds(300))
        #expect(try await transport.send(version).status == 200)
        var options = APIRequest.ListOptions()
        options.timeoutSeconds = 60
        let watch = try await APIClient(transport: transport).watch(
            APIRequest(.watch(options), LiveCluster.namespaces))
        var events = watch.makeAsyncIterator()
        _ = try await events.next()

        kill(process, SIGSTOP)
        defer { kill(process, SIGCONT) }
        for expected in [TransportFailure.Reason.timedOut, .timedOut, .timedOut, .unreachable] {
            let failure = await #expect(throws: TransportFailure.self) { try await transport.send(version) }
            #expect(failure?.reason == expected)
        }
        // The watch shared the connection.
        let failure = await #expect(throws: TransportFailure.self) { while try await events.next() != nil {} }
        #expect(failure?.reason == .interrupted)

        kill(process, SIGCONT)
        let start = ContinuousClock.now
        let answer = try await transport.send(HTTPRequest(method: .get, target: "/version"))
        print("after the stop: \(answer.status) in \(ContinuousClock.now - start)")
        #expect(answer.status == 200)
    }
}
