import KubeCore
import SystemPackage
import Testing

@testable import SyncSources

@Suite("Credentials of repositories")
struct CredentialsTests {
    private static func secret(_ name: String, _ type: String?, _ data: [String: String]) -> KubeObject {
        var object = KubeObject(["apiVersion": "v1", "kind": "Secret"])
        object.name = name
        object.namespace = "argocd"
        object.setLabel("argocd.argoproj.io/secret-type", type)
        for (field, value) in data { object["data", field] = .string(Base64.encoded(Array(value.utf8))) }
        return object
    }

    private static let all = RepositoryCredentials(secrets: [
        secret(
            "own", "repository", ["url": "https://host/team/own.git", "username": "me", "password": "p-own"]),
        secret("bare", "repository", ["url": "https://host/team/bare", "insecure": "true"]),
        secret("short", "repo-creds", ["url": "https://host", "password": "p-host"]),
        secret("long", "repo-creds", ["url": "https://host/team", "password": "p-team"]),
        secret("slash", "repo-creds", ["url": "https://host/group/", "password": "p-group"]),
        secret("ssh", "repo-creds", ["url": "git@host:team", "sshPrivateKey": "key"]),
        secret(
            "blue", "repository", ["url": "https://host/shared", "password": "p-blue", "project": "blue"]),
        secret("cluster", "cluster", ["url": "https://host/cluster"]),
        secret("none", nil, ["url": "https://x/y"]),
    ])

    @Test(
        "a repository's own Secret goes before templates, a longer template before a shorter",
        arguments: [
            ("https://host/team/own", "", "p-own"), ("https://HOST:443/team/own.git/", "", "p-own"),
            ("https://host/team/bare", "", "p-team"), ("https://host/team/other", "", "p-team"),
            ("https://host/team-b/x", "", "p-host"), ("https://host/x", "", "p-host"),
            ("https://host/group/x", "", "p-group"), ("https://host.evil/team/x", "", nil),
            ("https://host:8443/team/x", "", nil), ("https://evil/https://host/team", "", nil),
            ("git@host:team/x", "", ""), ("ssh://git@host/team/x", "", ""), ("other@host:team/x", "", nil),
            ("git@host:teams/x", "", nil), ("https://host/shared", "blue", "p-blue"),
            ("https://host/shared", "red", "p-host"), ("https://host/shared", "", "p-host"),
        ])
    func choice(_ url: String, _ project: String, _ password: String?) throws {
        let credential = Self.all.credential(for: try RepositoryURL(url), project: project)
        #expect(credential?.password == password)
        if password == "" { #expect(credential?.sshPrivateKey == "key") }
    }

    @Test(
        "a Helm repository gets what has the longest address in front of it, and nothing of a project's own",
        arguments: [
            ("https://host/team/own.git", "p-own"), ("https://host/team/charts", "p-team"),
            ("https://host/charts", "p-host"), ("https://host/shared", "p-host"),
            ("https://host.evil/team", nil), ("https://host/../x", nil), ("oci://host/team", nil),
        ])
    func charts(_ repository: String, _ password: String?) {
        #expect(Self.all.chartCredentials(for: repository)?.password == password)
    }

    @Test("what a template gives keeps what the repository's own Secret says")
    func insecure() throws {
        #expect(Self.all.credential(for: try RepositoryURL("https://host/team/bare"))?.isInsecure == true)
        #expect(Self.all.credential(for: try RepositoryURL("https://host/team/other"))?.isInsecure == false)
    }

    @Test(
        "I8 a Secret that cannot be used is named, with nothing of its data",
        arguments: [
            (["password": "hush"], "has no url"),
            (
                ["url": "https://h/a", "password": "hush\nhush"],
                "password holds a line's end or a control character"
            ),
            (["url": "https://h/a", "username": "hush:x"], "username holds a colon"),
            (
                ["url": "https://h/a", "tlsClientCertData": "hush"],
                "tlsClientCertData and tlsClientCertKey belong together"
            ),
            (
                ["url": "https://h/a", "githubAppID": "hush"],
                "githubAppID is not supported; use password, bearerToken or sshPrivateKey"
            ),
        ])
    func bad(_ data: [String: String], _ problem: String) {
        let read = RepositoryCredentials(secrets: [Self.secret("bad", "repository", data)])
        #expect(read.all.isEmpty)
        #expect(read.problems.map(\.message) == ["credential Secret argocd/bad: \(problem)"])
    }

    @Test("I8 nothing that is printed shows a secret")
    func printing() {
        var credential = RepositoryCredential(url: "https://me:hush@host/a")
        (credential.password, credential.bearerToken, credential.sshPrivateKey) = ("hush", "hush", "hush")
        for text in ["\(credential)", String(reflecting: credential), String(describing: [credential])] {
            #expect(!text.contains("hush"))
        }
        var dumped = ""
        dump(credential, to: &dumped)
        #expect(!dumped.contains("hush"))
    }

    struct Complaint: CustomTestStringConvertible {
        var text: String
        var reason: SourceFailure.Reason
        var testDescription: String { text }
    }

    static let complaints: [Complaint] = [
        Complaint(
            text: "fatal: could not read Username for 'https://h': terminal prompts disabled",
            reason: .unauthorized("fatal: could not read Username for 'https://h': terminal prompts disabled")
        ),
        Complaint(
            text: "git@h: Permission denied (publickey).",
            reason: .unauthorized("git@h: Permission denied (publickey).")),
        Complaint(
            text: "Host key verification failed.\nfatal: Could not read from remote repository.",
            reason: .untrustedServer("fatal: Could not read from remote repository.")),
        Complaint(
            text: "fatal: unable to access 'https://me:x@h/': The requested URL returned error: 302",
            reason: .redirected),
        Complaint(
            text: "fatal: unable to access 'https://me:x@h/': Could not resolve host: h",
            reason: .unreachable("fatal: unable to access 'https://***@h/': Could not resolve host: h")),
        Complaint(
            text: "remote: your token hush is old\nremote: \u{1B}[31mred\nerror: odd",
            reason: .git("remote: your token *** is old; remote:  [31mred; error: odd")),
        Complaint(
            text:
                "fatal: unable to access 'http://h/': Failed to connect to h port 80 after 17 ms: Couldn't connect",
            reason: .unreachable(
                "fatal: unable to access 'http://h/': Failed to connect to h port 80: Couldn't connect")),
        Complaint(text: "", reason: .git("it gave no reason")),
    ]

    @Test("I8 what git says becomes a reason, without secrets and on one line", arguments: complaints)
    func complaint(_ complaint: Complaint) {
        #expect(GitComplaint(text: complaint.text, secrets: ["hush"]).reason == complaint.reason)
    }
}
