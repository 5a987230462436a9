import Testing

@testable import SyncSources

@Suite("Revisions, as somebody wrote them")
struct GitRevisionTests {
    private static let one = String(repeating: "1", count: 40)
    private static let two = String(repeating: "2", count: 40)
    private static let three = "abcdef0" + String(repeating: "3", count: 33)
    private static let listing = """
        \(one)\tHEAD
        \(one)\trefs/heads/main
        \(two)\trefs/heads/v1.0.0
        \(three)\trefs/heads/6.x
        \(three)\trefs/pull/7/head
        \(one)\trefs/tags/v1.0.0
        \(two)\trefs/tags/v1.1.0
        \(three)\trefs/tags/v1.1.0^{}
        not a line
        \(two)\trefs/tags/v2.0.0-rc.1

        """

    struct Row: CustomTestStringConvertible {
        var revision: String
        var resolution: GitReferences.Resolution
        var testDescription: String { revision.isEmpty ? "(empty)" : revision }
    }

    static let rows: [Row] = [
        Row(revision: "", resolution: .commit(one, reference: "HEAD")),
        Row(revision: "HEAD", resolution: .commit(one, reference: "HEAD")),
        Row(revision: "main", resolution: .commit(one, reference: "refs/heads/main")),
        Row(revision: "heads/main", resolution: .commit(one, reference: "refs/heads/main")),
        Row(revision: "refs/heads/main", resolution: .commit(one, reference: "refs/heads/main")),
        Row(revision: "refs/pull/7/head", resolution: .commit(three, reference: "refs/pull/7/head")),
        Row(revision: "v1.0.0", resolution: .commit(two, reference: "refs/heads/v1.0.0")),
        Row(revision: "refs/tags/v1.0.0", resolution: .commit(one, reference: "refs/tags/v1.0.0")),
        Row(revision: "v1.1.0", resolution: .commit(three, reference: "refs/tags/v1.1.0")),
        Row(revision: "1.*", resolution: .commit(three, reference: "refs/tags/v1.1.0")),
        Row(revision: ">=1.0 <1.1", resolution: .commit(one, reference: "refs/tags/v1.0.0")),
        Row(revision: "^2.0.0-0", resolution: .commit(two, reference: "refs/tags/v2.0.0-rc.1")),
        Row(revision: "6.x", resolution: .commit(three, reference: "refs/heads/6.x")),
        Row(revision: "7.x", resolution: .unknown),
        Row(
            revision: String(repeating: "A", count: 40),
            resolution: .commit(String(repeating: "a", count: 40), reference: nil)),
        Row(revision: "abcdef0", resolution: .commit(three, reference: nil)),
        Row(revision: "ABCDEF03", resolution: .commit(three, reference: nil)),
        Row(revision: "abcdef1", resolution: .short("abcdef1")),
        Row(revision: "abcdef", resolution: .unknown),
        Row(revision: "nowhere", resolution: .unknown),
    ]

    @Test("what a revision is in a repository", arguments: rows)
    func resolve(_ row: Row) throws {
        let references = GitReferences(Array(Self.listing.utf8))
        #expect(references.resolve(try GitRevision(row.revision)) == row.resolution)
    }

    @Test(
        "what git could take for something else is refused",
        arguments: [
            ("--upload-pack=touch /tmp/x", "begins with -, as an option does"),
            ("-1", "begins with -, as an option does"),
            ("main\nrefs/heads/x", "holds a line's end or a control character"),
            ("main\u{1B}[2J", "holds a line's end or a control character"),
            ("main:secret.yaml", "is no name of a branch or tag, no commit, and no range of versions"),
            ("main..other", "is no name of a branch or tag, no commit, and no range of versions"),
            ("main@{1}", "is no name of a branch or tag, no commit, and no range of versions"),
            ("main^", "is no name of a branch or tag, no commit, and no range of versions"),
            ("a/.b", "is no name of a branch or tag, no commit, and no range of versions"),
            ("a.lock", "is no name of a branch or tag, no commit, and no range of versions"),
            ("^{/text}", "is no name of a branch or tag, no commit, and no range of versions"),
            ("a b", "is no name of a branch or tag, no commit, and no range of versions"),
            (String(repeating: "a", count: 256), "is longer than 255 bytes"),
        ])
    func refused(_ text: String, _ problem: String) {
        let failure = #expect(throws: SourceFailure.self) { try GitRevision(text) }
        #expect(failure?.reason == .badRevision(problem))
        #expect(failure?.message.contains("\n") == false)
    }
}
