import KubeCore
import KubeServer
import TestSupport
import Testing

/// A server, and requests in short.
struct Embedded {
    let clock = StandingClock()
    let server: KubeServer

    init(_ simulation: Simulation = Simulation()) {
        server = KubeServer(
            clock: clock, startingAt: Timestamp(seconds: 1_700_000_000), simulation: simulation, seed: 1)
    }

    @discardableResult
    func ask(
        _ method: HTTPRequest.Method, _ target: String, _ body: JSONValue? = nil,
        type: String = "application/json"
    )
        async throws -> JSONValue
    {
        let response = try await server.send(
            HTTPRequest(
                method: method, target: target, headers: [HTTPHeader("Content-Type", type)],
                body: body?.serialized() ?? []))
        return try JSONValue(parsing: response.body)
    }

    /// The first events of a watch.
    func events(_ target: String, count: Int) async throws -> [JSONValue] {
        let stream = try await server.open(HTTPRequest(method: .get, target: target, timeout: nil))
        var events: [JSONValue] = []
        for try await piece in stream.body {
            for line in piece.split(separator: UInt8(ascii: "\n")) {
                events.append(try JSONValue(parsing: Array(line)))
            }
            if events.count >= count { break }
        }
        return events
    }

    func move(_ duration: Duration) {
        clock.advance(by: duration)
        server.catchUp()
    }
}

@Suite("watches")
struct WatchTests {
    let configs = "/api/v1/namespaces/default/configmaps"

    private func config(_ name: String, _ labels: JSONValue = [:]) -> JSONValue {
        ["metadata": ["name": .string(name), "labels": labels]]
    }

    @Test("a watch shows what changed after its version, and only what its selector wants")
    func selected() async throws {
        let embedded = Embedded()
        let start = try await embedded.ask(.get, configs)["metadata"]?["resourceVersion"]?.string ?? ""
        try await embedded.ask(.post, configs, config("a", ["x": "1"]))
        try await embedded.ask(.post, configs, config("b"))
        try await embedded.ask(
            .patch, "\(configs)/a", ["data": ["k": "v"]], type: "application/merge-patch+json")
        try await embedded.ask(
            .patch, "\(configs)/a", ["metadata": ["labels": .null]], type: "application/merge-patch+json")
        try await embedded.ask(.delete, "\(configs)/a")
        let events = try await embedded.events(
            "\(configs)?watch=1&labelSelector=x&resourceVersion=\(start)", count: 3)
        #expect(events.map { $0["type"]?.string } == ["ADDED", "MODIFIED", "DELETED"])
        #expect(events.allSatisfy { $0["object"]?["metadata"]?["name"] == "a" })
    }

    @Test("a watch that waits is woken by a write")
    func woken() async throws {
        let embedded = Embedded()
        let start = try await embedded.ask(.get, configs)["metadata"]?["resourceVersion"]?.string ?? ""
        async let events = embedded.events("\(configs)?watch=1&resourceVersion=\(start)", count: 1)
        try await embedded.ask(.post, configs, config("late"))
        #expect(try await events.first?["object"]?["metadata"]?["name"] == "late")
    }

    @Test("initial events end with a bookmark")
    func initial() async throws {
        let embedded = Embedded()
        try await embedded.ask(.post, configs, config("a"))
        let query =
            "watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
        let events = try await embedded.events("\(configs)?\(query)", count: 3)
        #expect(events.map { $0["type"]?.string } == ["ADDED", "ADDED", "BOOKMARK"])
        let annotations = events.last?["object"]?["metadata"]?["annotations"]
        #expect(annotations?["k8s.io/initial-events-end"] == "true")
    }

    @Test("a version that is forgotten is answered with 410")
    func expired() async throws {
        let embedded = Embedded()
        let start = try await embedded.ask(.get, configs)["metadata"]?["resourceVersion"]?.string ?? ""
        try await embedded.ask(.post, configs, config("a"))
        for round in 0..<11000 {
            try await embedded.ask(
                .patch, "\(configs)/a", ["data": ["k": .string("\(round)")]],
                type: "application/merge-patch+json")
        }
        let events = try await embedded.events("\(configs)?watch=1&resourceVersion=\(start)", count: 1)
        #expect(events.first?["type"] == "ERROR")
        #expect(events.first?["object"]?["code"] == 410)
    }

    @Test("the server ends a watch after its time")
    func ends() async throws {
        let embedded = Embedded()
        let stream = try await embedded.server.open(
            HTTPRequest(
                method: .get, target: "\(configs)?watch=1&resourceVersion=5&timeoutSeconds=10", timeout: nil))
        embedded.clock.advance(by: .seconds(11))
        var pieces = 0
        for try await _ in stream.body { pieces += 1 }
        #expect(pieces == 0)
    }
}

@Suite("simulated life")
struct SimulationTests {
    private let jobs = "/apis/batch/v1/namespaces/default/jobs"

    private func job(_ name: String, _ wish: String?, _ spec: JSONObject = [:]) -> JSONValue {
        var members = spec
        members["template"] = [
            "metadata": ["annotations": .object(wish.map { ["syncctl.dev/simulate": .string($0)] } ?? [:])],
            "spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "busybox"]]],
        ]
        return ["metadata": ["name": .string(name)], "spec": .object(members)]
    }

    private func condition(_ embedded: Embedded, _ name: String) async throws -> String? {
        let job = try await embedded.ask(.get, "\(jobs)/\(name)")
        return job["status"]?["conditions"]?.array?.first?["type"]?.string
    }

    @Test("a job succeeds after its pod started and ran, and not before")
    func succeeds() async throws {
        let embedded = Embedded()
        try await embedded.ask(.post, jobs, job("j", nil))
        embedded.move(.milliseconds(500))
        #expect(try await condition(embedded, "j") == nil)
        embedded.move(.seconds(1))
        #expect(try await condition(embedded, "j") == "Complete")
    }

    @Test(
        "a job ends as its annotation wishes",
        arguments: [("fail", "Failed"), ("succeed=5s", "Complete"), ("hang", nil)] as [(String, String?)])
    func wishes(_ wish: String, _ end: String?) async throws {
        let embedded = Embedded()
        try await embedded.ask(.post, jobs, job("j", wish, ["backoffLimit": 0]))
        for _ in 0..<10 { embedded.move(.seconds(1)) }
        #expect(try await condition(embedded, "j") == end)
    }

    @Test("jobs of several pods end as their template's annotation wishes")
    func counts() async throws {
        let embedded = Embedded()
        try await embedded.ask(
            .post, jobs, job("many", "succeed=2s", ["completions": 5, "parallelism": 2]))
        try await embedded.ask(.post, jobs, job("bad", "fail", ["backoffLimit": 2]))
        embedded.move(.milliseconds(600))
        #expect(try await embedded.ask(.get, "\(jobs)/many")["status"]?["active"] == 2)
        for _ in 0..<10 { embedded.move(.seconds(1)) }
        let many = try await embedded.ask(.get, "\(jobs)/many")
        #expect(many["status"]?["succeeded"] == 5)
        #expect(try await condition(embedded, "many") == "Complete")
        let bad = try await embedded.ask(.get, "\(jobs)/bad")
        #expect(bad["status"]?["failed"] == 3)
        #expect(bad["status"]?["conditions"]?.array?.first?["reason"] == "BackoffLimitExceeded")
    }

    @Test("a suspended job has no pods until it is resumed")
    func suspended() async throws {
        let embedded = Embedded()
        let pods = "/api/v1/namespaces/default/pods"
        try await embedded.ask(.post, jobs, job("j", nil, ["suspend": true]))
        for _ in 0..<3 { embedded.move(.seconds(1)) }
        #expect(try await embedded.ask(.get, pods)["items"]?.array?.isEmpty == true)
        #expect(try await condition(embedded, "j") == "Suspended")
        func suspend(_ isOn: Bool) async throws {
            try await embedded.ask(
                .patch, "\(jobs)/j", ["spec": ["suspend": .bool(isOn)]], type: "application/merge-patch+json")
        }
        try await suspend(false)
        embedded.move(.milliseconds(600))
        #expect(try await embedded.ask(.get, "\(jobs)/j")["status"]?["active"] == 1)
        try await suspend(true)
        embedded.move(.milliseconds(100))
        #expect(try await embedded.ask(.get, pods)["items"]?.array?.isEmpty == true)
        try await suspend(false)
        for _ in 0..<3 { embedded.move(.seconds(1)) }
        let end = try await embedded.ask(.get, "\(jobs)/j")["status"]
        #expect(end?["conditions"]?.array?.last?["type"] == "Complete")
    }

    @Test("a deployment that is made again takes over what an orphaning deletion has left, and its revisions")
    func adoption() async throws {
        let embedded = Embedded()
        let path = "/apis/apps/v1/namespaces/default/deployments"
        func body(_ image: JSONValue) -> JSONValue {
            [
                "metadata": ["name": "web"],
                "spec": [
                    "selector": ["matchLabels": ["app": "web"]],
                    "template": [
                        "metadata": ["labels": ["app": "web"]],
                        "spec": ["containers": [["name": "c", "image": image]]],
                    ],
                ],
            ]
        }
        func revision() async throws -> JSONValue? {
            let web = try await embedded.ask(.get, "\(path)/web")
            return web["metadata"]?["annotations"]?["deployment.kubernetes.io/revision"]
        }
        try await embedded.ask(.post, path, body("web:1"))
        for _ in 0..<3 { embedded.move(.seconds(1)) }
        let pods = "/api/v1/namespaces/default/pods"
        let before = try await embedded.ask(.get, pods)["items"]?.array?.first?["metadata"]?["uid"]
        try await embedded.ask(.delete, "\(path)/web", ["propagationPolicy": "Orphan"])
        try await embedded.ask(.post, path, body("web:1"))
        for _ in 0..<3 { embedded.move(.seconds(1)) }
        let after = try await embedded.ask(.get, pods)["items"]?.array
        #expect(after?.count == 1)
        #expect(after?.first?["metadata"]?["uid"] == before)
        #expect(try await revision() == "1")
        for (image, number) in [("web:2", "2"), ("web:1", "3"), ("web:2", "4")] as [(JSONValue, JSONValue)] {
            try await embedded.ask(.put, "\(path)/web", body(image))
            for _ in 0..<3 { embedded.move(.seconds(1)) }
            #expect(try await revision() == number)
        }
    }

    @Test(
        "a deployment whose pods never become ready exceeds its progress deadline",
        arguments: ["hang", "fail", "succeed=60s"])
    func stuck(_ wish: String) async throws {
        let embedded = Embedded()
        let path = "/apis/apps/v1/namespaces/default/deployments"
        try await embedded.ask(
            .post, path,
            [
                "metadata": ["name": "web"],
                "spec": [
                    "progressDeadlineSeconds": 20, "selector": ["matchLabels": ["app": "web"]],
                    "template": [
                        "metadata": [
                            "labels": ["app": "web"], "annotations": ["syncctl.dev/simulate": .string(wish)],
                        ],
                        "spec": ["containers": [["name": "c", "image": "web:1"]]],
                    ],
                ],
            ])
        func progressing() async throws -> JSONValue? {
            let status = try await embedded.ask(.get, "\(path)/web")["status"]
            return status?["conditions"]?.array?.first { $0["type"] == "Progressing" }
        }
        for _ in 0..<15 { embedded.move(.seconds(1)) }
        #expect(try await progressing()?["reason"] == "ReplicaSetUpdated")
        for _ in 0..<15 { embedded.move(.seconds(1)) }
        #expect(try await progressing()?["reason"] == "ProgressDeadlineExceeded")
        #expect(try await progressing()?["status"] == "False")
        for _ in 0..<60 { embedded.move(.seconds(1)) }
        let isLate = wish == "succeed=60s"
        #expect(
            try await progressing()?["reason"]
                == (isLate ? "NewReplicaSetAvailable" : "ProgressDeadlineExceeded"))
    }

    @Test("a job that hangs is ended by its deadline, and a finished one by its time to live")
    func deadlines() async throws {
        let embedded = Embedded()
        try await embedded.ask(
            .post, jobs, job("j", "hang", ["activeDeadlineSeconds": 20, "ttlSecondsAfterFinished": 30]))
        for _ in 0..<25 { embedded.move(.seconds(1)) }
        #expect(try await condition(embedded, "j") == "Failed")
        for _ in 0..<35 { embedded.move(.seconds(1)) }
        #expect(try await embedded.ask(.get, "\(jobs)/j")["code"] == 404)
    }

    @Test("a deployment becomes available, rolls over to a new template, and takes its pods with it")
    func deployment() async throws {
        let embedded = Embedded()
        let path = "/apis/apps/v1/namespaces/default/deployments"
        func body(_ image: JSONValue) -> JSONValue {
            [
                "apiVersion": "apps/v1", "kind": "Deployment", "metadata": ["name": "web"],
                "spec": [
                    "replicas": 3, "selector": ["matchLabels": ["app": "web"]],
                    "template": [
                        "metadata": ["labels": ["app": "web"]],
                        "spec": ["containers": [["name": "c", "image": image]]],
                    ],
                ],
            ]
        }
        let apply = "application/apply-patch+yaml"
        for image in ["web:1", "web:2"] as [JSONValue] {
            try await embedded.ask(.patch, "\(path)/web?fieldManager=t&force=true", body(image), type: apply)
            for _ in 0..<5 { embedded.move(.seconds(1)) }
            let status = try await embedded.ask(.get, "\(path)/web")["status"]
            for count in ["replicas", "updatedReplicas", "availableReplicas"] { #expect(status?[count] == 3) }
        }
        let pods = "/api/v1/namespaces/default/pods"
        #expect(try await embedded.ask(.get, pods)["items"]?.array?.count == 3)
        try await embedded.ask(.delete, "\(path)/web", ["propagationPolicy": "Foreground"])
        embedded.move(.seconds(1))
        #expect(try await embedded.ask(.get, pods)["items"]?.array?.isEmpty == true)
        #expect(try await embedded.ask(.get, "\(path)/web")["code"] == 404)
    }
}
