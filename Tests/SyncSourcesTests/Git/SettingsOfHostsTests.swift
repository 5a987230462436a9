import Foundation
import KubeCore
import SyncSources
import Testing

/// What Secrets and ConfigMaps say of git hosts.
@Suite("Settings of git hosts")
struct SettingsOfHostsTests {
    private static func object(_ name: String, _ data: JSONObject) -> KubeObject {
        KubeObject(["metadata": ["name": .string(name), "namespace": "argocd"], "data": .object(data)])
    }

    private static func encoded(_ text: String) -> JSONValue {
        .string(Data(text.utf8).base64EncodedString())
    }

    @Test("each host has a secret of its own, and none that was not set")
    func secrets() {
        let secrets = WebhookSecrets(
            secret: Self.object(
                "argocd-secret",
                [
                    "webhook.github.secret": Self.encoded("one"), "webhook.gogs.secret": Self.encoded("two"),
                    "webhook.gitlab.secret": Self.encoded(""), "server.secretkey": Self.encoded("three"),
                ]))
        #expect(GitHost.allCases.map { secrets[$0] } == ["one", nil, "two", nil])
        #expect(secrets.problems.isEmpty)
        #expect(GitHost.allCases.allSatisfy { WebhookSecrets()[$0] == nil })
    }

    @Test("a secret that is not text is none, and is told of without its data", arguments: ["%%%", "/w=="])
    func bad(_ data: String) throws {
        let secrets = WebhookSecrets(
            secret: Self.object(
                "argocd-secret",
                [
                    "webhook.github.secret": .string(data),
                    "webhook.bitbucketserver.secret": Self.encoded("good"),
                ]))
        #expect(secrets[.github] == nil)
        #expect(secrets[.bitbucket] == "good")
        let problem = try #require(secrets.problems.first).description
        #expect(problem.contains("argocd/argocd-secret") && problem.contains("webhook.github.secret"))
        #expect(!problem.contains(data))
    }

    @Test("I8 nothing that is printed shows a secret")
    func printing() {
        let secrets = WebhookSecrets(
            secret: Self.object("argocd-secret", ["webhook.github.secret": Self.encoded("hidden-1")]))
        var dumped = ""
        dump(secrets, to: &dumped)
        for text in ["\(secrets)", String(reflecting: secrets), dumped] {
            #expect(!text.contains("hidden-1"))
        }
    }

    @Test("keys of ssh servers and authorities of hosts, whatever way the host is written")
    func trust() {
        let trust = RepositoryTrust(
            hostKeys: Self.object("argocd-ssh-known-hosts-cm", ["ssh_known_hosts": "git.test ssh-rsa A\n"]),
            certificates: Self.object(
                "argocd-tls-certs-cm", ["Git.Test": "one", "other.test": "two\n", "empty.test": ""]))
        #expect(trust.knownHosts == "git.test ssh-rsa A\n")
        #expect(trust.authorities == ["git.test": "one\n", "other.test": "two\n"])
        #expect(RepositoryTrust(hostKeys: nil, certificates: nil) == RepositoryTrust())
    }
}
