import Testing

@testable import SyncSources

@Suite("Addresses of repositories")
struct RepositoryURLTests {
    struct Row: CustomTestStringConvertible {
        var text: String
        /// What git is given.
        var given: String
        var identity: String
        var testDescription: String { text }
    }

    static let rows: [Row] = [
        Row(
            text: "https://GitHub.com/Org/repo.git", given: "https://github.com/Org/repo.git",
            identity: "https://github.com/Org/repo"),
        Row(
            text: "HTTPS://host:443/a/", given: "https://host:443/a/", identity: "https://host/a"),
        Row(
            text: "https://host:8443/a.git/", given: "https://host:8443/a.git/",
            identity: "https://host:8443/a"),
        Row(text: "http://host/a", given: "http://host/a", identity: "http://host/a"),
        Row(text: "https://[::1]:8443/a", given: "https://[::1]:8443/a", identity: "https://[::1]:8443/a"),
        Row(text: "https://host/a%20b/c", given: "https://host/a%20b/c", identity: "https://host/a%20b/c"),
        Row(text: "ssh://git@host/a.git", given: "ssh://git@host/a.git", identity: "ssh://git@host/a"),
        Row(
            text: "ssh://git@host:22/~me/a", given: "ssh://git@host:22/~me/a",
            identity: "ssh://git@host/~me/a"),
        Row(
            text: "git@host:org/repo.git", given: "git@host:org/repo.git", identity: "ssh://git@host/org/repo"
        ),
        Row(text: "git@[::1]:org/repo", given: "git@[::1]:org/repo", identity: "ssh://git@[::1]/org/repo"),
        Row(text: "host:repo", given: "host:repo", identity: "ssh://host/repo"),
        Row(text: "git@host:/abs/repo", given: "git@host:/abs/repo", identity: "ssh://git@host/abs/repo"),
        Row(text: "file:///srv/git/a.git", given: "file:///srv/git/a.git", identity: "file:///srv/git/a"),
    ]

    @Test("what is taken", arguments: rows)
    func taken(_ row: Row) throws {
        let url = try RepositoryURL(row.text, allowed: Set(GitTransport.allCases))
        #expect(url.text == row.given)
        #expect(url.identity == row.identity)
    }

    private static let helper = "names a helper program for git; only https and ssh are used"
    private static let shape = "is neither https://HOST/PATH nor ssh://USER@HOST/PATH nor USER@HOST:PATH"
    private static let secrets =
        "holds credentials, which everybody reads who reads the address; put them into a repository "
        + "Secret (label argocd.argoproj.io/secret-type: repository)"
    private static let odd =
        "holds a space, a line's end, a control character or one that is not ASCII"

    static let refusals: [(String, String)] = [
        ("", "is empty"),
        ("--upload-pack=touch${IFS}/tmp/x", "begins with -, as an option does"),
        ("-oProxyCommand=x:y", "begins with -, as an option does"),
        ("ext::sh -c touch% /tmp/x", odd),
        ("ext::sh%20-c%20x", "ext:: \(helper)"),
        ("fd::17/foo", "fd:: \(helper)"),
        ("transport::https://host/a", "transport:: \(helper)"),
        ("ext::ssh://host/a", "ext:: \(helper)"),
        ("https://host/a\nb", odd), ("https://host/a\r", odd), ("https://host/ä", odd),
        ("https://h\u{0}/a", odd),
        ("ftp://host/a", "ftp:// is not supported; use https:// or ssh://"),
        ("git://host/a", "git:// is not supported; use https:// or ssh://"),
        ("/srv/git/a", shape), ("./a", shape), ("a", shape), ("../a:b", shape),
        ("https://me:secret@host/a", secrets), ("https://ghp_token@host/a", secrets),
        ("ssh://git:secret@host/a", secrets), ("https://@host/a", secrets),
        ("ssh://-oProxyCommand=x/a", "has no host's name where one should be"),
        ("ssh://-x@host/a", "has no user's name before the @"),
        ("git@-oProxyCommand=x:a", "has no host's name where one should be"),
        ("git@host:-x", "has a path that begins with -, as an option does"),
        ("https:///a", "has no host's name where one should be"),
        ("https://a..b/c", "has no host's name where one should be"),
        ("https://host", "has no path"), ("https://host/", "has no path"), ("git@host:", "has no path"),
        ("https://host:0/a", "has no port number after the colon"),
        ("https://host:65536/a", "has no port number after the colon"),
        ("https://host:/a", "has no port number after the colon"),
        ("https://host:+1/a", "has no port number after the colon"),
        ("https://host/a?service=x", "has a character in its path that no repository needs"),
        ("https://host/a#x", "has a character in its path that no repository needs"),
        ("git@host:a'b", "has a character in its path that no repository needs"),
        ("git@host:a;b", "has a character in its path that no repository needs"),
        ("git@host:$(x)", "has a character in its path that no repository needs"),
        ("https://host/a/../b", "has a path with .. in it"),
        ("https://host/a/%2e%2E/b", "has a path with .. in it"),
        ("https://host/a%2Fb", "has a path with .. in it"),
        ("file://host/a", "names a host; write file:///PATH"),
    ]

    @Test("what is refused, and why", arguments: refusals)
    func refused(_ text: String, _ problem: String) {
        let failure = #expect(throws: SourceFailure.self) {
            try RepositoryURL(text, allowed: Set(GitTransport.allCases))
        }
        #expect(failure?.reason == .badAddress(problem))
    }

    @Test("http and files only where they are allowed")
    func transports() {
        for text in ["http://host/a", "file:///a"] {
            let failure = #expect(throws: SourceFailure.self) { try RepositoryURL(text) }
            #expect(failure?.message.contains(":// is not allowed here (allowed: https, ssh)") == true)
        }
    }

    @Test(
        "I8 a refusal does not show a credential, and stays on one line",
        arguments: ["https://me:secret@host/a", "https://secret@host/a", "http://x:secret@y@host\n/a\u{1B}"])
    func secrets(_ text: String) {
        let failure = #expect(throws: SourceFailure.self) { try RepositoryURL(text) }
        #expect(failure?.message.contains("secret@") == false)
        #expect(failure?.message.contains(":secret") == false)
        #expect(failure?.message.contains("host") == true)
        #expect(failure?.message.contains { $0.isNewline || $0 == "\u{1B}" } == false)
    }
}
