import KubeCore
import SyncEngine
import Testing

@testable import SyncSources

/// What was rendered holds as long as all stays the same that it was made of, also what only links lead to.
@Suite("Links of sources")
struct LinkedSourcesTests {
    struct Reach: CustomTestStringConvertible {
        var what: String
        var links: [String: String]
        var path: String
        var end: String?
        var all: [String]
        var testDescription: String { what }
    }

    static let reaches = [
        Reach(what: "no links", links: [:], path: "app", end: "app", all: ["app"]),
        Reach(what: "a link elsewhere", links: ["x/l": "../y"], path: "app", end: "app", all: ["app"]),
        Reach(what: "a link within", links: ["app/l": "a"], path: "app", end: "app", all: ["app"]),
        Reach(
            what: "a link out of the folder", links: ["app/sub/l": "../../common/c"], path: "app", end: "app",
            all: ["app", "app/sub/l", "common/c"]),
        Reach(
            what: "a link to a link", links: ["app/l": "../x", "x": "y/z"], path: "app", end: "app",
            all: ["app", "app/l", "x", "y/z"]),
        Reach(
            what: "out and in again", links: ["app/l": "../x", "x": "app/a"], path: "app", end: "app",
            all: ["app", "app/a", "app/l", "x"]),
        Reach(
            what: "a folder that links out itself", links: ["app/l": "../lib", "lib/m": "../deep/m"],
            path: "app", end: "app", all: ["app", "app/l", "deep/m", "lib", "lib/m"]),
        Reach(
            what: "links on the way", links: ["now": "releases/2"], path: "now/app", end: "releases/2/app",
            all: ["now", "releases/2/app"]),
        Reach(
            what: "names that only begin so", links: ["app-b/l": "../c", "app.l": "d"], path: "app",
            end: "app", all: ["app"]),
        Reach(what: "out of the repository", links: ["l": "../x"], path: "l", end: nil, all: []),
        Reach(what: "absolute", links: ["l": "/etc"], path: "l/x", end: nil, all: []),
        Reach(what: "a circle", links: ["l": "m", "m": "l"], path: "l", end: nil, all: []),
        Reach(
            what: "what leads nowhere harms nobody else", links: ["app/l": "../../x", "app/m": "m"],
            path: "app", end: "app", all: ["app"]),
        Reach(
            what: "the whole repository", links: ["a/l": "../b"], path: "", end: "", all: [""]),
    ]

    @Test("what a path stands for", arguments: reaches)
    func reach(_ row: Reach) throws {
        let reach = try #require(SourceLinks(row.links).reach(of: SourcePath(known: row.path)))
        #expect(reach.end?.text == row.end)
        #expect(reach.all.map(\.text).sorted() == row.all)
    }

    @Test("I6 what depends on too many links is as good as the whole commit")
    func tooMany() {
        let links = (0..<SourceLinks.mostPaths).map { ("app/\($0)", "../common/\($0)") }
        let all = SourceLinks(Dictionary(links, uniquingKeysWith: { $1 }))
        #expect(all.reach(of: SourcePath(known: "app")) == nil)
        #expect(all.reach(of: SourcePath(known: "app/7"))?.end?.text == "common/7")
    }

    struct Change: CustomTestStringConvertible {
        var what: String
        var path: String
        var files: [String: String]
        /// The objects' names, after each change.
        var changes: [(files: [String: String], names: [String], isRenderedAnew: Bool)]
        var testDescription: String { what }
    }

    static let changes = [
        Change(
            what: "a file behind a link", path: "app",
            files: [
                "app/a.yaml": configMap("a"), "120000 app/b.yaml": "../common/b.yaml",
                "common/b.yaml": configMap("b"),
            ],
            changes: [
                (["other/x": "1"], ["a", "b"], false),
                (["common/b.yaml": configMap("c")], ["a", "c"], true),
                (["common/x": "1"], ["a", "c"], false),
                (
                    ["120000 app/b.yaml": "../common/d.yaml", "common/d.yaml": configMap("d")], ["a", "d"],
                    true
                ),
            ]),
        Change(
            what: "a link to the folder itself", path: "now",
            files: [
                "120000 now": "releases/1", "releases/1/a.yaml": configMap("a1"),
                "releases/2/a.yaml": configMap("a2"),
            ],
            changes: [
                (["releases/2/a.yaml": configMap("a3")], ["a1"], false),
                (["120000 now": "releases/2"], ["a3"], true),
                (["releases/2/a.yaml": configMap("a4")], ["a4"], true),
            ]),
        Change(
            what: "a link in the middle of the way", path: "now/app",
            files: [
                "120000 now": "1", "1/app/a.yaml": configMap("a1"), "2/app/a.yaml": configMap("a2"),
            ],
            changes: [(["120000 now": "2"], ["a2"], true)]),
    ]

    @Test("what lies behind a link is rendered anew when it changes, and only then", arguments: changes)
    func rendered(_ change: Change) async throws {
        let repository = try await TestRepository()
        let repositories = try TestCache().repositories
        let service = ManifestService(settings: Tools.settings) { request throws(SourcesFailure) in
            try await repositories.checkout(request)
        }
        let source = ApplicationSource(
            repositoryURL: repository.url, path: change.path, targetRevision: "main")
        var files = change.files
        try await repository.commit(files)
        func names() async throws -> [String] {
            try await service.render(RenderRequest(sources: [source], identity: Tools.shop)).objects
                .map(\.object.name)
        }
        _ = try await names()
        for (new, expected, isRenderedAnew) in change.changes {
            let before = await service.statistics.renders
            files.merge(new) { $1 }
            try await repository.commit(files)
            #expect(try await names() == expected)
            #expect(await service.statistics.renders == before + (isRenderedAnew ? 1 : 0), "\(new.keys)")
        }
    }
}
