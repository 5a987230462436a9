import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// What the program is to answer to input that cannot be used: the texts stand here, in one place.
///
/// In a message `DIR` stands for the sandbox's folder, `NAMESPACE` for its namespace and
/// `SERVER` for the API server's address; `…` is what may differ from run to run.
struct BadInput {
    var exitCode: Int
    /// On standard error, whole; or, where the operation was begun, its `message`.
    var message: String
    var isInState = false
    /// What is written all the same.
    var writes: [String] = []

    /// Whether this is what was said.
    func isSaid(in text: String) -> Bool {
        var rest = text[...]
        for (index, part) in message.split(separator: "…", omittingEmptySubsequences: false).enumerated() {
            guard let found = rest.firstRange(of: part), index > 0 || found.lowerBound == rest.startIndex
            else {
                return false
            }
            rest = rest[found.upperBound...]
        }
        return rest.isEmpty || message.hasSuffix("…")
    }

    static let noFolder = BadInput(exitCode: 2, message: "error: DIR/missing: no such directory")

    static let tooLarge = BadInput(
        exitCode: 2, message: "error: manifest large.yaml is 200 MiB, the limit is 64 MiB")
}

/// Manifests that cannot be used.
struct BadFolder: CustomTestStringConvertible {
    var testDescription: String
    var files: [String: String]
    var expected: BadInput

    init(_ description: String, _ files: [String: String], _ expected: BadInput) {
        testDescription = description
        self.files = files
        self.expected = expected
    }

    static let all = [
        BadFolder(
            "an empty folder", [:],
            BadInput(
                exitCode: 2,
                message:
                    "error: there are no manifests in DIR (.yaml, .yml, .json); if that is meant, say --allow-empty"
            )),
        BadFolder(
            "a syntax error on line 7 of document 3",
            [
                "broken.yaml": """
                \(Manifest.configMap("a"))---
                \(Manifest.configMap("b"))---
                apiVersion: v1
                kind: ConfigMap
                metadata:
                  name: c
                data:
                  value: "1"
                  other: [1, 2

                """
            ],
            BadInput(
                exitCode: 2,
                message: "error: broken.yaml: syntax error on line 7 of document 3 (line 21 of the file): "
                    + "did not find expected ',' or ']'")),
        BadFolder(
            "two manifests for one object",
            ["a.yaml": Manifest.configMap("a"), "b.yaml": Manifest.configMap("a", value: "2")],
            BadInput(
                exitCode: 0,
                message:
                    "warning: ConfigMap NAMESPACE/a is defined twice: b.yaml, document 1 (line 1) is used, "
                    + "a.yaml, document 1 (line 1) is not",
                writes: ["create configmaps/a"])),
        BadFolder(
            "D9 an unknown hook value",
            ["hook.yaml": Manifest.job("before", annotations: ["hook": "BeforeSync"])],
            BadInput(
                exitCode: 2,
                message: "error: hook.yaml, document 1 (line 1): batch/Job NAMESPACE/before: annotation "
                    + "argocd.argoproj.io/hook has the unknown value \"BeforeSync\"; expected one or more of PreSync, "
                    + "Sync, PostSync, SyncFail, Skip, PreDelete, PostDelete (--lenient-annotations ignores such values)"
            )),
        BadFolder(
            "D9 a wave that is no number",
            ["a.yaml": Manifest.configMap("a", annotations: ["sync-wave": "abc"])],
            BadInput(
                exitCode: 2,
                message: "error: a.yaml, document 1 (line 1): ConfigMap NAMESPACE/a: annotation "
                    + "argocd.argoproj.io/sync-wave has the unknown value \"abc\"; expected a whole number such as -1, 0 "
                    + "or 5 (--lenient-annotations ignores such values)")),
        BadFolder(
            "an object without kind",
            ["a.yaml": "apiVersion: v1\nmetadata:\n  name: a\n"],
            BadInput(exitCode: 2, message: "error: a.yaml, document 1 (line 1): object without kind")),
        BadFolder(
            "S36 a kind that the API server does not know",
            ["a.yaml": "apiVersion: example.com/v1\nkind: Castle\nmetadata:\n  name: a\n"],
            BadInput(
                exitCode: 1,
                message: "one or more synchronization tasks are not valid: the server does not know "
                    + "example.com/Castle in version v1; is its CustomResourceDefinition installed?",
                isInState: true)),
        BadFolder(
            "I6 a billion laughs",
            ["laughs.yaml": billionLaughs],
            BadInput(
                exitCode: 2,
                message:
                    "error: laughs.yaml: refused on line 5 of document 1: the document contains excessive aliasing"
            )),
    ]

    /// Nine levels of ten aliases each: a billion words if they were written out.
    private static let billionLaughs =
        "a0: &a0 laugh\n"
        + (1...9).map { level in
            "a\(level): &a\(level) [\(Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", "))]\n"
        }.joined()
}

extension Ending {
    /// Checks that the program ended with that message and exit code, and wrote nothing else.
    func check(_ expected: BadInput, _ sandbox: Sandbox) async throws {
        #expect(exitCode == expected.exitCode, "\(self)")
        let words = expected.isInState ? try state["message"]?.string ?? "" : errors
        let known = words.replacing(sandbox.folder.path(), with: "DIR")
            .replacing(sandbox.namespace, with: "NAMESPACE")
            .replacing(sandbox.cluster.connection.server, with: "SERVER")
            .trimmingCharacters(in: .newlines)
        #expect(expected.isSaid(in: known), "expected: \(expected.message)\n   found: \(known)")
        #expect(try await sandbox.record() == expected.writes)
    }
}
