import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// What a controller reads as its namespace's Secrets and ConfigMaps say, from real servers.
@Suite("The controller and repositories on servers", .onEachServer, .timeLimit(.minutes(5)))
struct ControllerRepositoryTests {
    private static let wantsSecret = "argocd.argoproj.io/secret-type: repository"

    @Test(
        "I8 a repository over TLS is closed until a Secret opens it, and nothing of the Secret is shown",
        .enabled(if: TLSFront.isThere, TLSFront.isNeeded), arguments: [true, false])
    func overTLS(_ wantsCertificate: Bool) async throws {
        try await Sandbox.with { sandbox in
            let root = sandbox.place.appending(path: "served")
            try FileManager.default.createDirectory(at: root, withIntermediateDirectories: true)
            _ = try await GitExample(folder: root.appending(path: "examples")).make(tag: "v1.0.0")
            let password = "s3cret\(UInt64.random(in: .min ... .max))"
            let leaks = Leaks([password])
            try await GitBackend.serve(
                root.path(), password: password,
                noting: { _ in leaks.look() }
            ) { origin in
                try await TLSFront.serve(
                    origin, in: sandbox.place.appending(path: "tls").path(),
                    wantingCertificate: wantsCertificate
                ) { front in
                    let url = "\(front.address)/examples"
                    try await sandbox.makeMap("argocd-tls-certs-cm", ["127.0.0.1": front.authority])
                    var secret = ["type": "repository", "url": url]
                    if wantsCertificate {
                        (secret["username"], secret["password"]) = ("token", password)
                        (secret["tlsClientCertData"], secret["tlsClientCertKey"]) = (
                            front.certificate, front.key
                        )
                    } else {
                        secret["bearerToken"] = password
                    }
                    let keyLines = front.key.split(separator: "\n").map(String.init).filter {
                        !$0.hasPrefix("-")
                    }
                    // Who has no certificate does not even come to be asked for a password.
                    try await expectOpened(
                        url, by: secret, saying: wantsCertificate ? "unable to access" : Self.wantsSecret,
                        hiding: keyLines + [password], in: sandbox)
                }
            }
            #expect(leaks.seen == [])
        }
    }

    @Test(
        "I8 a repository over SSH is closed until a Secret opens it, and nothing of the Secret is shown",
        .enabled(if: SSHServer.isThere, SSHServer.isNeeded))
    func overSSH() async throws {
        try await Sandbox.with { sandbox in
            let example = GitExample(folder: sandbox.place.appending(path: "examples"))
            _ = try await example.make(tag: "v1.0.0")
            try await SSHServer.serve(in: sandbox.place.appending(path: "sshd").path()) { server in
                let url = server.address(of: example.folder.path())
                try await sandbox.makeMap("argocd-ssh-known-hosts-cm", ["ssh_known_hosts": server.hostLine])
                let lines = server.userKey.split(separator: "\n").map(String.init).filter {
                    !$0.hasPrefix("-")
                }
                try await expectOpened(
                    url, by: ["type": "repository", "url": url, "sshPrivateKey": server.userKey],
                    saying: Self.wantsSecret, hiding: lines, in: sandbox)
            }
        }
    }

    /// Runs a controller: it says that the repository is closed, and syncs it when the Secret is there.
    private func expectOpened(
        _ url: String, by secret: [String: String], saying words: String, hiding hidden: [String],
        in sandbox: Sandbox
    ) async throws {
        try await Definitions.install(sandbox.cluster.client)
        let log = sandbox.place.appending(path: "controller.log").path()
        try await controller(in: sandbox, log).beside {
            try await sandbox.makeApplication(of: url)
            let closed = try await sandbox.application { status in
                status["conditions"]?.array?.contains { $0["type"] == "ComparisonError" } == true
            }
            let problem = closed["conditions"]?.array?.first { $0["type"] == "ComparisonError" }
            #expect(problem?["message"]?.string?.contains(words) == true, "\(closed.text)")
            #expect(try await sandbox.object(.configMaps, "first") == nil)

            try await sandbox.makeCredentials("repository", secret)
            let opened = try await sandbox.application { status in
                status["sync"]?["status"] == "Synced"
                    && status["operationState"]?["phase"] == "Succeeded"
            }
            #expect(try await sandbox.object(.configMaps, "first") != nil)
            #expect(!hidden.contains { opened.text.contains($0) || closed.text.contains($0) })
        }
        let said = try String(contentsOfFile: log, encoding: .utf8)
        #expect(!said.isEmpty)
        #expect(!hidden.contains { said.contains($0) }, "the log holds what it must not")
    }

    /// It looks often, so that a test need not wait for long.
    private func controller(in sandbox: Sandbox, _ log: String) -> Command {
        let arguments = [
            Program.path, "controller", "--kubeconfig", sandbox.cluster.kubeconfig, "--namespace",
            sandbox.namespace, "--destination-namespace", sandbox.namespace, "--metrics-port", "0",
            "--no-leader-election", "--poll-interval", "1s", "--log-format", "json", "--loglevel", "debug",
            "--cache-dir", sandbox.place.appending(path: "cache").path(),
        ]
        return Command("sh", ["-c", "exec \"$@\" >\(log) 2>&1", "sh"] + arguments)
    }
}

extension Sandbox {
    fileprivate func makeMap(_ name: String, _ data: [String: String]) async throws {
        var fields = JSONObject()
        for (field, value) in data { fields[field] = .string(value) }
        try await cluster.client.create(
            KubeObject([
                "metadata": ["name": .string(name), "namespace": .string(namespace)], "data": .object(fields),
            ]), as: .configMaps)
    }

    /// An Application that is synced whenever something of it changes.
    fileprivate func makeApplication(of url: String) async throws {
        let object = KubeObject([
            "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
            "metadata": ["name": .string(application), "namespace": .string(namespace)],
            "spec": [
                "project": "default",
                "source": ["repoURL": .string(url), "path": "waves", "targetRevision": "main"],
                "destination": [
                    "server": "https://kubernetes.default.svc", "namespace": .string(namespace),
                ],
                "syncPolicy": ["automated": [:]],
            ],
        ])
        try await cluster.client.create(object, as: .applications)
    }

    /// The Application's status, once it is as wanted.
    fileprivate func application(where isWanted: (JSONValue) -> Bool) async throws -> JSONValue {
        let object = try await cluster.client.wait(for: application, .applications, in: namespace) {
            isWanted($0["status"] ?? .null)
        }
        return object["status"] ?? .null
    }
}
