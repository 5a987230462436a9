import KubeCore
import Testing

@testable import KubeClient

@Suite("What a server serves")
struct ServedVersionsTests {
    @Test(
        "a version is known without what whoever built it has added",
        arguments: [
            ("v1.30.2", "1.30.2"), ("v1.30.2-gke.1+abc", "1.30.2"), ("v1.20.2+syncctl", "1.20.2"),
            ("1.9", "1.9"), ("v1.30.2.1", nil), ("v1.", nil), ("v1", nil), ("", nil), ("main", nil),
            ("v1.30.99999999999999999999", nil),
        ])
    func version(_ text: String, _ number: String?) {
        #expect(ServedVersions.number(in: text) == number)
    }

    @Test("versions and kinds stand beside each other, each once")
    func kinds() {
        let resources = [("apps", "v1", "Deployment"), ("apps", "v1", "DaemonSet"), ("", "v1", "Pod")].map {
            APIResource(
                kind: GroupVersionKind(group: $0.0, version: $0.1, kind: $0.2), plural: $0.2.lowercased(),
                isNamespaced: true, verbs: [])
        }
        let groups = resources.map {
            APICatalog.Group(
                name: $0.kind.group, versions: [APICatalog.Version(name: $0.kind.version, resources: [$0])])
        }
        #expect(
            APICatalog(groups: groups).apiVersions == [
                "apps/v1", "apps/v1/DaemonSet", "apps/v1/Deployment", "v1", "v1/Pod",
            ])
    }
}
