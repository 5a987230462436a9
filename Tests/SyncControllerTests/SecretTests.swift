import Foundation
import KubeClient
import KubeCore
import SyncController
import SyncEngine
import TestSupport
import Testing

/// I8: a Secret that the API server refuses is told of without a word of what it holds.
@Suite(
    "Refused Secrets", .onEachServer, .timeLimit(.minutes(2)))
struct SecretTests {
    /// A Secret that kube-apiserver refuses, and what must not be said.
    struct Refused: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var fields: JSONObject
        /// Shows which fields the message may name.
        var values: [String]
    }

    private static func encoded(_ text: String) -> String { Data(text.utf8).base64EncodedString() }

    static let secrets: [Refused] = {
        let word = "hunter2-correct-horse"
        let long = String(repeating: "battery-staple ", count: 100_000)
        return [
            Refused(
                testDescription: "data that is no base64",
                fields: ["data": ["password": .string(word + "!")]],
                values: [word]),
            Refused(
                testDescription: "data with a line that is no base64",
                fields: ["data": ["password": "hunter2 correct\\nhorse \"battery\""]],
                values: ["hunter2", "horse", "battery"]),
            Refused(
                testDescription: "a map for a value",
                fields: ["data": ["password": ["inner": .string(word)]]],
                values: [word]),
            Refused(
                testDescription: "a list for data", fields: ["data": [.string(word), .string(word)]],
                values: [word]),
            Refused(
                testDescription: "text for data", fields: ["data": .string(word)], values: [word]),
            Refused(
                testDescription: "a number in stringData", fields: ["stringData": ["pin": 4_711_008_150]],
                values: ["4711008150"]),
            Refused(
                testDescription: "a short number in stringData", fields: ["stringData": ["pin": 4711]],
                values: ["4711"]),
            Refused(
                testDescription: "a number in data", fields: ["data": ["pin": 47_110_815]],
                values: ["47110815"]),
            Refused(
                testDescription: "too large", fields: ["data": ["password": .string(encoded(long))]],
                values: ["battery-staple"]),
            Refused(
                testDescription: "too large as text", fields: ["stringData": ["password": .string(long)]],
                values: ["battery-staple"]),
            Refused(
                testDescription: "a key that is none",
                fields: ["data": ["pass word!": .string(encoded(word))]], values: [word]),
            Refused(
                testDescription: "a docker configuration that is no JSON",
                fields: [
                    "type": "kubernetes.io/dockerconfigjson",
                    "data": [".dockerconfigjson": .string(encoded("{\"auths\": " + word))],
                ], values: [word]),
            Refused(
                testDescription: "a certificate without a key",
                fields: ["type": "kubernetes.io/tls", "data": ["tls.crt": .string(encoded(word))]],
                values: [word]),
            Refused(
                testDescription: "a value where a label should be",
                fields: [
                    "data": ["password": .string(encoded(word))],
                    "metadata": ["name": "credentials", "labels": ["bad": .string(encoded(word + "/=?"))]],
                ], values: [word]),
        ]
    }()

    @Test(
        "I8 nothing that it holds is shown", arguments: secrets,
        [SyncRequest.Validation.server, SyncRequest.Validation.none])
    func refused(_ secret: Refused, _ validation: SyncRequest.Validation) async throws {
        try await Sandbox.with { sandbox in
            var json: JSONObject = [
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "credentials"],
            ]
            for member in secret.fields.members { json[member.key] = member.value }
            var request = sandbox.request()
            request.validation = validation
            var shown: String
            do {
                let progress = try await sandbox.sync([KubeObject(json)], request)
                #expect(progress.operation.phase == .failed)
                shown = progress.operation.json.text
                if validation == .none {
                    print(
                        "I8 \(secret.testDescription): \(progress.operation.syncResult.resources.map(\.message))"
                    )
                }
            } catch {
                shown = "\(error)"
                print("I8 \(secret.testDescription), thrown: \(shown)")
            }
            for value in secret.values {
                let hidden = [
                    value, SecretTests.encoded(value), String(SecretTests.encoded(value).prefix(12)),
                ]
                for text in hidden { #expect(!shown.contains(text), "\(shown)") }
            }
            #expect(shown.contains("credentials"), "whoever reads it must know which one: \(shown)")
        }
    }

    @Test("I8 where nothing is quoted, the server's own words are shown")
    func harmless() async throws {
        try await Sandbox.with { sandbox in
            let secret = KubeObject([
                "apiVersion": "v1", "kind": "Secret", "metadata": ["name": "credentials"],
                "data": ["pass word!": .string(SecretTests.encoded("hunter2-correct-horse"))],
            ])
            let progress = try await sandbox.sync([secret])
            let message = progress.operation.syncResult.resources.first?.message ?? ""
            #expect(message.contains("a valid config key must consist of"), "\(message)")
        }
    }
}
