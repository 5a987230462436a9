import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// What charts are told of the cluster.
@Suite(
    "Charts and the cluster", .onEachServer, .enabled(if: !Renderer.helm.isMissing, Renderer.helm.comment),
    .timeLimit(.minutes(3)))
struct ChartTests {
    private static let template = """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: seen}
        data:
          version: {{ .Capabilities.KubeVersion.Version }}
          deployments: {{ .Capabilities.APIVersions.Has "apps/v1/Deployment" | quote }}
          nodes: {{ .Capabilities.APIVersions.Has "example.com/v1" | quote }}
          namespace: {{ .Release.Namespace }}

        """

    private func write(to folder: URL) throws {
        try FileManager.default.createDirectory(
            at: folder.appending(path: "templates"), withIntermediateDirectories: true)
        try Data("apiVersion: v2\nname: seen\nversion: 1.0.0\nkubeVersion: '>=1.16.0'\n".utf8)
            .write(to: folder.appending(path: "Chart.yaml"))
        try Data(Self.template.utf8).write(to: folder.appending(path: "templates/seen.yaml"))
    }

    @Test("a chart sees the version of the cluster and what it serves, unless it is told another")
    func versions() async throws {
        try await Sandbox.with { sandbox in
            try write(to: sandbox.folder)
            let version = try await sandbox.serverVersion()
            let own = try await sandbox.sync(
                [], from: sandbox.folder, environment: Renderer.environment)
            #expect(own.exitCode == 0, "\(own)")
            let seen = try #require(try await sandbox.object(.configMaps, "seen"))["data"]
            #expect(
                seen == [
                    "version": .string("v\(version)"), "deployments": "true", "nodes": "false",
                    "namespace": .string(sandbox.namespace),
                ])
            let other = try await sandbox.manifests(
                ["--local", sandbox.folder.path(), "--kube-version=1.99.0", "--api-versions=example.com/v1"])
            let told = try #require(try other.state["items"]?.array?.first)["data"]
            #expect(told?["version"] == "v1.99.0")
            #expect(told?["nodes"] == "true")
        }
    }

    @Test("also a chart of a repository sees them")
    func repository() async throws {
        try await Sandbox.with { sandbox in
            let git = GitExample(folder: sandbox.place.appending(path: "repository"))
            _ = try await git.make(tag: "v1.0.0")
            try write(to: git.folder.appending(path: "seen"))
            _ = try await git.change("seen/values.yaml", "", tag: "v1.1.0")
            let ending = try await sandbox.sync(
                repository: ["--repo", "file://\(git.folder.path())", "--path", "seen", "--revision", "main"])
            #expect(ending.exitCode == 0, "\(ending)")
            let version = try await sandbox.serverVersion()
            let seen = try #require(try await sandbox.object(.configMaps, "seen"))["data"]
            #expect(seen?["version"] == .string("v\(version)"))
        }
    }
}

extension Sandbox {
    /// As `1.20.2`, whatever stands behind it.
    fileprivate func serverVersion() async throws -> String {
        let answer = try await cluster.client.send(HTTPRequest(method: .get, target: "/version"), .reading)
        let text = try #require(try JSONValue(parsing: answer.body)["gitVersion"]?.string)
        return String(text.dropFirst().prefix { $0.isNumber || $0 == "." })
    }
}
