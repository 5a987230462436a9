import Foundation
import KubeClient
import KubeCore
import KubeYAML
import TestSupport
import Testing

/// The definitions in `manifests/crds`, as API servers take them.
@Suite("Definitions", .onEachServer, .timeLimit(.minutes(3)))
struct ApplicationDefinitionTests {
    private static let applications = APIResource(
        kind: GroupVersionKind(apiVersion: "argoproj.io/v1alpha1", kind: "Application"),
        plural: "applications", isNamespaced: true, verbs: [])
    private static let projects = APIResource(
        kind: GroupVersionKind(apiVersion: "argoproj.io/v1alpha1", kind: "AppProject"), plural: "appprojects",
        isNamespaced: true, verbs: [])

    @Test("an Application and an AppProject with every member come back whole, unknown ones too")
    func whole() async throws {
        try await Installed.with { place in
            for (sample, resource) in [
                (Samples.application, Self.applications), (Samples.project, Self.projects),
            ] {
                var object = try Samples.object(sample)
                object.namespace = place.namespace
                try await place.client.create(object, as: resource)
                let found = try #require(
                    try await place.client.get(resource, namespace: place.namespace, name: object.name))
                for member in object.json where member.key != "metadata" {
                    #expect(found.json[member.key] == member.value, "\(member.key)")
                }
            }
        }
    }

    @Test("there is no subresource: status is a member like others, and so is operation")
    func status() async throws {
        try await Installed.with { place in
            var object = try Samples.object(Samples.small)
            object.namespace = place.namespace
            object["status", "sync", "status"] = "Synced"
            try await place.client.create(object, as: Self.applications)
            let patched = try await place.client.patch(
                .merge(["operation": ["sync": ["prune": true]], "status": ["health": ["status": "Healthy"]]]),
                of: Self.applications, namespace: place.namespace, name: object.name
            ).object
            #expect(patched["status", "sync", "status"] == "Synced")
            #expect(patched["operation", "sync", "prune"] == true)
            let done = try await place.client.patch(
                .merge(["operation": .null]), of: Self.applications, namespace: place.namespace,
                name: object.name)
            #expect(done.object["operation"] == nil)
            #expect(done.object["status", "health", "status"] == "Healthy")
            await #expect {
                try await place.client.patch(
                    .merge(["status": ["health": ["status": "Missing"]]]), of: Self.applications,
                    namespace: place.namespace, name: object.name, subresource: "status")
            } throws: { ($0 as? ClientFailure)?.isNotFound == true }
        }
    }

    @Test(
        "what has a wrong type is refused by its path",
        arguments: [
            ("spec.source.repoURL", JSONValue.int(1)), ("spec.syncPolicy.syncOptions", "Prune=true"),
            ("spec.revisionHistoryLimit", "ten"), ("operation.sync.prune", "yes"),
        ])
    func wrongTypes(path: String, value: JSONValue) async throws {
        try await Installed.with { place in
            var object = try Samples.object(Samples.small)
            object.namespace = place.namespace
            object.json[path: path.split(separator: ".").map(String.init)] = value
            await #expect {
                try await place.client.create(object, as: Self.applications)
            } throws: { failure in
                let refusal = (failure as? ClientFailure)?.refusal
                return refusal?.isInvalid == true && refusal?.message.contains(path) == true
            }
        }
    }

    @Test("a table has the columns of Argo CD")
    func columns() async throws {
        try await Installed.with { place in
            var object = try Samples.object(Samples.application)
            object.namespace = place.namespace
            try await place.client.create(object, as: Self.applications)
            let answer = try await place.client.send(
                HTTPRequest(
                    method: .get,
                    target: "/apis/argoproj.io/v1alpha1/namespaces/\(place.namespace)/applications",
                    headers: [HTTPHeader("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")]), .reading
            )
            let table = try JSONValue(parsing: answer.body)
            let columns = table["columnDefinitions"]?.array ?? []
            #expect(
                columns.compactMap { $0["name"]?.string } == [
                    "Name", "Sync Status", "Health Status", "Revision", "Project",
                ])
            #expect(columns.compactMap { $0["priority"]?.int } == [0, 0, 0, 10, 10])
            #expect(
                table["rows"]?.array?.first?["cells"] == ["guestbook", "Synced", "Healthy", "abc", "default"])
        }
    }
}
