import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// A mutating admission webhook that a real API server asks about the ConfigMaps of one namespace: of each it sets
/// `data.value` to `rewritten`.
struct Webhook {
    /// The program that `hack/kube webhook` builds.
    static let program = ProcessInfo.processInfo.environment["SYNCCTL_TEST_WEBHOOK"]
    static let needed: Comment = "needs SYNCCTL_TEST_WEBHOOK, which hack/test sets"

    private static let resource = APIResource(
        kind: GroupVersionKind(
            apiVersion: "admissionregistration.k8s.io/v1", kind: "MutatingWebhookConfiguration"),
        plural: "mutatingwebhookconfigurations", isNamespaced: false, verbs: [])

    /// Runs a test while the webhook is asked.
    static func with(_ sandbox: Sandbox, _ test: () async throws -> Void) async throws {
        let process = Process()
        let input = Pipe()
        let output = Pipe()
        process.executableURL = URL(filePath: try #require(program))
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        defer {
            // It ends with its input.
            try? input.fileHandleForWriting.close()
            process.waitUntilExit()
        }
        var line: [UInt8] = []
        while line.last != UInt8(ascii: "\n") {
            let piece = output.fileHandleForReading.availableData
            try #require(!piece.isEmpty, "the webhook has ended")
            line += piece
        }
        let place = try JSONValue(parsing: line)
        let name = "rewriter-\(sandbox.namespace)"
        let client = sandbox.client
        try await client.patch(
            .merge(["metadata": ["labels": ["rewriter": .string(sandbox.namespace)]]]), of: .namespaces,
            name: sandbox.namespace)
        try await client.create(
            configuration(name, namespace: sandbox.namespace, place: place), as: resource)
        do {
            try await test()
        } catch {
            try await client.delete(resource, name: name)
            throw error
        }
        try await client.delete(resource, name: name)
    }

    private static func configuration(_ name: String, namespace: String, place: JSONValue) -> KubeObject {
        KubeObject([
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration",
            "metadata": ["name": .string(name)],
            "webhooks": [
                [
                    "name": "rewriter.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                    "failurePolicy": "Fail", "clientConfig": place,
                    "namespaceSelector": ["matchLabels": ["rewriter": .string(namespace)]],
                    "rules": [
                        [
                            "apiGroups": [""], "apiVersions": ["v1"], "resources": ["configmaps"],
                            "operations": ["CREATE", "UPDATE"],
                        ]
                    ],
                ]
            ],
        ])
    }
}
