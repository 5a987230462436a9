import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// Operations that end because of the clock, and such as never begin.
@Suite("operations and their time", .onEachServer, .timeLimit(.minutes(2)))
struct TimeoutTests {
    @Test("S123 an operation that takes too long is terminated, and not tried again")
    func tooLong() async throws {
        try await ControllerSandbox.with(Kubelet { _ in .staysPending }) {
            $0.syncTimeout = .seconds(3)
        } _: { own in
            own.source.push(
                "aaaaaaaa1", [try Manifests.hook("slow", "PreSync"), try Manifests.map("one")])
            try await own.make()
            try await own.patch(
                ["operation": ["sync": [:], "retry": ["limit": 5, "backoff": ["duration": "1s"]]]])
            let after = try await own.wait { $0.operation == nil && $0.status.operation?.phase == .failed }
            let operation = try #require(after.status.operation)
            #expect(
                operation.message == "Operation terminated, triggered by controller sync timeout")
            #expect(operation.retryCount == 0)
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
            try await own.sandbox.waitUntil(.jobs) { $0.isEmpty }
        }
    }

    @Test("S123 the time is over while a retry is waited for, too")
    func tooLongRetry() async throws {
        try await ControllerSandbox.with {
            $0.syncTimeout = .seconds(4)
        } _: { own in
            // A label that no server takes.
            var wrong = try Manifests.map("wrong")
            wrong["metadata", "labels", "a"] = .string("not / a / label")
            own.source.push("aaaaaaaa1", [wrong])
            try await own.make()
            try await own.patch(
                ["operation": ["sync": [:], "retry": ["limit": 5, "backoff": ["duration": "1h"]]]])
            try await own.wait { $0.status.operation?.message.contains("Retrying attempt #1") == true }
            let after = try await own.wait { $0.operation == nil }
            let operation = try #require(after.status.operation)
            #expect(operation.phase == .failed)
            let end = "Operation terminated, triggered by controller sync timeout (retried 1 times)."
            #expect(operation.message == end)
            #expect(operation.retryCount == 1)
        }
    }

    @Test("S122 an operation that waits for a retry ends when somebody wants it to")
    func terminatedRetry() async throws {
        try await ControllerSandbox.with { own in
            try await own.make()
            try await own.patch(
                ["operation": ["sync": [:], "retry": ["limit": 5, "backoff": ["duration": "1h"]]]])
            // There is nothing to render yet.
            try await own.wait { $0.status.operation?.message.contains("Retrying attempt #1") == true }
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.patch(["status": ["operationState": ["phase": "Terminating"]]])
            let after = try await own.wait { $0.operation == nil }
            #expect(after.status.operation?.phase == .failed)
            #expect(after.status.operation?.message == "Operation terminated (retried 1 times).")
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
        }
    }

    @Test(
        "S118 S120 an operation that can't be read is refused with the field that is wrong",
        arguments: [
            (#"{"sync":"now"}"#, "Invalid operation request: operation.sync"),
            (#"{"sync":{"prune":"yes"}}"#, "Invalid operation request: operation.sync.prune"),
            (#"{"info":[]}"#, "Invalid operation request: no operation specified"),
        ])
    func malformed(_ operation: String, _ message: String) async throws {
        try await ControllerSandbox.with { own in
            own.source.push("aaaaaaaa1", [try Manifests.map("one")])
            try await own.make()
            let json = try JSONValue(parsing: Array(operation.utf8))
            do {
                try await own.patch(["operation": json])
            } catch ClientFailure.refused(let failure) where failure.isInvalid {
                // Where the definition's schema is looked at, the API server is the one that refuses.
                return
            }
            let after = try await own.wait { $0.operation == nil && $0.status.operation != nil }
            #expect(after.status.operation?.phase == .error)
            #expect(after.status.operation?.message.hasPrefix(message) == true)
            #expect(try await own.sandbox.object(.configMaps, "one") == nil)
        }
    }
}
