import Testing

@testable import SyncSources

@Suite("Pushes that git hosts tell of")
struct PushEventTests {
    struct Row: CustomTestStringConvertible {
        var host: GitHost
        var fields: [String: String]
        var body: String
        var repositories: [String]
        var references: Set<String>
        var files: Set<String>?
        var testDescription: String { host.rawValue }
    }

    static let rows: [Row] = [
        Row(
            host: .github, fields: ["x-github-event": "push"],
            body: """
                {"ref":"refs/heads/main","forced":false,
                 "repository":{"clone_url":"https://github.com/o/r.git","ssh_url":"git@github.com:o/r.git"},
                 "commits":[{"added":["a"],"removed":["b"],"modified":[]},{"modified":["c"]}]}
                """,
            repositories: ["https://github.com/o/r.git", "git@github.com:o/r.git"],
            references: ["refs/heads/main"], files: ["a", "b", "c"]),
        Row(
            host: .gitlab, fields: ["x-gitlab-event": "Push Hook"],
            body: """
                {"ref":"refs/heads/main","total_commits_count":3,
                 "project":{"git_http_url":"https://gitlab.com/o/r.git","git_ssh_url":"git@gitlab.com:o/r.git"},
                 "commits":[{"added":["a"],"removed":[],"modified":[]}]}
                """,
            repositories: ["https://gitlab.com/o/r.git", "git@gitlab.com:o/r.git"],
            references: ["refs/heads/main"], files: nil),
        Row(
            host: .gitea, fields: ["x-gitea-event": "push", "x-github-event": "push"],
            body: """
                {"ref":"refs/tags/v1","repository":{"clone_url":"https://git.example.com/o/r.git"},"commits":[]}
                """, repositories: ["https://git.example.com/o/r.git"], references: ["refs/tags/v1"],
            files: nil
        ),
        Row(
            host: .bitbucket, fields: ["x-event-key": "repo:push"],
            body: """
                {"repository":{"full_name":"o/r","links":{"html":{"href":"https://bitbucket.org/o/r"}}},
                 "push":{"changes":[{"new":{"type":"branch","name":"main"}},{"new":null,"old":{"type":"tag","name":"v1"}}]}}
                """,
            repositories: [
                "https://bitbucket.org/o/r", "https://bitbucket.org/o/r", "git@bitbucket.org:o/r",
            ],
            references: ["refs/heads/main", "refs/tags/v1"], files: nil),
    ]

    private static func proof(_ host: GitHost, _ body: String, key: String) -> (String, String) {
        let code = MessageCode.make(of: body.utf8, key: Array(key.utf8)).hexadecimal
        return switch host {
        case .github: ("x-hub-signature-256", "sha256=\(code)")
        case .bitbucket: ("x-hub-signature", "sha256=\(code)")
        case .gitea: ("x-gitea-signature", code)
        case .gitlab: ("x-gitlab-token", key)
        }
    }

    private static func read(_ row: Row, body: String? = nil, key: String?) -> Result<
        PushEvent?, WebhookFailure
    > {
        var fields = row.fields
        if let key {
            let (name, value) = proof(row.host, row.body, key: key)
            fields[name] = value
        }
        do throws(WebhookFailure) {
            return .success(
                try PushEvent.read(Array((body ?? row.body).utf8), field: { fields[$0] }) {
                    $0 == row.host ? "secret" : nil
                })
        } catch {
            return .failure(error)
        }
    }

    @Test("what a host tells is read", arguments: rows)
    func read(_ row: Row) throws {
        let event = try #require(try Self.read(row, key: "secret").get())
        #expect(event.repositories == row.repositories)
        #expect(event.references == row.references)
        #expect(event.files == row.files)
    }

    @Test("without the secret nothing is read, not even the body", arguments: rows)
    func unproven(_ row: Row) {
        #expect(Self.read(row, key: nil) == .failure(.unproven(row.host)))
        #expect(Self.read(row, key: "wrong") == .failure(.unproven(row.host)))
        #expect(Self.read(row, key: "") == .failure(.unproven(row.host)))
        if row.host != .gitlab {
            #expect(Self.read(row, body: row.body + " ", key: "secret") == .failure(.unproven(row.host)))
        }
        var other = row
        other.body = "{ this is no JSON"
        #expect(Self.read(other, key: "wrong") == .failure(.unproven(row.host)))
        guard case .failure(.unreadable) = Self.read(other, key: "secret") else {
            Issue.record("a body that is no JSON was read")
            return
        }
    }

    @Test("a push in another form than JSON, or whose branch is none, is refused with a hint")
    func unreadable() {
        var form = Self.rows[0]
        form.fields["content-type"] = "application/x-www-form-urlencoded"
        form.body = "payload=%7B%7D"
        #expect(
            Self.read(form, key: "secret")
                == .failure(
                    .unreadable(
                        "it is form-encoded: choose application/json as the webhook's content type")))
        var number = Self.rows[0]
        number.body = "{\"ref\": 5, \"repository\": {\"clone_url\": \"https://github.com/o/r.git\"}}"
        #expect(
            Self.read(number, key: "secret")
                == .failure(.unreadable("ref must be the name of a branch or tag")))
    }

    @Test("who is not known, has no secret or sends too much is refused; other events are passed over")
    func refused() throws {
        let body = Array("{}".utf8)
        #expect(throws: WebhookFailure.unknownSender) {
            try PushEvent.read(body, field: { _ in nil }) { _ in "secret" }
        }
        for secret in [nil, ""] {
            let failure = #expect(throws: WebhookFailure.self) {
                try PushEvent.read(body, field: { $0 == "x-gitlab-event" ? "Push Hook" : "" }) { _ in secret }
            }
            #expect(failure?.status == 401)
        }
        let large = [UInt8](repeating: 0x20, count: PushEvent.bodyLimit + 1)
        let failure = #expect(throws: WebhookFailure.self) {
            try PushEvent.read(large, field: { _ in nil }) { _ in "secret" }
        }
        #expect(failure?.description == "the body is larger than 4 MiB")
        var ping = Self.rows[0]
        ping.fields["x-github-event"] = "ping"
        #expect(Self.read(ping, key: "secret") == .success(nil))
    }

    @Test(
        "which sources a push concerns",
        arguments: [
            ("https://github.com/O/r", "main", true), ("git@github.com:o/r.git", "refs/heads/main", true),
            ("https://github.com/o/r", "", true), ("https://github.com/o/r", "other", false),
            ("https://github.com/o/r", "1.*", false), ("https://github.com/o/other", "main", false),
            ("https://evil.com/o/r", "main", false), ("--upload-pack", "main", false),
            ("https://github.com/o/r", "abcdef0", true),
            ("https://github.com/o/r", "0000000000000000000000000000000000000000", false),
        ])
    func concerns(_ repository: String, _ revision: String, _ isConcerned: Bool) throws {
        let event = try #require(try Self.read(Self.rows[0], key: "secret").get())
        #expect(event.concerns(repository: repository, revision: revision) == isConcerned)
    }
}
