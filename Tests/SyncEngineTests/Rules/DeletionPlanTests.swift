import KubeCore
import SyncEngine
import Testing

@Suite("Deletion of an application")
struct DeletionPlanTests {
    private func view(_ objects: [KubeObject]) -> [ObjectKey: KubeObject] {
        Dictionary(objects.map { ($0.key, $0) }) { first, _ in first }
    }

    private func map(_ name: String, wave: Int = 0, _ annotations: [String: String] = [:]) -> KubeObject {
        var annotations = annotations
        annotations[AnnotationKey.syncWave] = String(wave)
        return Sample.live(Sample.object("ConfigMap", name, annotations))
    }

    private func names(_ step: DeletionPlan.Step) -> [String] {
        switch step {
        case .delete(let actions): actions.map(\.key.name)
        case .wait(let held): held.keys.map { "wait " + $0.name }.sorted()
        case .done: ["done"]
        }
    }

    @Test("S188 the highest wave first, and the next when nothing of it is left")
    func waves() {
        var live = view([map("a", wave: -1), map("b", wave: 2), map("c", wave: 2), map("d")])
        let plan = DeletionPlan(of: Sample.tracking, live: live)
        #expect(names(plan.next(seeing: live, refused: [])) == ["b", "c"])
        live[map("b").key] = nil
        live[map("c").key]?["metadata", "deletionTimestamp"] = "2026-01-01T00:00:00Z"
        live[map("c").key]?["metadata", "finalizers"] = ["example.test/hold"]
        let waiting = plan.next(seeing: live, refused: [])
        #expect(waiting == .wait([map("c").key: ["example.test/hold"]]))
        live[map("c").key] = nil
        #expect(names(plan.next(seeing: live, refused: [])) == ["d"])
        live[map("d").key] = nil
        #expect(names(plan.next(seeing: live, refused: [])) == ["a"])
        live[map("a").key] = nil
        #expect(plan.next(seeing: live, refused: []) == .done)
    }

    @Test("S188 hooks are deleted with the rest, what others own or only copied is not")
    func candidates() {
        var owned = map("owned")
        owned["metadata", "ownerReferences"] = [["kind": "ReplicaSet", "name": "r", "uid": "1"]]
        var copied = map("original")
        copied.name = "copy"
        let hook = Sample.live(Sample.hook("h", "PreSync"))
        let plan = DeletionPlan(of: Sample.tracking, live: view([owned, copied, hook]))
        #expect(plan.items.map(\.key.name) == ["h"])
    }

    @Test(
        "S110 S190 what is kept, and why",
        arguments: [
            (Sample.object("CustomResourceDefinition", "widgets.example.test"), "CustomResourceDefinition"),
            (Sample.object("ConfigMap", "a", [AnnotationKey.syncOptions: "Delete=false"]), "Delete=false"),
            (
                Sample.object("ConfigMap", "a", [AnnotationKey.syncOptions: "Delete=confirm"]),
                "Delete=confirm"
            ),
            (
                Sample.object("ConfigMap", "a", [AnnotationKey.helmResourcePolicy: "keep"]),
                "helm.sh/resource-policy"
            ),
        ])
    func kept(_ object: KubeObject, _ reason: String) {
        let live = view([Sample.live(object), map("goes")])
        let plan = DeletionPlan(of: Sample.tracking, live: live)
        #expect(plan.items.map { $0.keptBecause != nil } == [false, true])
        #expect(plan.items.last?.keptBecause?.contains(reason) == true)
        #expect(names(plan.next(seeing: live, refused: [])) == ["goes"])
    }

    @Test("S190 a kind of that name in another group is deleted as any")
    func otherDefinition() {
        var object = Sample.object("CustomResourceDefinition", "x")
        object["apiVersion"] = "example.test/v1"
        let plan = DeletionPlan(of: Sample.tracking, live: view([Sample.live(object)]))
        #expect(plan.items.map(\.keptBecause) == [nil])
    }

    @Test("S188 a refused deletion holds up nothing")
    func refused() {
        let live = view([map("a", wave: 1), map("b")])
        let plan = DeletionPlan(of: Sample.tracking, live: live)
        #expect(names(plan.next(seeing: live, refused: [map("a").key])) == ["b"])
    }
}
