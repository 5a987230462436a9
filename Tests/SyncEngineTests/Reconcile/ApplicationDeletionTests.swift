import KubeCore
import SyncEngine
import Testing

/// The way of an Application out of the cluster.
@Suite("deletion of an Application, by stages")
struct ApplicationDeletionTests {
    private static let pre = DeletionHook.preDelete
    private static let post = DeletionHook.postDelete
    private static let cascade = CascadeFinalizer.plain.rawValue
    private static let asked = Timestamp(seconds: SampleApplication.now.seconds - 245)

    private static func application(
        _ finalizers: [String], _ patch: JSONValue = [:]
    ) -> Application {
        SampleApplication.make(
            [
                "metadata": [
                    "deletionTimestamp": .string(asked.rfc3339),
                    "finalizers": .array(finalizers.map { .string($0) }),
                ]
            ], patch)
    }

    /// A live hook Job, made after the deletion was asked for.
    private static func job(
        _ name: String, _ type: String = "PreDelete", condition: String? = nil, policy: String? = nil,
        madeAgo: Int64 = 10, _ annotations: [String: String] = [:]
    ) -> KubeObject {
        var job = Sample.live(Sample.hook(name, type, policy: policy, annotations))
        job["metadata", "creationTimestamp"] =
            .string(Timestamp(seconds: SampleApplication.now.seconds - madeAgo).rfc3339)
        if let condition {
            job["status"] = ["conditions": [["type": .string(condition), "status": "True"]]]
        }
        return job
    }

    /// One whose hooks have failed for so long, in seconds.
    private static func failing(for seconds: Int64) -> Application {
        var application = runs
        var condition = ApplicationCondition(.deletionError, failure)
        condition.lastTransitionTime = Timestamp(seconds: SampleApplication.now.seconds - seconds)
        application.status.conditions = [condition]
        return application
    }

    private static func ended(_ name: String, ago seconds: Int64) -> KubeObject {
        var job = job(name)
        let time = Timestamp(seconds: SampleApplication.now.seconds - seconds).rfc3339
        job["status"] = [
            "conditions": [["type": "Failed", "status": "True", "lastTransitionTime": .string(time)]]
        ]
        return job
    }

    private static func map(_ name: String, _ annotations: [String: String] = [:]) -> KubeObject {
        Sample.live(Sample.object("ConfigMap", name, annotations))
    }

    private static func leaving(_ object: KubeObject) -> KubeObject {
        var object = object
        object["metadata", "deletionTimestamp"] = .string(SampleApplication.now.rfc3339)
        object["metadata", "finalizers"] = ["example.test/hold"]
        return object
    }

    private static func action(_ object: KubeObject) -> DeletionPlan.Action {
        DeletionPlan.Action(of: object)
    }

    struct Row: CustomTestStringConvertible {
        var rule: String
        var application: Application
        var hooks: [KubeObject] = []
        var live: [KubeObject] = []
        var refused: [ObjectKey: String] = [:]
        var step: ApplicationDeletion.Step
        var testDescription: String { rule }
    }

    private static let wanted = Sample.hook("pre", "PreDelete")
    private static let runs = application([pre.finalizer, pre.cleanupFinalizer, cascade])
    private static let cascading = application([cascade, post.finalizer, post.cleanupFinalizer])
    private static let deadline = Timestamp(seconds: SampleApplication.now.seconds - 10 + 3600)
    private static let failure = "error executing pre-delete hooks: PreDelete hook(s) failed: demo/pre"

    static let order = [
        Row(rule: "S185 no finalizer: only the Application goes", application: application([]), step: .none),
        Row(
            rule: "S185 a finalizer of somebody else is not ours",
            application: application(["example.test/hold"]), live: [map("a")], step: .none),
        Row(
            rule: "S131 not while an operation is under way",
            application: application([cascade], ["operation": ["sync": [:]]]), live: [map("a")],
            step: .wait(.operation)),
        Row(
            rule: "S186 PreDelete hooks come before everything", application: runs, hooks: [wanted],
            live: [map("a")],
            step: .create([wanted])),
        Row(
            rule: "S186 PostDelete hooks come after everything", application: cascading, live: [map("a")],
            step: .delete([action(map("a"))], .foreground)),
        Row(
            rule: "S186 S188 nothing left: the cascade's finalizer goes", application: cascading,
            step: .keep(finalizers: [post.finalizer, post.cleanupFinalizer])),
        Row(
            rule: "S186 S196 then PostDelete hooks run",
            application: application([post.finalizer, post.cleanupFinalizer]),
            hooks: [wanted, Sample.hook("post", "PostDelete")],
            step: .create([Sample.hook("post", "PostDelete")])),
        Row(
            rule: "S186 and are tidied up, PreDelete hooks before PostDelete ones",
            application: application([post.cleanupFinalizer, pre.cleanupFinalizer]),
            step: .keep(finalizers: [post.cleanupFinalizer])),
    ]

    static let cascades = [
        Row(
            rule: "S189 in the background, if so asked",
            application: application([CascadeFinalizer.background.rawValue]), live: [map("a")],
            step: .delete([action(map("a"))], .background)),
        Row(
            rule: "S188 S198 the highest wave first, leftover hooks with their own",
            application: application([cascade]),
            live: [map("a"), map("w", [AnnotationKey.syncWave: "2"]), job("old", "PreSync")],
            step: .delete([action(map("w", [AnnotationKey.syncWave: "2"]))], .foreground)),
        Row(
            rule: "S188 waits for what is going", application: application([cascade]),
            live: [map("a"), leaving(map("b"))],
            step: .wait(.leaving([map("b").key: ["example.test/hold"]]))),
        Row(
            rule: "S190 the Application's own options count, after the object's",
            application: application([cascade], ["spec": ["syncPolicy": ["syncOptions": ["Delete=false"]]]]),
            live: [map("kept"), map("forced", [AnnotationKey.syncOptions: "Delete=true"])],
            step: .delete([action(map("forced"))], .foreground)),
        Row(
            rule: "S190 never itself", application: application([cascade]),
            live: [
                Sample.live(
                    KubeObject([
                        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application",
                        "metadata": ["name": "demo", "namespace": "argocd"],
                    ]))
            ], step: .keep(finalizers: [])),
        Row(
            rule: "S191 nothing goes before a person has agreed", application: application([cascade]),
            live: [map("a"), map("b", [AnnotationKey.syncOptions: "Delete=confirm"])],
            step: .wait(.confirmation([map("b").key]))),
        Row(
            rule: "S191 what the status says of an object counts, whatever the object says",
            application: application([cascade], ["status": ["resources": [asking("b")]]]),
            live: [map("a"), map("b")], step: .wait(.confirmation([map("b").key]))),
        Row(
            rule: "S191 an agreement from before the deletion is for something else",
            application: application([cascade], approved("2026-01-02T02:59:59Z")),
            live: [map("b", [AnnotationKey.syncOptions: "Prune=confirm"])],
            step: .wait(.confirmation([map("b").key]))),
        Row(
            rule: "S191 with the agreement it goes",
            application: application([cascade], approved("2026-01-02T03:00:00Z")),
            live: [map("b", [AnnotationKey.syncOptions: "Delete=confirm"])],
            step: .delete([action(map("b"))], .foreground)),
        Row(
            rule: "S194 what the server refuses to delete keeps the Application, and is told",
            application: application([cascade]), live: [map("a")], refused: [map("a").key: "forbidden"],
            step: .fail("error deleting resources: ConfigMap demo/a: forbidden", deleting: [])),
    ]

    private static func asking(_ name: String) -> JSONValue {
        [
            "kind": "ConfigMap", "namespace": "demo", "name": .string(name),
            "requiresDeletionConfirmation": true,
        ]
    }

    private static func approved(_ time: String) -> JSONValue {
        ["metadata": ["annotations": ["argocd.argoproj.io/deletion-approved": .string(time)]]]
    }

    static let hooks = [
        Row(
            rule: "S193 waits for hooks that run, and no longer than they may", application: runs,
            hooks: [wanted],
            live: [job("pre")], step: .wait(.hooks([wanted.key], until: deadline))),
        Row(
            rule: "S193 done: the finalizer goes", application: runs, hooks: [wanted],
            live: [job("pre", condition: "Complete")],
            step: .keep(finalizers: [pre.cleanupFinalizer, cascade])),
        Row(
            rule: "S193 a hook without health is done at once", application: runs,
            hooks: [Sample.object("ConfigMap", "note", [AnnotationKey.helmHook: "pre-delete"])],
            live: [map("note", [AnnotationKey.helmHook: "pre-delete"])],
            step: .keep(finalizers: [pre.cleanupFinalizer, cascade])),
        Row(
            rule: "S193 S194 failed: removed, and told", application: runs, hooks: [wanted],
            live: [job("pre", condition: "Failed")],
            step: .fail(failure, deleting: [action(job("pre"))])),
        Row(
            rule: "S193 S194 failed for the first time: removed at once", application: runs,
            hooks: [wanted], live: [ended("pre", ago: 1)],
            step: .fail(failure, deleting: [action(ended("pre", ago: 1))])),
        Row(
            rule: "S193 S194 failed again: left for half of the time since the first",
            application: failing(for: 90),
            hooks: [wanted], live: [ended("pre", ago: 10)],
            step: .fail(
                failure, deleting: [], again: Timestamp(seconds: SampleApplication.now.seconds + 30))),
        Row(
            rule: "S193 S194 failed for hours: left for three minutes", application: failing(for: 9000),
            hooks: [wanted], live: [ended("pre", ago: 180)],
            step: .fail(failure, deleting: [action(ended("pre", ago: 180))])),
        Row(
            rule: "S193 the failed one is still going", application: runs, hooks: [wanted],
            live: [leaving(job("pre", condition: "Failed"))],
            step: .wait(.hooks([wanted.key], until: deadline))),
        Row(
            rule: "S193 one failed while another runs", application: runs,
            hooks: [wanted, Sample.hook("slow", "PreDelete")],
            live: [job("pre", condition: "Failed"), job("slow")],
            step: .fail(failure, deleting: [action(job("pre"))])),
        Row(
            rule: "D6 a hook that runs for too long has failed", application: runs, hooks: [wanted],
            live: [job("pre", madeAgo: 60, [AnnotationKey.hookTimeout: "1m"])],
            step: .fail(failure, deleting: [action(job("pre"))])),
        Row(
            rule: "S193 a hook that only has a generateName can't be found again", application: runs,
            hooks: [
                KubeObject([
                    "apiVersion": "batch/v1", "kind": "Job",
                    "metadata": [
                        "generateName": "pre-", "annotations": ["argocd.argoproj.io/hook": "PreDelete"],
                    ],
                ])
            ],
            step: .fail(
                "error executing pre-delete hooks: a PreDelete hook needs a name: Job has only generateName",
                deleting: [])),
        Row(
            rule: "I2 a hook from before the deletion says nothing of this one", application: runs,
            hooks: [wanted],
            live: [job("pre", condition: "Complete", madeAgo: 300)],
            step: .delete([action(job("pre"))], .background)),
        Row(
            rule: "S193 no hooks any more", application: runs,
            step: .keep(finalizers: [pre.cleanupFinalizer, cascade])),
    ]

    private static let tidying = application([post.cleanupFinalizer])

    static let cleanups = [
        Row(
            rule: "S197 HookSucceeded goes after success, others stay", application: tidying,
            live: [
                job("a", "PostDelete", condition: "Complete", policy: "HookSucceeded"),
                job("b", "PostDelete", condition: "Complete", policy: "HookFailed"),
                job("c", "PostDelete", condition: "Complete"),
            ],
            step: .delete([action(job("a"))], .background)),
        Row(
            rule: "S197 HookFailed goes after failure", application: tidying,
            live: [
                job("a", "PostDelete", condition: "Complete", policy: "HookSucceeded"),
                job("b", "PostDelete", condition: "Failed", policy: "HookFailed"),
            ],
            step: .delete([action(job("b"))], .background)),
        Row(
            rule: "S197 waits until it is gone", application: tidying,
            live: [leaving(job("a", "PostDelete", condition: "Complete", policy: "HookSucceeded"))],
            step: .wait(.leaving([job("a").key: ["example.test/hold"]]))),
        Row(
            rule: "S197 with the default policy left behind", application: tidying,
            live: [job("a", "PostDelete", condition: "Complete")], step: .keep(finalizers: [])),
        Row(
            rule: "S195 hooks of the other kind are none of its business", application: tidying,
            live: [job("a", "PreDelete", condition: "Complete", policy: "HookSucceeded")],
            step: .keep(finalizers: [])),
        Row(
            rule: "S197 one that cannot be deleted holds nobody up", application: tidying,
            live: [job("a", "PostDelete", condition: "Complete", policy: "HookSucceeded")],
            refused: [job("a").key: "forbidden"], step: .keep(finalizers: [])),
        Row(
            rule: "D2 a Job that was to go by itself goes now", application: tidying,
            live: [job("a", "PostDelete", condition: "Complete", [AnnotationKey.heldTTL: "60"])],
            step: .delete([action(job("a"))], .background)),
    ]

    @Test("S131 S185-S198 the step of a pass", arguments: order + cascades + hooks + cleanups)
    func step(_ row: Row) {
        var deletion = ApplicationDeletion(
            row.application, tracking: Sample.tracking,
            live: Dictionary(row.live.map { ($0.key, $0) }) { first, _ in first }, now: SampleApplication.now)
        deletion.hooks = row.hooks
        deletion.refused = row.refused
        #expect(deletion.step == row.step)
    }

    @Test("D2 a hook Job does not vanish by itself before anybody has seen its end")
    func timeToLive() {
        var hook = Self.wanted
        hook["spec", "ttlSecondsAfterFinished"] = 30
        var deletion = ApplicationDeletion(
            Self.runs, tracking: Sample.tracking, live: [:], now: SampleApplication.now)
        deletion.hooks = [hook]
        guard case .create(let hooks) = deletion.step, let made = hooks.first else {
            Issue.record("nothing is made")
            return
        }
        #expect(made["spec", "ttlSecondsAfterFinished"] == nil)
        #expect(made.annotation(AnnotationKey.heldTTL) == "30")
    }

    @Test("S187 without a cluster our finalizers go, and no others")
    func noCluster() {
        let finalizers = [Self.pre.finalizer, Self.cascade, "example.test/hold", Self.post.cleanupFinalizer]
        #expect(
            ApplicationDeletion.finalizersWithoutCluster(of: Self.application(finalizers))
                == ["example.test/hold"])
    }

    @Test("S192 hooks among the targets bring their finalizers, in order; without hooks they go")
    func hookFinalizers() {
        let hooks = [
            Sample.object("ConfigMap", "a"),
            Sample.object("Job", "b", [AnnotationKey.helmHook: "post-delete"]),
            Self.wanted,
        ]
        let all = [
            Self.pre.finalizer, Self.pre.cleanupFinalizer, Self.post.finalizer, Self.post.cleanupFinalizer,
        ]
        #expect(SampleApplication.make().finalizers(forHooksAmong: hooks) == all)
        let bearing = Self.application(["example.test/hold"] + all)
        #expect(bearing.finalizers(forHooksAmong: hooks) == nil)
        #expect(
            bearing.finalizers(forHooksAmong: [Self.wanted])
                == ["example.test/hold", Self.pre.finalizer, Self.pre.cleanupFinalizer])
        #expect(bearing.finalizers(forHooksAmong: []) == ["example.test/hold"])
        #expect(SampleApplication.make().finalizers(forHooksAmong: []) == nil)
    }

    @Test("I1 S185-S197 whatever stage a process dies in, the next goes on, and each hook is made once")
    func wholeWay() {
        var finalizers = [
            Self.pre.finalizer, Self.pre.cleanupFinalizer, Self.post.finalizer, Self.post.cleanupFinalizer,
            Self.cascade,
        ]
        var live = Dictionary([Self.map("a"), Self.map("b")].map { ($0.key, $0) }) { first, _ in first }
        var made: [String] = []
        var deleted: [String] = []
        for _ in 0..<30 {
            // Nothing is carried over from pass to pass but the cluster.
            var deletion = ApplicationDeletion(
                Self.application(finalizers), tracking: Sample.tracking, live: live,
                now: SampleApplication.now)
            deletion.hooks = [
                Self.wanted, Sample.hook("post", "PostDelete", policy: "HookSucceeded"),
            ]
            switch deletion.step {
            case .none: break
            case .create(let hooks):
                for hook in hooks {
                    made.append(hook.name)
                    live[hook.key] = Self.job(
                        hook.name, hook.annotation(AnnotationKey.hook) ?? "",
                        policy: hook.annotation(AnnotationKey.hookDeletePolicy))
                }
            case .delete(let actions, _):
                for action in actions {
                    deleted.append(action.key.name)
                    live[action.key] = nil
                }
            case .keep(let left): finalizers = left
            case .wait(.hooks(let keys, until: _)):
                for key in keys {
                    live[key]?["status"] = ["conditions": [["type": "Complete", "status": "True"]]]
                }
            case .wait, .fail: Issue.record("nothing to wait for, and nothing failed")
            }
        }
        #expect(finalizers.isEmpty)
        #expect(live.isEmpty)
        #expect(made == ["pre", "post"])
        #expect(deleted.last == "post")
        #expect(Set(deleted) == ["a", "b", "pre", "post"])
    }
}
