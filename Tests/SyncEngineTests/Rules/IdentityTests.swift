import KubeCore
import Testing

@testable import SyncEngine

@Suite("Identity and tracking")
struct IdentityTests {
    /// In clusters by now: a change of these values would make every stamp a stranger's.
    @Test(
        "I2 operation ids never change from version to version",
        arguments: [
            ("demo", 1_767_323_045, "0123456789abcdef", "e594d45211"),
            ("demo", 1_767_323_046, "0123456789abcdef", "2990358cd9"),
            ("demo", 1_767_323_045, "", "2f0f20d7aa"), ("team_shop", 0, "main", "7511ac9115"),
        ] as [(String, Int64, String, String)])
    func golden(application: String, start: Int64, revision: String, id: String) {
        let operation = OperationID(
            application: application, startedAt: Timestamp(seconds: start), revision: revision)
        #expect(operation.description == id)
    }

    @Test("I2 an id depends on application, start and revision, and on where one ends and the next begins")
    func distinct() {
        var ids: Set<String> = []
        for application in ["a", "ab", "b"] {
            for start in 0..<50 {
                for revision in ["", "r", "br"] {
                    ids.insert(
                        OperationID(
                            application: application, startedAt: Timestamp(seconds: Int64(start)),
                            revision: revision
                        ).description)
                }
            }
        }
        #expect(ids.count == 450)
        #expect(ids.allSatisfy { $0.count == 10 && $0.allSatisfy(\.isHexDigit) })
    }

    @Test(
        "S30 names from generateName",
        arguments: [
            ("x-", "0123456789abcdef", SyncPhase.preSync, "x-0123456-presync-1767323045"),
            ("x-", "01234567", .postSync, "x-0123456-postsync-1767323045"),
            ("x-", "0123456", .sync, "x-0123456-sync-1767323045"),
            ("Mig-", "ABCDEFGHIJ", .syncFail, "Mig-abcdefg-syncfail-1767323045"),
            ("", "v1", .sync, "v1-sync-1767323045"), ("x-", "", .sync, "x--sync-1767323045"),
        ])
    func generatedName(prefix: String, revision: String, phase: SyncPhase, name: String) {
        #expect(Sample.request(revision: revision).generatedName(prefix, in: phase) == name)
    }

    @Test("S30 two hooks of one generateName get two names, the same in every process")
    func generatedTwice() throws {
        var hook = Sample.hook("", "PreSync")
        hook["metadata", "name"] = nil
        hook["metadata", "generateName"] = "m-"
        let names = try Sample.plan([hook, hook]).tasks.map(\.key.name)
        #expect(names == ["m-0123456-presync-1767323045", "m-0123456-presync-1767323045-2"])
    }

    @Test("I2, D2 a hook bears its operation, and keeps its time to live for later")
    func stamps() throws {
        var hook = Sample.hook("h", "PreSync, PostSync")
        hook["spec"] = ["ttlSecondsAfterFinished": 30, "backoffLimit": 0]
        let tasks = try Sample.plan([hook]).tasks
        #expect(tasks.map(\.phase) == [.preSync, .postSync])
        for task in tasks {
            let target = try #require(task.target)
            #expect(target.annotation(AnnotationKey.syncID) == Sample.request().operationID.description)
            #expect(target.annotation(AnnotationKey.syncPhase) == task.phase.rawValue)
            #expect(target.annotation(AnnotationKey.syncStartedAt) == "2026-01-02T03:04:05Z")
            #expect(target.annotation(AnnotationKey.heldTTL) == "30")
            #expect(target["spec"] == ["backoffLimit": 0])
        }
    }

    @Test("S178 both marks, on namespaced and on cluster-scoped objects")
    func marks() {
        var role = Sample.object("ClusterRole", "reader")
        Sample.tracking.mark(&role)
        #expect(role.label(AnnotationKey.application) == "demo")
        #expect(
            role.annotation(AnnotationKey.trackingID)
                == "demo:rbac.authorization.k8s.io/ClusterRole:demo/reader")
        var map = Sample.object("ConfigMap", "a", namespace: "other")
        Sample.tracking.mark(&map)
        #expect(map.annotation(AnnotationKey.trackingID) == "demo:/ConfigMap:other/a")
    }

    @Test("S178 a label holds 63 characters; a longer name ends in a hash")
    func longLabels() {
        let long = String(repeating: "a", count: 60) + "-shop"
        let other = String(repeating: "a", count: 60) + "-blog"
        let labels = [long, other].map {
            Tracking(application: $0, destinationNamespace: "").labelValue
        }
        #expect(labels.allSatisfy { $0.utf8.count == 63 })
        #expect(Set(labels).count == 2)
        let fits = String(repeating: "a", count: 63)
        #expect(Tracking(application: fits, destinationNamespace: "").labelValue == fits)
    }

    @Test(
        "S26, S180 an object is ours if its mark describes this very object",
        arguments: [
            ("demo:/ConfigMap:demo/a", true), ("demo:/ConfigMap:demo/b", false),
            ("demo:/ConfigMap:other/a", false), ("demo:/Secret:demo/a", false),
            ("demo:apps/ConfigMap:demo/a", false), ("other:/ConfigMap:demo/a", false), ("demo", false),
            ("", false), (":::/", false), (nil, false),
        ] as [(String?, Bool)])
    func ownership(mark: String?, isOurs: Bool) {
        var object = Sample.object("ConfigMap", "a")
        object.setAnnotation(AnnotationKey.trackingID, mark)
        #expect(Sample.tracking.owns(object) == isOurs)
    }

    @Test("S26 the namespace in a cluster-scoped object's mark does not count")
    func clusterOwnership() {
        let mark = "demo:rbac.authorization.k8s.io/ClusterRole:elsewhere/reader"
        let role = Sample.object("ClusterRole", "reader", [AnnotationKey.trackingID: mark])
        #expect(Sample.tracking.owns(role))
        #expect(
            !Sample.tracking.owns(Sample.object("ClusterRole", "writer", [AnnotationKey.trackingID: mark])))
    }
}
