import Foundation
package import Testing

/// The API servers against which tests run.
package enum TestServer: String, CaseIterable, Sendable {
    /// The one in this process.
    case embedded
    /// A real one, with the controllers that make Pods out of Jobs and Deployments, and without a kubelet.
    case real

    /// The one that the running test is for.
    @TaskLocal package static var current = TestServer.embedded

    /// The embedded one always, the real one where the environment names its kubeconfig.
    package static var given: [TestServer] { allCases.filter { $0 == .embedded || kubeconfig != nil } }

    package static let kubeconfig = environment("SYNCCTL_TEST_KUBECONFIG")
    /// The record of all writes that the real one keeps.
    package static let auditLog = environment("SYNCCTL_TEST_AUDIT_LOG")
    package static let realIsNeeded: Comment =
        "needs SYNCCTL_TEST_KUBECONFIG and SYNCCTL_TEST_AUDIT_LOG, which hack/test sets"

    private static func environment(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}

/// Runs each test on one API server after the other.
package struct ServerTrait: TestTrait, SuiteTrait, TestScoping {
    var servers: [TestServer]

    package var isRecursive: Bool { true }

    package func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        for server in servers {
            try await TestServer.$current.withValue(server) {
                // So that a failure tells where it happened.
                try await IssueHandlingTrait.compactMapIssues { issue in
                    var issue = issue
                    issue.comments.append("on the \(server.rawValue) server")
                    return issue
                }
                .provideScope(for: test, testCase: testCase, performing: function)
            }
        }
    }
}

extension Trait where Self == ServerTrait {
    /// On each server that is given.
    package static var onEachServer: Self { ServerTrait(servers: TestServer.given) }

    /// On each server that is given and keeps a record of all writes.
    package static var onEachRecordingServer: Self {
        ServerTrait(servers: TestServer.given.filter { $0 == .embedded || TestServer.auditLog != nil })
    }

    /// On the real one alone; to be combined with a condition that it is given.
    package static var onRealServer: Self { ServerTrait(servers: [.real]) }
}
