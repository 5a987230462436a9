import SyncEngine
import Testing

@Suite("Patterns")
struct GlobTests {
    @Test(
        "S164 a pattern matches whole names and paths",
        arguments: [
            ("*.yaml", "a.yaml", true), ("*.yaml", "sub/a.yaml", true), ("*.yaml", "a.yml", false),
            ("{*.yaml,*.yml}", "a.yml", true), ("a?.yaml", "ab.yaml", true), ("a?.yaml", "a.yaml", false),
            ("[a-c]*", "b", true), ("[!a-c]*", "b", false), ("[]a]", "]", true),
            ("**/x/*.json", "a/b/x/c.json", true),
            ("{a,b{c,d}}/*", "bd/x", true), ("{a,b{c,d}}/*", "b/x", false), (#"\*"#, "*", true),
            (#"\*"#, "a", false),
            ("", "", true), ("", "a", false), ("*", "", true), ("a*b*c", "aXbXbc", true), ("é?", "é日", true),
            ("{a,}b", "b", true),
        ])
    func matches(_ pattern: String, _ path: String, _ expected: Bool) throws {
        #expect(try Glob(pattern).matches(path) == expected)
    }

    @Test(
        "S200 with a separator, only ** goes across it",
        arguments: [
            ("*", "a", true), ("*", "a/b", false), ("**", "a/b", true), ("a/*", "a/b", true),
            ("a/*", "a/b/c", false), ("a/**", "a/b/c", true), ("*/c", "a/b/c", false),
            ("**/c", "a/b/c", true), ("**/b/*", "a/x/b/c", true), ("**/b/*", "a/x/b/c/d", false),
            ("**b*c", "ab/abxc", true), ("*b*", "aXb", true), ("a?b", "a/b", false),
            ("a*b*", "axbyb/", false),
            ("{*,a/*}", "a/b", true), ("a/***", "a/b/c", true), ("", "", true), ("*", "", true),
        ])
    func separated(_ pattern: String, _ path: String, _ expected: Bool) throws {
        #expect(try Glob(pattern, separator: "/").matches(path) == expected)
    }

    @Test("S164 patterns that cannot be read are refused", arguments: ["[a", "{a,b", #"a\"#, "[z-a]", "[]"])
    func refused(_ pattern: String) {
        #expect(throws: GlobFailure.self) { try Glob(pattern) }
    }

    @Test("I6 patterns cannot be made to explode", .timeLimit(.minutes(1)))
    func bounded() throws {
        #expect(throws: GlobFailure.self) { try Glob(String(repeating: "{a,b}", count: 11)) }
        #expect(throws: GlobFailure.self) { try Glob(String(repeating: "{", count: 100_000)) }
        #expect(
            try !Glob(String(repeating: "*a", count: 50)).matches(String(repeating: "a", count: 2000) + "b"))
    }
}
