import Testing

@testable import SyncSources

@Suite("Ranges of versions")
struct VersionRangeTests {
    struct Row: CustomTestStringConvertible {
        var range: String
        var within: [String]
        var without: [String]
        var testDescription: String { range }
    }

    static let rows: [Row] = [
        Row(range: "*", within: ["0.0.1", "v9"], without: ["1.0.0-rc.1"]),
        Row(range: "1.2.*", within: ["1.2.0", "v1.2.9", "1.2"], without: ["1.3.0", "1.1.9", "1.2.3-rc.1"]),
        Row(range: "1.2.x", within: ["1.2.7"], without: ["1.3.0"]),
        Row(range: "1.x", within: ["1.0.0", "v1.9.3"], without: ["2.0.0", "0.9.0", "2.0.0-rc.1"]),
        Row(range: "v1.*", within: ["1.4.0"], without: ["2.0.0"]),
        Row(range: ">=1.0 <2", within: ["1.0.0", "1.99.0"], without: ["0.9.9", "2.0.0", "2.0.0-rc.1"]),
        Row(range: ">= 1.0, < 2", within: ["1.0.0"], without: ["2.0.0"]),
        Row(range: ">1.2", within: ["1.3.0"], without: ["1.2.9", "1.2.0"]),
        Row(range: ">1.2.3", within: ["1.2.4"], without: ["1.2.3"]),
        Row(range: "<=1.2", within: ["1.2.9", "0.1.0"], without: ["1.3.0", "1.3.0-rc.1"]),
        Row(range: "<1.2", within: ["1.1.9"], without: ["1.2.0"]),
        Row(range: "^1", within: ["1.0.0", "1.9.9"], without: ["2.0.0", "0.9.9"]),
        Row(range: "^1.2.3", within: ["1.2.3", "1.9.0"], without: ["1.2.2", "2.0.0"]),
        Row(range: "^0.2.3", within: ["0.2.3", "0.2.9"], without: ["0.3.0", "0.2.2"]),
        Row(range: "^0.0.3", within: ["0.0.3"], without: ["0.0.4", "0.0.2"]),
        Row(range: "^0.0", within: ["0.0.9"], without: ["0.1.0"]),
        Row(range: "^0", within: ["0.9.9"], without: ["1.0.0"]),
        Row(range: "~1.2", within: ["1.2.0", "1.2.9"], without: ["1.3.0"]),
        Row(range: "~1.2.3", within: ["1.2.3", "1.2.9"], without: ["1.2.2", "1.3.0"]),
        Row(range: "~1", within: ["1.9.9"], without: ["2.0.0"]),
        Row(range: "1.2 - 1.4", within: ["1.2.0", "1.4.9"], without: ["1.1.9", "1.5.0"]),
        Row(range: "1.2.0 - 1.4.0", within: ["1.4.0"], without: ["1.4.1"]),
        Row(range: ">=1, !=1.3.0", within: ["1.3.1", "1.2.0"], without: ["1.3.0"]),
        Row(range: "<1 || >=2.0.0 <2.1.0", within: ["0.5.0", "2.0.5"], without: ["1.0.0", "2.1.0"]),
        Row(
            range: ">=1.0.0-0 <2", within: ["1.0.0-alpha", "1.0.0", "1.5.0-rc.1"],
            without: ["2.0.0-rc.1", "0.9.0"]),
        Row(range: ">1.0.0-rc.1", within: ["1.0.0-rc.2", "1.0.0"], without: ["1.0.0-rc.1", "1.0.0-beta"]),
        Row(range: "<=1.0.0-rc.1", within: ["1.0.0-rc.1", "0.9.0"], without: ["1.0.0-rc.2", "1.0.0"]),
        Row(range: "=1.2.3 || ~2.0", within: ["1.2.3", "2.0.1"], without: ["1.2.4", "2.1.0"]),
    ]

    @Test("what is in and what is not", arguments: rows)
    func contains(_ row: Row) throws {
        let range = try #require(VersionRange(row.range))
        for text in row.within {
            #expect(range.contains(try #require(SemanticVersion(text))), "\(text) should be in")
        }
        for text in row.without {
            #expect(!range.contains(try #require(SemanticVersion(text))), "\(text) should not be in")
        }
    }

    @Test(
        "names are no ranges, nor are plain versions",
        arguments: [
            "", "main", "v1.2.3", "1.2", "1", "release-1.x", "feature/x", ">=", ">=a", "1.2.3.4.*", "~ ~1",
            "1 -",
            ">=99999999999999999999999", "^-1", "||", "1.x ||", "\u{0}1.*",
        ])
    func none(_ text: String) {
        #expect(VersionRange(text) == nil)
    }

    @Test("the newest is found by precedence, and keeps its name")
    func newest() {
        let names = ["v1.2.0", "1.10.0", "1.9.0", "nightly", "v2.0.0-rc.1", "1.10.0-rc.1", "01", "v1.10.0"]
        #expect(VersionRange("1.*")?.newest(of: names) == "1.10.0")
        #expect(VersionRange("^2")?.newest(of: names) == nil)
        #expect(VersionRange("^2.0.0-0")?.newest(of: names) == "v2.0.0-rc.1")
        #expect(VersionRange("~1.2")?.newest(of: names.reversed()) == "v1.2.0")
    }

    @Test("the order of versions is that of semver.org")
    func order() throws {
        let inOrder = [
            "0.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
            "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "v1.0.1", "1.2", "2",
        ]
        let versions = try inOrder.map { try #require(SemanticVersion($0)) }
        for (index, version) in versions.enumerated() {
            for (other, second) in versions.enumerated() {
                #expect((version < second) == (index < other), "\(inOrder[index]) < \(inOrder[other])")
            }
        }
    }
}
