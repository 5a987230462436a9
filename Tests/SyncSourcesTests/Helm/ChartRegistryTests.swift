import KubeCore
import SyncEngine
import Testing

@testable import SyncSources

@Suite(
    "Charts of a registry", .enabled(if: ChartRegistry.isThere, ChartRegistry.isNeeded),
    .enabled(if: Tools.helm != nil, Tools.helmIsNeeded), .timeLimit(.minutes(3)))
struct ChartRegistryTests {
    private func service(_ registry: ChartRegistry, _ credentials: RepositoryCredentials) -> ManifestService {
        ManifestService(settings: RenderSettings(environment: registry.environment)) {
            credentials.chartCredentials(for: $0)
        } resolve: { _ throws(SourcesFailure) in
            throw SourcesFailure("no repository of git is asked for")
        }
    }

    private func request(_ registry: ChartRegistry, _ name: String, _ version: String) throws -> RenderRequest
    {
        RenderRequest(
            sources: [
                try ApplicationSource([
                    "repoURL": .string(registry.address), "chart": .string(name),
                    "targetRevision": .string(version),
                ])
            ], identity: Tools.shop)
    }

    private func write(_ version: String, in folder: TemporaryFolder) throws {
        try folder.write("chart/Chart.yaml", "apiVersion: v2\nname: web\nversion: \(version)\n")
        try folder.write("chart/templates/a.yaml", configMap("v{{ .Chart.Version | replace \".\" \"-\" }}"))
    }

    @Test("I8 a chart is fetched from a registry at a range of versions, by who has its password")
    func fetch() async throws {
        let folder = try TemporaryFolder()
        try await ChartRegistry.serve(in: folder) { registry in
            for version in ["1.2.0", "1.3.1", "2.0.0"] {
                try write(version, in: folder)
                try await registry.push("\(folder.path)/chart", in: folder)
            }
            var credential = RepositoryCredential(url: registry.address)
            credential.username = ChartRegistry.username
            credential.password = ChartRegistry.password
            let service = service(registry, RepositoryCredentials([credential]))
            let rows = [("^1.2", "1.3.1"), ("1.2.0", "1.2.0"), ("", "2.0.0")]
            for (wanted, version) in rows {
                let rendered = try await service.render(request(registry, "web", wanted))
                #expect(rendered.revisions == [version])
                #expect(rendered.objects.map(\.object.name) == ["v\(version.replacing(".", with: "-"))"])
            }
            for (name, wanted) in [("web", "^3"), ("none", "")] {
                #expect(
                    await message { try await service.render(request(registry, name, wanted)) }
                        .contains("\(registry.address)/\(name)"))
            }
            credential.password = "wrong1234"
            for credentials in [[credential], []] {
                let closed = self.service(registry, RepositoryCredentials(credentials))
                let problem = await message { try await closed.render(request(registry, "web", "1.2.0")) }
                #expect(problem.lowercased().contains("authoriz"), "\(problem)")
                #expect(!problem.contains("wrong1234"))
            }
        }
    }
}
