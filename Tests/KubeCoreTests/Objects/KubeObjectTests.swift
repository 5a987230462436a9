import KubeCore
import Testing

/// Names and members of objects.
struct KubeObjectTests {
    @Test("members are read and written by name, and a wrong type reads as absent")
    func members() {
        var object = KubeObject(["apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": 1]])
        #expect(object.name == "")
        object.name = "web"
        object.namespace = "demo"
        object.setLabel("app", "web")
        object.setAnnotation("a/b", "1")
        object.setAnnotation("gone", nil)
        #expect(object.key.description == "apps/Deployment demo/web")
        #expect(object.label("app") == "web")
        #expect(object.annotation("a/b") == "1")
        #expect(object["metadata", "annotations"]?.object?.count == 1)
        object.namespace = ""
        #expect(object["metadata", "namespace"] == nil)
        object["status", "phase"] = nil
        #expect(object["status"] == nil)
    }

    @Test("apiVersion is a group and a version, or a version alone")
    func versions() {
        let core = GroupVersionKind(apiVersion: "v1", kind: "Pod")
        #expect((core.group, core.version, core.apiVersion) == ("", "v1", "v1"))
        let apps = GroupVersionKind(apiVersion: "apps/v1", kind: "Deployment")
        #expect((apps.group, apps.version, apps.apiVersion) == ("apps", "v1", "apps/v1"))
        #expect(GroupVersionKind(apiVersion: "", kind: "").apiVersion == "")
    }

    @Test("members keep their order; of two with one name the later value stays at the earlier place")
    func order() {
        let many = (0..<40).map { ("k\($0)", JSONValue.int(Int64($0))) }
        let object = JSONObject(many + [("k3", "new"), ("k41", .null)])
        #expect(Array(object.keys) == many.map(\.0) + ["k41"])
        #expect(object["k3"] == "new")
        #expect(object == JSONObject(object.members.reversed().map { ($0.key, $0.value) }))
    }
}
