import KubeCore
import SyncEngine
import Testing

@Suite("What keeps an application from being synced")
struct ProblemTests {
    private typealias Make = SampleApplication

    private static let closed = AppProject(
        name: "closed",
        spec: [
            "sourceRepos": ["https://example.test/repo.git"],
            "destinations": [["server": "*", "namespace": "demo"]],
        ])

    struct Row: CustomTestStringConvertible {
        var rule: String
        var application = SampleApplication.make()
        var project: AppProject? = ProblemTests.closed
        var sources: SourceSet?
        /// A part of each message.
        var problems: [String] = []
        var testDescription: String { rule }
    }

    static let rows = [
        Row(rule: "S154 nothing"),
        Row(
            rule: "S154 the spec can't be read before anything else counts",
            application: Make.make(["spec": ["destination": ["name": "in-cluster"]]]), project: nil,
            problems: ["spec.destination"]),
        Row(rule: "S154 no such project", project: nil, problems: ["project default which does not exist"]),
        Row(
            rule: "S200 S201 sources and destination, each by itself",
            application: Make.make([
                "spec": [
                    "source": ["repoURL": "https://other.test/repo.git"],
                    "destination": ["namespace": "elsewhere"],
                ]
            ]),
            problems: ["repo https://other.test/repo.git is not permitted", "namespace 'elsewhere'"]),
        Row(
            rule: "S200 an operation may bring a source that the spec does not name",
            sources: Make.make(["spec": ["source": ["repoURL": "https://other.test/repo.git"]]]).spec.sources,
            problems: ["repo https://other.test/repo.git is not permitted in project 'closed'"]),
        Row(
            rule: "S205 the Application's own namespace",
            application: Make.make(["metadata": ["namespace": "team"]]),
            problems: ["application 'demo' in namespace 'team' is not permitted"]),
        Row(
            rule: "S154 another cluster than the controller's",
            application: Make.make(["spec": ["destination": ["server": "https://far.test"]]]),
            problems: ["there is no cluster https://far.test"]),
    ]

    @Test("S154 S200 S201 S205 what stands in the way", arguments: rows)
    func problems(_ row: Row) throws {
        let found = row.application.problems(under: row.project, home: "argocd", sources: row.sources)
        try #require(found.count == row.problems.count, "\(found)")
        for (condition, part) in zip(found, row.problems) {
            #expect(condition.kind == .invalidSpecError)
            #expect(condition.message.contains(part))
        }
    }

    @Test("S119 an operation that could not begin says which conditions there are")
    func message() {
        let conditions = [
            ApplicationCondition(.invalidSpecError, "one"), ApplicationCondition.unrendered("no chart"),
        ]
        #expect(
            conditions.operationMessage
                == "InvalidSpecError: one;ComparisonError: Failed to load target state: no chart")
    }

    @Test("S20 a kind that is left out is named in a condition")
    func excluded() throws {
        let lease = Sample.object("Lease", "lock")
        let origin = ManifestOrigin(file: "a.yaml", document: 1, line: 1)
        let condition = try #require(PlanWarning.excluded(lease.key, origin).condition)
        #expect(condition.kind == .excludedResourceWarning)
        #expect(
            condition.message
                == "Resource \(lease.key.group)/Lease lock is excluded in the settings")
    }

    @Test(
        "S108 what is wanted and bears another application's mark is told; hooks and what nobody wants is not"
    )
    func shared() throws {
        func map(_ name: String, of application: String?) -> KubeObject {
            var object = Sample.object("ConfigMap", name)
            guard let application else { return object }
            Tracking(application: application, destinationNamespace: "demo").mark(&object)
            return object
        }
        let live = [
            map("own", of: "demo"), map("free", of: nil), map("b", of: "other"), map("a", of: "third"),
            map("unwanted", of: "other"),
        ]
        let manifests = ["own", "free", "b", "a", "new"].map { Sample.object("ConfigMap", $0) }
        let plan = try Sample.plan(manifests, live: live)
        let existing = Dictionary(live.map { ($0.key, $0) }) { first, _ in first }
        #expect(
            plan.sharedResources(of: "argocd/demo", live: existing) == [
                "ConfigMap/a is part of applications argocd/demo and third",
                "ConfigMap/b is part of applications argocd/demo and other",
            ])
    }
}
