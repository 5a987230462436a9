import KubeCore
import SyncEngine
import Testing

@testable import SyncSources

@Suite("Manifests of many applications")
struct ManifestServiceTests {
    private func request(
        _ sources: [JSONValue], name: String = "shop", paths: String = ""
    ) throws -> RenderRequest {
        var request = RenderRequest(
            sources: try sources.map { try ApplicationSource($0) },
            identity: RenderIdentity(application: name, namespace: "store"))
        request.generatePaths = paths
        return request
    }

    private func source(_ path: String, _ options: JSONObject = [:]) -> JSONValue {
        var source = options
        source["repoURL"] = "https://git.example.com/shop"
        source["path"] = .string(path)
        return .object(source)
    }

    private func names(_ rendered: RenderedApplication) -> [String] { rendered.objects.map(\.object.name) }

    @Test("a commit that touches one of many applications has one rendered, and is looked at once")
    func manyApplications() async throws {
        let folder = try TemporaryFolder()
        for index in 0..<30 { try folder.write("apps/\(index)/a.yaml", configMap("a\(index)")) }
        let git = try await GitFolder(folder)
        let service = ManifestService(settings: Tools.settings, resolve: git.resolve)
        func all() async throws -> [String] {
            var found: [String] = []
            for index in 0..<30 {
                let rendered = try await service.render(request([source("apps/\(index)")], name: "a\(index)"))
                #expect(rendered.types == [.directory])
                found += names(rendered)
            }
            return found
        }
        #expect(try await all() == (0..<30).map { "a\($0)" })
        #expect(await service.statistics.renders == 30)
        #expect(try await all().count == 30)
        #expect(await service.statistics.renders == 30)

        try folder.write("apps/7/a.yaml", configMap("changed"))
        let commit = try await git.commit()
        let questions = git.questions
        #expect(try await all()[7] == "changed")
        let statistics = await service.statistics
        #expect(statistics.renders == 31)
        #expect(statistics.reused == 59)
        #expect(git.questions - questions == 1)
        let rendered = try await service.render(request([source("apps/3")]))
        #expect(rendered.revisions == [commit])
    }

    @Test("who asks for the same at the same time gets the same answer, made once")
    func shared() async throws {
        let folder = try TemporaryFolder(["app/a.yaml": configMap("a")])
        let git = try await GitFolder(folder)
        let service = ManifestService(settings: Tools.settings, resolve: git.resolve)
        let request = try request([source("app")])
        try await withThrowingTaskGroup { group in
            for _ in 0..<20 { group.addTask { try await service.render(request).objects.count } }
            for try await count in group { #expect(count == 1) }
        }
        #expect(await service.statistics.renders == 1)
        #expect(await service.statistics.reused == 19)
    }

    @Test("another option, or anything that is not kept, is rendered anew")
    func options() async throws {
        let folder = try TemporaryFolder(["app/a.yaml": configMap("a"), "app/sub/b.yaml": configMap("b")])
        let git = try await GitFolder(folder)
        let service = ManifestService(settings: Tools.settings, resolve: git.resolve)
        #expect(try await names(service.render(request([source("app")]))) == ["a"])
        let recursive = source("app", ["directory": ["recurse": true]])
        #expect(try await names(service.render(request([recursive]))) == ["a", "b"])
        #expect(await service.statistics.renders == 2)
        var anew = try request([recursive])
        anew.rendersAnew = true
        _ = try await service.render(anew)
        #expect(await service.statistics.renders == 3)

        let small = ManifestService(settings: Tools.settings, cacheBytes: 100, resolve: git.resolve)
        for _ in 0..<2 { _ = try await small.render(request([source("app")])) }
        #expect(await small.statistics.renders == 2)
        #expect(await small.statistics.entries == 0)
    }

    @Test(
        "with manifest-generate-paths, these alone decide", arguments: [".;../common", "/app;/common/*.yaml"])
    func generatePaths(_ paths: String) async throws {
        let folder = try TemporaryFolder(["app/a.yaml": configMap("a"), "common/x": "1", "other/x": "1"])
        let git = try await GitFolder(folder)
        let service = ManifestService(settings: Tools.settings, resolve: git.resolve)
        let request = try request([source("app")], paths: paths)
        for (file, renders) in [("other/x", 1), ("common/x", 2), ("app/x", 3), ("app/y", 4)] {
            _ = try await service.render(request)
            try folder.write(file, "\(renders)!")
            let commit = try await git.commit()
            #expect(try await service.render(request).revisions == [commit])
            #expect(await service.statistics.renders == renders, "\(file)")
        }
    }

    @Test("what cannot be rendered is told once more without trying, until something changes")
    func failures() async throws {
        let folder = try TemporaryFolder(["app/a.yaml": "kind: ConfigMap\n"])
        let git = try await GitFolder(folder)
        let service = ManifestService(settings: Tools.settings, resolve: git.resolve)
        let request = try request([source("app")])
        for _ in 0..<2 {
            #expect(
                await message { try await service.render(request) }
                    == "a.yaml, document 1 (line 1): object without apiVersion")
        }
        #expect(await service.statistics.renders == 1)
        try folder.write("app/a.yaml", configMap("a"))
        _ = try await git.commit()
        #expect(try await names(service.render(request)) == ["a"])
    }

    @Test("a source that is wrong is named by its place")
    func places() async throws {
        let folder = try TemporaryFolder(["app/a.yaml": configMap("a")])
        let git = try await GitFolder(folder)
        let service = ManifestService(settings: Tools.settings, resolve: git.resolve)
        #expect(
            await message { try await service.render(request([source("app"), source("../x")])) }
                == "spec.sources[1].path must be a path within the repository")
        #expect(
            await message { try await service.render(request([source("app"), source("none")])) }
                == "spec.sources[1]: none: no such directory")
        #expect(
            await message { try await service.render(request([source("none")])) } == "none: no such directory"
        )
    }

    @Test(
        "a base that changes has those rendered that are built on it",
        .enabled(if: Tools.kustomize != nil, Tools.kustomizeIsNeeded))
    func bases() async throws {
        let folder = try TemporaryFolder([
            "base/kustomization.yaml": "resources: [a.yaml]", "base/a.yaml": configMap("a"),
            "x/kustomization.yaml": "resources: [../base]\nnamePrefix: x-\n",
            "y/kustomization.yaml": "resources: [b.yaml]", "y/b.yaml": configMap("b"),
        ])
        let git = try await GitFolder(folder)
        let service = ManifestService(settings: Tools.settings, resolve: git.resolve)
        func both() async throws -> [String] {
            let x = try await service.render(request([source("x")]))
            #expect(x.types == [.kustomize])
            return names(x) + names(try await service.render(request([source("y")])))
        }
        #expect(try await both() == ["x-a", "b"])
        try folder.write("base/a.yaml", configMap("new"))
        _ = try await git.commit()
        #expect(try await both() == ["x-new", "b"])
        #expect(await service.statistics.renders == 3)
    }

    @Test(
        "sources that use each other's files; a file of values that changes has the chart rendered",
        .enabled(if: Tools.helm != nil, Tools.helmIsNeeded))
    func references() async throws {
        let folder = try TemporaryFolder([
            "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
            "chart/templates/a.yaml":
                "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-{{ .Values.x }}'}\n",
            "env/prod.yaml": "x: one", "plain/b.yaml": configMap("b"),
        ])
        let git = try await GitFolder(folder)
        let service = ManifestService(settings: Tools.settings, resolve: git.resolve)
        let values: JSONValue = ["repoURL": "https://git.example.com/values", "ref": "values"]
        let chart = source("chart", ["helm": ["valueFiles": ["$values/env/prod.yaml"]]])
        let request = try request([chart, values, source("plain")])
        let rendered = try await service.render(request)
        #expect(names(rendered) == ["shop-one", "b"])
        #expect(rendered.types == [.helm, .directory, .directory])
        #expect(rendered.revisions.count == 3)
        try folder.write("plain/c.yaml", configMap("c"))
        _ = try await git.commit()
        #expect(try await names(service.render(request)) == ["shop-one", "b", "c"])
        #expect(await service.statistics.renders == 3)
        try folder.write("env/prod.yaml", "x: two")
        _ = try await git.commit()
        #expect(try await names(service.render(request)) == ["shop-two", "b", "c"])
        #expect(await service.statistics.renders == 4)
    }
}
