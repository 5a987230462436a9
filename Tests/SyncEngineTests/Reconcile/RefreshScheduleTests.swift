import KubeCore
import SyncEngine
import Testing

/// When an application is compared, and how freshly.
@Suite("refresh")
struct RefreshScheduleTests {
    private typealias Make = SampleApplication

    private static let schedule = RefreshSchedule(
        interval: .seconds(120), jitter: .seconds(60), hardInterval: .seconds(3600))

    struct Row: CustomTestStringConvertible {
        var rule: String
        var application = SampleApplication.make()
        var asked: RefreshLevel?
        var lastHard: Int64?
        var after: Int64 = 0
        var level: RefreshLevel?
        var isHard = false
        var testDescription: String { rule }
    }

    /// An application whose last operation ended so many seconds after it was compared.
    private static func ended(after seconds: Int64, _ state: JSONValue = [:]) -> Application {
        Make.make(Make.last("Succeeded", ago: -seconds), ["status": ["operationState": state]])
    }

    static let rows = [
        Row(rule: "nothing to do"),
        Row(
            rule: "S149 asked for by annotation",
            application: Make.make(
                ["metadata": ["annotations": ["argocd.argoproj.io/refresh": "normal"]]]), level: .latestForced
        ),
        Row(
            rule: "S149 any other value is the same",
            application: Make.make(["metadata": ["annotations": ["argocd.argoproj.io/refresh": ""]]]),
            level: .latestForced),
        Row(
            rule: "S149 hard",
            application: Make.make(
                ["metadata": ["annotations": ["argocd.argoproj.io/refresh": "hard"]]]), level: .latestForced,
            isHard: true),
        Row(
            rule: "S151 never compared", application: Make.make(["status": .null]), level: .latestForced),
        Row(
            rule: "S151 another source than the compared one",
            application: Make.make(["spec": ["source": ["targetRevision": "next"]]]), level: .latestForced),
        Row(
            rule: "S151 another destination",
            application: Make.make(["spec": ["destination": ["namespace": "elsewhere"]]]), level: .latest),
        Row(
            rule: "S151 other ignored differences",
            application: Make.make([
                "spec": ["ignoreDifferences": [["kind": "Job", "jsonPointers": ["/spec"]]]]
            ]),
            level: .recent),
        Row(rule: "S151 not yet old", after: 119),
        Row(rule: "S151 old", after: 180, level: .latest),
        Row(rule: "S151 looked at a little later than now, by a clock that is ahead", after: -120),
        Row(rule: "S151 looked at in a far future is not looked at", after: -121, level: .latest),
        Row(
            rule: "S151 old, and the operation's end asks for more", asked: .latestForced, after: 180,
            level: .latestForced),
        Row(
            rule: "S130 nobody has compared since an operation ended", application: ended(after: 1),
            level: .latestForced),
        Row(
            rule: "S130 nor since one of the controller's own",
            application: ended(
                after: 1, ["operation": ["sync": [:], "initiatedBy": ["automated": true]]]), asked: .recent,
            level: .latest),
        Row(rule: "S130 somebody has compared since an operation ended", application: ended(after: 0)),
        Row(
            rule: "S130 after a dry run there is nothing to compare",
            application: ended(after: 1, ["operation": ["sync": ["dryRun": true]]])),
        Row(rule: "S152 an event of a live object", asked: .recent, level: .recent),
        Row(rule: "S152 only the health of live objects", asked: .tree, level: .tree),
        Row(rule: "S151 rendered anew long ago", lastHard: -3600, level: .latest, isHard: true),
        Row(rule: "S151 rendered anew not so long ago", lastHard: -3599),
    ]

    @Test("S149 S151 S152 when, and how freshly", arguments: rows)
    func need(_ row: Row) {
        let now = Timestamp(seconds: Make.now.seconds + row.after)
        let need = Self.schedule.need(
            of: row.application, asked: row.asked,
            lastHard: row.lastHard.map { Timestamp(seconds: Make.now.seconds + $0) }, now: now)
        #expect(need?.level == row.level)
        #expect(need?.isHard ?? false == row.isHard)
        #expect(need?.reason.isEmpty != true)
    }

    @Test("S151 each application has its own moment within the jitter, and keeps it")
    func jitter() {
        let due = (0..<200).map { number in
            let application = Make.make(["metadata": ["uid": .string("u\(number)")]])
            #expect(
                Self.schedule.due(application, at: Make.now) == Self.schedule.due(application, at: Make.now))
            return Self.schedule.due(application, at: Make.now).seconds - Make.now.seconds
        }
        #expect(due.allSatisfy { (120..<180).contains($0) })
        #expect(Set(due).count > 40)
    }

    @Test("S151 what a status cannot show is seen by the change itself")
    func changes() {
        let before = Make.make()
        #expect(before.comparison(after: before) == nil)
        let automated = Make.make(Make.automated(["prune": true]))
        #expect(automated.comparison(after: before) == .latest)
        #expect(Make.make(Make.automated(["prune": false])).comparison(after: automated) == .recent)
        #expect(before.comparison(after: automated) == .recent)
        #expect(Make.make(["spec": ["project": "web"]]).comparison(after: before) == .latest)
        let labelled = Make.make([
            "spec": ["syncPolicy": ["managedNamespaceMetadata": ["labels": ["a": "b"]]]]
        ])
        #expect(labelled.comparison(after: before) == .recent)
    }

    @Test("S152 a look that found nothing new is written once an hour, or where somebody waits for it")
    func looks() {
        func looked(_ application: Application, after seconds: Int64) -> ApplicationStatus {
            var status = application.status
            status.reconciledAt = Timestamp(seconds: Make.now.seconds + seconds)
            return status
        }
        let idle = Make.make()
        #expect(!idle.isNews(looked(idle, after: 180)))
        #expect(!idle.isNews(looked(idle, after: 3599)))
        #expect(idle.isNews(looked(idle, after: 3600)))
        var other = looked(idle, after: 180)
        other.sync.status = .synced
        #expect(idle.isNews(other))
        let asked = Make.make(["metadata": ["annotations": ["argocd.argoproj.io/refresh": "normal"]]])
        #expect(asked.isNews(looked(asked, after: 1)))
        let ended = Make.make(Make.last("Succeeded", ago: -1))
        #expect(ended.isNews(looked(ended, after: 2)))
        let longEnded = Make.make(Make.last("Succeeded", ago: 1))
        #expect(!longEnded.isNews(looked(longEnded, after: 2)))
        let new = Make.make(["status": ["reconciledAt": .null]])
        #expect(new.isNews(looked(new, after: 0)))

        let later = Timestamp(seconds: Make.now.seconds + 60)
        #expect(idle.seen(at: later).status.reconciledAt == later)
        #expect(idle.seen(at: Timestamp(seconds: 5)).status.reconciledAt == Make.now)
        #expect(idle.seen(at: nil) == idle)
        #expect(new.seen(at: later).status.reconciledAt == later)
    }

    @Test("S130 after an operation: looked up anew if a person wanted it, not at all after a dry run")
    func afterOperation() {
        func level(_ phase: String, _ operation: JSONValue) -> RefreshLevel? {
            Make.make(Make.last(phase), ["status": ["operationState": ["operation": operation]]])
                .status.operation?.comparisonAfterEnd
        }
        #expect(level("Succeeded", ["sync": [:]]) == .latestForced)
        #expect(level("Failed", ["sync": [:], "initiatedBy": ["automated": true]]) == .latest)
        #expect(level("Succeeded", ["sync": ["dryRun": true]]) == nil)
        #expect(level("Running", ["sync": [:]]) == nil)
    }
}
