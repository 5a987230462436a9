import Foundation
import KubeClient
import KubeCore
import KubeYAML
import Subprocess
import TestSupport
import Testing

@testable import syncctl

/// `syncctl install`, as a process.
@Suite("Install", .onEachServer, .timeLimit(.minutes(3)))
struct InstallTests {
    @Test("again changes nothing; an own image is an upgrade; what people changed on purpose stays")
    func again() async throws {
        try await Installed.with { place in
            let again = try await place.install()
            #expect(again.exitCode == 0, "\(again)")
            #expect(!again.output.contains(" created") && !again.output.contains(" configured"), "\(again)")
            let upgrade = try await place.install("--image", "registry.example/syncctl:2")
            #expect(
                upgrade.output.contains("apps/Deployment \(place.namespace)/syncctl-controller configured"),
                "\(upgrade)")
            #expect(
                upgrade.output.contains("AppProject \(place.namespace)/default is there already"),
                "\(upgrade)")
            let deployment = try await place.client.get(
                .deployments, namespace: place.namespace, name: "syncctl-controller")
            let containers = deployment?["spec", "template", "spec", "containers"]?.array
            #expect(containers?.first?["image"] == "registry.example/syncctl:2")
        }
    }

    @Test("a field that somebody else has set is theirs, until it is taken by force")
    func conflicts() async throws {
        try await Installed.with { place in
            try await place.client.patch(
                .merge(["spec": ["replicas": 3]]), of: .deployments, namespace: place.namespace,
                name: "syncctl-controller")
            let refused = try await place.install()
            #expect(refused.exitCode == 5, "\(refused)")
            #expect(refused.errors.contains(".spec.replicas"), "\(refused)")
            #expect(refused.errors.contains("--force-conflicts"), "\(refused)")
            let forced = try await place.install("--force-conflicts")
            #expect(forced.exitCode == 0, "\(forced)")
        }
    }

    @Test("a dry run checks and writes nothing, also where the namespace is not there yet")
    func dryRun() async throws {
        try await Installed.with { place in
            let there = try await place.install("--dry-run", "--image", "other:1")
            #expect(there.exitCode == 0, "\(there)")
            #expect(there.output.contains("syncctl-controller configured (dry run)"), "\(there)")
            let again = try await place.install("--dry-run")
            #expect(!again.output.contains("configured"), "\(again)")

            let other = Installed(cluster: place.cluster, namespace: "\(place.namespace)-x")
            let missing = try await other.install("--dry-run")
            #expect(missing.exitCode == 0, "\(missing)")
            #expect(missing.output.contains("Namespace \(other.namespace) created (dry run)"), "\(missing)")
            #expect(missing.output.contains("created, not checked by the server"), "\(missing)")
            #expect(try await place.client.get(.namespaces, name: other.namespace) == nil)
        }
    }

    @Test("namespaced: rights in the namespaces that were named, and none in the cluster")
    func namespaced() async throws {
        try await Installed.with { destination in
            let place = Installed(cluster: destination.cluster, namespace: "\(destination.namespace)-n")
            let ending = try await place.install("--namespaced", "--destination", destination.namespace)
            #expect(ending.exitCode == 0, "\(ending)")
            #expect(
                ending.output.contains("RoleBinding \(destination.namespace)/syncctl-destination created"),
                "\(ending)")
            #expect(!ending.output.contains("/ClusterRole"), "\(ending)")
            let binding = try await place.client.get(
                .clusterRoleBindings, name: "syncctl-controller-\(place.namespace)")
            #expect(binding == nil)
            try await place.client.delete(.namespaces, name: place.namespace)
        }
    }

    @Test(
        "a namespace that is not there is named; what waits too long ends with 4; --destination needs --namespaced"
    )
    func failures() async throws {
        try await Installed.with { place in
            let missing = try await place.install("--namespaced", "--destination", "no-such-namespace")
            #expect(missing.exitCode == 1, "\(missing)")
            #expect(missing.errors.contains("no-such-namespace"), "\(missing)")
            // Nobody runs the Deployment's Pods here.
            let late = try await place.install("--wait", "--timeout", "1s")
            #expect(late.exitCode == 4, "\(late)")
            #expect(late.errors.contains("apps/Deployment"), "\(late)")
            let usage = try await place.install("--destination", "x")
            #expect(usage.exitCode == 2, "\(usage)")
        }
    }

    @Test("--wait ends when the controller is available")
    func wait() async throws {
        try await Installed.with { place in
            try await withThrowingTaskGroup { group in
                group.addTask { try await Kubelet.healthy.run(in: place.namespace, of: place.client) }
                let ending = try await place.install("--wait", "--timeout", "2m")
                #expect(ending.exitCode == 0, "\(ending)")
                #expect(ending.output.hasSuffix("syncctl-controller is available\n"), "\(ending)")
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}

/// The manifests that the program carries, without a server.
@Suite("Installation")
struct InstallationTests {
    @Test("another namespace is meant wherever the manifests say argocd")
    func namespace() throws {
        var installation = Installation()
        installation.namespace = "tools"
        for part in try installation.parts() {
            let text = JSONValue.object(part.object.json).text
            #expect(!text.contains(#""argocd""#), "\(part.object.key)")
        }
    }

    @Test(
        "the controller is told the namespaces in which it has rights",
        arguments: [
            (Installation.Reach.everywhere, [String]()),
            (.namespaces([]), ["--destination-namespace", "argocd"]),
            (.namespaces(["a", "b"]), ["--destination-namespace", "a", "--destination-namespace", "b"]),
        ])
    func arguments(reach: Installation.Reach, more: [String]) throws {
        var installation = Installation()
        installation.reach = reach
        let deployment = try #require(try installation.parts().last?.object)
        let container = deployment["spec", "template", "spec", "containers"]?.array?.first
        #expect(
            container?["args"]?.array?.compactMap(\.string) == ["controller", "--loglevel", "info"] + more)
    }

    @Test("the image bears the program's version")
    func image() throws {
        let deployment = try #require(try Installation().parts().last?.object)
        #expect(deployment.kind == "Deployment")
        let containers = deployment["spec", "template", "spec", "containers"]?.array
        #expect(containers?.map { $0["image"] } == [.string("syncctl:\(Version.text)")])
    }

    @Test(
        "kubectl makes the same of the overlays, but for the project that it would overwrite",
        .enabled(if: Kubectl.path != nil, "needs kubectl, or SYNCCTL_TEST_KUBECTL"),
        arguments: [
            ("cluster-wide", Installation.Reach.everywhere, false), ("namespaced", .namespaces([]), false),
            ("webhook", .everywhere, true),
        ])
    func kustomize(overlay: String, reach: Installation.Reach, hearsPushes: Bool) async throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../manifests/overlays/\(overlay)").standardized
        let result = try await Subprocess.run(
            .name("env"), arguments: [Kubectl.path ?? "kubectl", "kustomize", folder.path()],
            output: .string(limit: 16 << 20), error: .string(limit: 16 << 20))
        #expect(result.terminationStatus.isSuccess, "\(result.standardError)")
        let theirs = try YAMLStream.documents(in: Array(result.standardOutput.utf8)).map(\.value)
        var installation = Installation()
        installation.reach = reach
        installation.hearsPushes = hearsPushes
        let ours = try installation.parts().map(\.object).filter { $0.kind != "AppProject" }
        #expect(Set(theirs) == Set(ours.map { JSONValue.object($0.json) }))
        #expect(theirs.count == ours.count)
    }
}
