import KubeCore
import SyncEngine
import Testing

/// The patches that an Application is written with.
struct ApplicationWritingTests {
    private let whole = KubeObject(ApplicationTests.whole)

    private func applied(_ patch: JSONPatch, to object: KubeObject) throws -> KubeObject {
        KubeObject(try patch.applied(to: .object(object.json)).object ?? [:])
    }

    @Test("S115 a running operation is recorded, and the request stays")
    func recording() throws {
        let application = Application(whole)
        var state = try #require(application.status.operation)
        state.message = "one or more tasks are running"
        let written = try applied(application.recording(state), to: whole)
        #expect(Application(written).status.operation == state)
        #expect(written["operation"] == whole["operation"])
        #expect(written["status", "history"] == whole["status", "history"])
    }

    @Test("S115 with the completed state the request goes, if there is one")
    func completing() throws {
        let application = Application(whole)
        var state = try #require(application.status.operation)
        state.phase = .succeeded
        let written = try applied(application.recording(state), to: whole)
        #expect(written["operation"] == nil)
        var without = whole
        without["operation"] = nil
        #expect(try applied(application.recording(state), to: without)["operation"] == nil)
    }

    @Test("S115 the first state ever is recorded only in the version that was read")
    func firstState() throws {
        var fresh = whole
        fresh["status"] = nil
        let state = OperationState(
            phase: .running, message: "", startedAt: Timestamp(seconds: 0), revision: "r")
        let patch = Application(fresh).recording(state)
        #expect(Application(try applied(patch, to: fresh)).status.operation == state)
        var changed = fresh
        changed["metadata", "resourceVersion"] = "8"
        #expect(throws: JSONPatchFailure.self) { try applied(patch, to: changed) }
    }

    @Test("S112 an operation is asked for and accepted in one write, in the version that was read")
    func accepting() throws {
        var fresh = whole
        fresh["status"] = nil
        fresh["operation"] = nil
        var state = OperationState(
            phase: .running, message: "", startedAt: Timestamp(seconds: 0), revision: "r")
        state.request = OperationRequest(SyncOperation())
        let patch = Application(fresh).accepting(state)
        let written = Application(try applied(patch, to: fresh))
        #expect(written.status.operation == state)
        #expect(written.operation == state.request)
        var changed = fresh
        changed["metadata", "resourceVersion"] = "8"
        #expect(throws: JSONPatchFailure.self) { try applied(patch, to: changed) }
    }

    @Test("S156 only what a refresh has changed is written, and nothing if that is nothing")
    func refreshing() throws {
        let application = Application(whole)
        #expect(application.changes(to: application.status) == nil)
        var status = application.status
        status.sync.status = .synced
        status.conditions = []
        #expect(
            application.changes(to: status)
                == MergePatch(["status": ["sync": ["status": "Synced"], "conditions": .null]]))
    }

    @Test("S150 the wish for a refresh is taken away, and not one that was made in between")
    func removingRefresh() throws {
        var wished = whole
        #expect(Application(wished).removingRefresh == nil)
        for timestamp in ["2026-01-02T03:04:05Z", nil] {
            wished.setAnnotation(AnnotationKey.refresh, "normal")
            wished.setAnnotation(AnnotationKey.refreshTimestamp, timestamp)
            let patch = try #require(Application(wished).removingRefresh)
            let left = try applied(patch, to: wished)
            #expect(left.annotation(AnnotationKey.refresh) == nil)
            #expect(left.annotation(AnnotationKey.refreshTimestamp) == nil)
            var newer = wished
            newer.setAnnotation(AnnotationKey.refreshTimestamp, "2026-01-02T03:05:00Z")
            newer["metadata", "resourceVersion"] = "8"
            #expect(throws: JSONPatchFailure.self) { try applied(patch, to: newer) }
        }
    }

    @Test("S183 an entry has the next id; the newest are kept; one operation has one")
    func history() throws {
        var state = try #require(Application(whole).status.operation)
        state.phase = .succeeded
        let now = Timestamp(seconds: 1_767_323_100)
        let history = Application(whole).status.history.adding(state, limit: 10, now: now)
        #expect(history.map(\.id) == [4, 5])
        #expect(history.last?.deployStartedAt == state.startedAt && history.last?.revision == "abc")
        #expect(history.adding(state, limit: 10, now: now) == history)
        #expect(history.adding(state, limit: 1, now: now).map(\.id) == [5])
        #expect(history.adding(state, limit: 0, now: now).isEmpty)
        #expect([HistoryEntry]().adding(state, limit: 10, now: now).map(\.id) == [0])
        #expect(
            Application.recording(history).json[path: ["status", "history"]]?.array?.last?["deployedAt"]
                == "2026-01-02T03:05:00Z")
    }

    @Test("S182 only whole syncs that have succeeded are history")
    func historic() throws {
        var state = try #require(Application(whole).status.operation)
        #expect(!state.isHistoric)
        state.phase = .succeeded
        #expect(state.isHistoric)
        state.request?.sync?.dryRun = true
        #expect(!state.isHistoric)
        state.request?.sync?.dryRun = false
        state.request?.sync?.resources = [.init(group: "", kind: "ConfigMap", namespace: "", name: "cfg")]
        #expect(!state.isHistoric)
    }

    @Test("S113 a request takes the place of an old state, in the version that was read")
    func requesting() throws {
        var idle = whole
        idle["operation"] = nil
        let request = OperationRequest(SyncOperation())
        let written = try applied(Application(idle).requesting(request), to: idle)
        #expect(written["operation"] == ["sync": [:]] && written["status", "operationState"] == nil)
    }

    struct Annotated: CustomTestStringConvertible {
        var key: String
        var value: String
        var rule: String
        var holds: Bool
        var question: @Sendable (ApplicationMetadata) -> Bool
        var testDescription: String { "\(rule) \(key)=\(value)" }
    }

    static let start = Timestamp(seconds: 1_767_323_045)
    static let annotated =
        ["true", "1", "t", "false", "yes", ""].map { value in
            Annotated(
                key: AnnotationKey.skipReconcile, value: value, rule: "S153",
                holds: ["true", "1", "t"].contains(value),
                question: \.isSkipped)
        }
        + [
            ("2026-01-02T03:04:05Z", true), ("2026-01-02T04:04:05+01:00", true),
            ("2026-01-02T03:04:04Z", false),
            ("soon", false),
        ].map { value, holds in
            Annotated(key: AnnotationKey.deletionApproved, value: value, rule: "S95", holds: holds) {
                $0.approvesDeletion(since: start)
            }
        }
        + [("hard", true), ("normal", false), ("anything", false)].map { value, holds in
            Annotated(key: AnnotationKey.refresh, value: value, rule: "S149", holds: holds) {
                $0.refresh?.isHard == true
            }
        }

    @Test("S95 S149 S153 what annotations of an Application ask for", arguments: annotated)
    func annotation(_ row: Annotated) {
        var object = whole
        object.setAnnotation(row.key, row.value)
        #expect(row.question(Application(object).metadata) == row.holds)
    }

    @Test("S179 away from the controller's namespace, the namespace is part of the name")
    func instanceName() {
        #expect(Application(whole).instanceName(in: "argocd") == "shop")
        #expect(Application(whole).instanceName(in: "other") == "argocd_shop")
    }
}
