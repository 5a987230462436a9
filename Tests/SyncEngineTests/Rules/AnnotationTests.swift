import KubeCore
import Testing

@testable import SyncEngine

@Suite("Parsing of annotations")
struct AnnotationTests {
    struct RoleRow: CustomTestStringConvertible {
        var rule: String
        var hook: String?
        var helm: String?
        var role: SyncRole
        var unknown: [String] = []

        var testDescription: String {
            "\(rule): hook \(hook.map { "\"\($0)\"" } ?? "none"), helm \(helm.map { "\"\($0)\"" } ?? "none")"
        }
    }

    static let roles = [
        RoleRow(rule: "S2 no annotation, no hook", role: .resource),
        RoleRow(rule: "S3", hook: "PreSync", role: .hook([.preSync])),
        RoleRow(rule: "S3", hook: "SyncFail", role: .hook([.syncFail])),
        RoleRow(
            rule: "S1, S6 items are trimmed, empty ones dropped", hook: " PostSync ,, Sync",
            role: .hook([.sync, .postSync])),
        RoleRow(
            rule: "S1 case counts", hook: "presync", role: .ignored, unknown: ["presync"]),
        RoleRow(rule: "S2, S4 an empty value is a hook, ignored", hook: "", role: .ignored, unknown: [""]),
        RoleRow(rule: "S4 unknown types", hook: "Later", role: .ignored, unknown: ["Later"]),
        RoleRow(
            rule: "S4 a known type beside an unknown one", hook: "Later,Sync", role: .hook([.sync]),
            unknown: ["Later"]),
        RoleRow(rule: "S5", hook: "Skip", role: .skipped),
        RoleRow(rule: "S5 Skip with a phase means nothing", hook: "Skip,PreSync", role: .hook([.preSync])),
        RoleRow(rule: "S7", helm: "pre-install", role: .hook([.preSync])),
        RoleRow(rule: "S7", helm: "pre-upgrade, post-upgrade", role: .hook([.preSync, .postSync])),
        RoleRow(rule: "S7 the rest maps to nothing", helm: "test,pre-rollback", role: .ignored),
        RoleRow(rule: "S8", helm: "crd-install", role: .resource),
        RoleRow(rule: "S8 only if it is alone", helm: "crd-install,test", role: .ignored),
        RoleRow(rule: "S9 Argo's type wins", hook: "Sync", helm: "pre-install", role: .hook([.sync])),
        RoleRow(rule: "S9 Skip is a valid type", hook: "Skip", helm: "pre-install", role: .skipped),
        RoleRow(
            rule: "S9 without one, Helm's counts", hook: "x", helm: "post-install", role: .hook([.postSync]),
            unknown: ["x"]),
        RoleRow(rule: "S15", hook: "PreDelete", role: .deletionHook),
        RoleRow(rule: "S15", helm: "post-delete", role: .deletionHook),
        RoleRow(rule: "S16 a sync phase beside it", hook: "PostDelete,PostSync", role: .hook([.postSync])),
        RoleRow(rule: "S16", helm: "pre-delete,pre-install", role: .hook([.preSync])),
    ]

    @Test("S2-S9, S15, S16 the role of an object", arguments: roles)
    func role(_ row: RoleRow) {
        var object = Sample.object("Job", "a")
        object.setAnnotation(AnnotationKey.hook, row.hook)
        object.setAnnotation(AnnotationKey.helmHook, row.helm)
        let (role, unknown) = SyncRole.read(object)
        #expect(role == row.role)
        #expect(unknown.map(\.value) == row.unknown)
    }

    @Test(
        "S10, S11 the wave",
        arguments: [
            ("5", nil, 5, 0), ("-3", nil, -3, 0), ("+2", nil, 2, 0), (nil, "7", 7, 0), ("x", "7", 7, 1),
            (" 2", nil, 0, 1), ("1.0", nil, 0, 1), ("", "3", 3, 1), ("0x10", nil, 0, 1), ("٣", nil, 0, 1),
            ("99999999999999999999", "4", 4, 1), ("1", "7", 1, 0), (nil, "soon", 0, 0), (nil, nil, 0, 0),
        ] as [(String?, String?, Int, Int)])
    func wave(annotation: String?, weight: String?, wave: Int, unknown: Int) {
        var object = Sample.object("ConfigMap", "a")
        object.setAnnotation(AnnotationKey.syncWave, annotation)
        object.setAnnotation(AnnotationKey.helmHookWeight, weight)
        let read = SyncWave.read(object)
        #expect(read.wave == wave)
        #expect(read.unknown.count == unknown)
    }

    @Test(
        "S12, S13 delete policies, Argo's and Helm's united",
        arguments: [
            (nil, nil, []), ("HookSucceeded", nil, [.hookSucceeded]),
            (" HookFailed , BeforeHookCreation", nil, [.hookFailed, .beforeHookCreation]),
            (nil, "hook-succeeded,before-hook-creation", [.hookSucceeded, .beforeHookCreation]),
            ("HookFailed", "hook-succeeded", [.hookFailed, .hookSucceeded]), ("never", nil, []),
        ] as [(String?, String?, Set<HookDeletePolicy>)])
    func policies(argo: String?, helm: String?, policies: Set<HookDeletePolicy>) {
        var object = Sample.object("Job", "a")
        object.setAnnotation(AnnotationKey.hookDeletePolicy, argo)
        object.setAnnotation(AnnotationKey.helmHookDeletePolicy, helm)
        #expect(HookDeletePolicy.read(object).policies == policies)
        #expect(HookDeletePolicy.read(object).unknown.map(\.value) == (argo == "never" ? ["never"] : []))
    }

    @Test("D1, S14 a hook without policy is created once, unless a default is asked for")
    func defaultPolicy() throws {
        var request = Sample.request()
        let hook = Sample.hook("h", "Sync")
        let once = try #require(try Sample.plan([hook], request: request).tasks.first)
        #expect(once.hookTerms?.policies == [])
        request.reading.defaultHookPolicy = .beforeHookCreation
        let renewed = try #require(try Sample.plan([hook], request: request).tasks.first)
        #expect(renewed.hookTerms?.policies == [.beforeHookCreation])
    }

    @Test("S17 options are exact items; a valued one is the first of its name")
    func options() {
        let object = Sample.object(
            "ConfigMap", "a",
            [AnnotationKey.syncOptions: "Prune=false, Replace=true,,Prune=confirm,force=true"])
        let options = SyncOptions(of: object)
        #expect(options.value("Prune") == "false")
        #expect(options.contains("Replace=true"))
        #expect(!options.contains("Force=true"))
        #expect(options.value("Pru") == nil)
    }

    struct UnknownRow: CustomTestStringConvertible {
        var annotation: String
        var value: String
        var testDescription: String { "\(annotation): \"\(value)\"" }
    }

    static let unknownValues = [
        UnknownRow(annotation: AnnotationKey.hook, value: "PreSynch"),
        UnknownRow(annotation: AnnotationKey.hook, value: ""),
        UnknownRow(annotation: AnnotationKey.hookDeletePolicy, value: "OnSuccess"),
        UnknownRow(annotation: AnnotationKey.syncWave, value: "first"),
        UnknownRow(annotation: AnnotationKey.hookTimeout, value: "soon"),
        UnknownRow(annotation: AnnotationKey.hookTimeout, value: "-5m"),
        UnknownRow(annotation: AnnotationKey.hookTimeout, value: "0s"),
    ]

    @Test(
        "D9 a value that nobody knows is an error that names file, document and value",
        arguments: unknownValues)
    func unknown(_ row: UnknownRow) throws {
        let good = Sample.hook("good", "Sync")
        var bad = Sample.hook("bad", "Sync")
        bad.setAnnotation(row.annotation, row.value)
        do {
            _ = try Sample.plan([good, bad])
            Issue.record("no failure")
        } catch let failure as PlanFailure {
            let text = failure.description
            #expect(text.contains("a.yaml, document 2"))
            #expect(text.contains("\"\(row.value)\""))
            #expect(text.contains(row.annotation))
        }
        var lenient = Sample.request()
        lenient.reading.isLenient = true
        #expect(try Sample.plan([good, bad], request: lenient).tasks.contains { $0.key.name == "good" })
    }

    @Test("D9 every unknown value is reported, in manifest order")
    func allUnknown() {
        let objects = ["a", "b", "c"].map { Sample.hook($0, "Nonsense-\($0)") }
        #expect {
            try Sample.plan(objects)
        } throws: { failure in
            guard case .annotations(let failures) = failure as? PlanFailure else { return false }
            return failures.map(\.value) == ["Nonsense-a", "Nonsense-b", "Nonsense-c"]
        }
    }
}
