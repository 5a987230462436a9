import Foundation
import KubeCore
import SyncEngine
import Testing

/// A real API server, by kubectl: where the tests of the comparison find out whether it tells the truth.
///
/// The kubeconfig's path stands in `SYNCCTL_TEST_KUBECONFIG`; without it those tests are skipped. kubectl is looked for
/// on the path, unless `SYNCCTL_TEST_KUBECTL` names one.
struct CompareKubectl: Sendable {
    struct Refusal: Error, CustomStringConvertible {
        var description: String
    }

    static let manager = "syncctl"
    static let kubeconfig = ProcessInfo.processInfo.environment["SYNCCTL_TEST_KUBECONFIG"]
    static let program = ProcessInfo.processInfo.environment["SYNCCTL_TEST_KUBECTL"] ?? "kubectl"
    static let missing: Comment = "no SYNCCTL_TEST_KUBECONFIG"

    var kubeconfig: String

    init() throws {
        kubeconfig = try #require(Self.kubeconfig)
    }

    /// Applies a manifest as we do, and answers with the object as it then is.
    @discardableResult
    func apply(_ manifest: KubeObject, dryRun: Bool = false) throws -> KubeObject {
        var arguments = ["apply", "--server-side", "--validate=false", "--force-conflicts"]
        arguments += ["--field-manager=\(Self.manager)"]
        if dryRun { arguments.append("--dry-run=server") }
        return try object(arguments, manifest)
    }

    /// The live object of a manifest, and what applying the manifest once more would make of it.
    ///
    /// Controllers write to new objects too (a ServiceAccount gets its token, a Deployment its revision), perhaps
    /// between the two answers. A dry run changes nothing, so a difference that is the manifest's own comes again
    /// every time; only what a controller wrote is gone with the next look.
    func applyingAgain(_ manifest: KubeObject) throws -> (live: KubeObject, again: KubeObject) {
        var pair = (live: try get(manifest), again: try apply(manifest, dryRun: true))
        for _ in 0..<20 where pair.again.comparable != pair.live.comparable {
            pair = (live: try get(manifest), again: try apply(manifest, dryRun: true))
        }
        return pair
    }

    /// Creates or changes an object as `kubectl apply` does by itself.
    func applyClientSide(_ manifest: KubeObject) throws {
        _ = try object(["apply", "--validate=false"], manifest)
    }

    /// Creates an object by an update of that manager.
    func create(_ manifest: KubeObject, manager: String) throws {
        _ = try object(["create", "--validate=false", "--field-manager=\(manager)"], manifest)
    }

    /// The live object of a manifest, in its version.
    func get(_ manifest: KubeObject) throws -> KubeObject {
        try object(["get", "--show-managed-fields"], manifest)
    }

    /// Changes an object by a JSON patch.
    @discardableResult
    func patch(_ object: KubeObject, _ patch: JSONValue, dryRun: Bool = false) throws -> KubeObject {
        var arguments = [
            "patch", "--type=json", "--field-manager=tests", "--show-managed-fields", "-p", patch.text,
        ]
        if dryRun { arguments.append("--dry-run=server") }
        return try self.object(arguments, object)
    }

    /// Removes an object, if it is there.
    func delete(_ object: KubeObject) throws {
        let arguments = ["delete", "--ignore-not-found", "--wait=true", "-f", "-"]
        _ = try run(arguments, JSONValue.object(object.json).serialized())
    }

    private func object(_ arguments: [String], _ manifest: KubeObject) throws -> KubeObject {
        try Self.parse(
            run(arguments + ["-f", "-", "-o", "json"], JSONValue.object(manifest.json).serialized()))
    }

    private static func parse(_ output: [UInt8]) throws -> KubeObject {
        let answer = try JSONValue(parsing: output)
        // kubectl makes a list of what it reads from a file, even if it is one.
        let object = answer["items"]?.array?.first ?? answer
        return KubeObject(try #require(object.object))
    }

    private func run(_ arguments: [String], _ input: [UInt8]) throws -> [UInt8] {
        let folder = FileManager.default.temporaryDirectory
        let file = folder.appending(path: "compare-\(UUID().uuidString).json")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }

        let process = Process()
        let output = Pipe()
        let errors = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = [Self.program, "--kubeconfig", kubeconfig] + arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        process.standardOutput = output
        process.standardError = errors
        try process.run()
        let answer = output.fileHandleForReading.readDataToEndOfFile()
        let problem = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Refusal(description: String(decoding: problem, as: UTF8.self))
        }
        return Array(answer)
    }
}
