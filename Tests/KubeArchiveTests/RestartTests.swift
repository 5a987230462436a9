import KubeCore
import Testing

/// What a server knows after it was stopped and started again.
@Suite("a restart")
struct RestartTests {
    private let kept = Kept()
    private let configs = "/api/v1/namespaces/default/configmaps"
    private let jobs = "/apis/batch/v1/namespaces/default/jobs"
    private let apply = "application/apply-patch+yaml"

    private func config(_ name: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": .string(name)],
            "data": ["k": "ä\u{0}\"\n"],
        ]
    }

    private func version(_ json: JSONValue) -> UInt64 {
        json["metadata"]?["resourceVersion"]?.string.flatMap { UInt64($0) } ?? 0
    }

    @Test("objects are the same to the byte, managed fields and versions included")
    func same() async throws {
        try await kept.ask(.patch, "\(configs)/a?fieldManager=t", config("a"), type: apply)
        try await kept.ask(.post, configs, config("gone"))
        try await kept.ask(.delete, "\(configs)/gone")
        let before = try await kept.ask(.get, configs)
        kept.stop()
        let after = try await kept.ask(.get, configs)
        #expect(after["items"]?.array?.count == 2)
        #expect(after.text == before.text)
    }

    @Test("versions go on growing, and no uid comes twice, though the seed is the same")
    func growth() async throws {
        var versions: [UInt64] = []
        var uids: Set<String> = []
        for round in 0..<5 {
            let made = try await kept.ask(.post, configs, config("c\(round)"))
            versions.append(version(made))
            uids.insert(made["metadata"]?["uid"]?.string ?? "")
            kept.stop()
        }
        #expect(versions == versions.sorted() && Set(versions).count == 5)
        #expect(uids.count == 5 && !uids.contains(""))
    }

    @Test("the newest version counts even when it was that of a deletion")
    func deletionVersion() async throws {
        try await kept.ask(.post, configs, config("a"))
        try await kept.ask(.delete, "\(configs)/a")
        let before = version(try await kept.ask(.get, configs))
        kept.stop()
        #expect(version(try await kept.ask(.get, configs)) == before)
    }

    @Test("a watch from before is told 410, one that missed nothing goes on")
    func watches() async throws {
        let old = version(try await kept.ask(.get, configs))
        try await kept.ask(.post, configs, config("a"))
        let last = version(try await kept.ask(.get, configs))
        kept.stop()
        let expired = try await kept.event("\(configs)?watch=1&resourceVersion=\(old)")
        #expect(expired?["type"] == "ERROR" && expired?["object"]?["code"] == 410)
        // The same for a collection in which there is nothing now.
        let empty = "/api/v1/namespaces/default/secrets"
        let nothing = try await kept.event("\(empty)?watch=1&resourceVersion=\(old)")
        #expect(nothing?["object"]?["code"] == 410)
        try await kept.ask(.post, configs, config("b"))
        let next = try await kept.event("\(configs)?watch=1&resourceVersion=\(last)")
        #expect(next?["type"] == "ADDED" && next?["object"]?["metadata"]?["name"] == "b")
    }

    @Test("custom resources are served, with their schema")
    func custom() async throws {
        let definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
        let castles = "/apis/example.com/v1/namespaces/default/castles"
        let schema: JSONValue = [
            "openAPIV3Schema": [
                "type": "object",
                "properties": [
                    "spec": ["type": "object", "properties": ["towers": ["type": "integer", "default": 4]]]
                ],
            ]
        ]
        try await kept.ask(
            .post, definitions,
            [
                "metadata": ["name": "castles.example.com"],
                "spec": [
                    "group": "example.com", "scope": "Namespaced",
                    "names": ["plural": "castles", "kind": "Castle"],
                    "versions": [["name": "v1", "served": true, "storage": true, "schema": schema]],
                ],
            ])
        func castle(_ name: JSONValue) -> JSONValue {
            [
                "apiVersion": "example.com/v1", "kind": "Castle", "metadata": ["name": name],
                "spec": ["moat": true],
            ]
        }
        let before = try await kept.ask(.post, castles, castle("a"))
        kept.stop()
        #expect(try await kept.ask(.get, "\(castles)/a") == before)
        let next = try await kept.ask(.post, castles, castle("b"))
        #expect(next["spec"] == ["towers": 4])
        try await kept.ask(.delete, "\(definitions)/castles.example.com")
        kept.stop()
        let gone = try await kept.ask(.get, definitions)
        #expect(gone["items"]?.array?.isEmpty == true)
    }

    private func job(_ name: JSONValue, _ wish: JSONValue, _ spec: JSONObject = [:]) -> JSONValue {
        var members = spec
        members["template"] = [
            "metadata": ["annotations": ["syncctl.dev/simulate": wish]],
            "spec": ["restartPolicy": "Never", "containers": [["name": "c", "image": "busybox"]]],
        ]
        return ["metadata": ["name": name], "spec": .object(members)]
    }

    private func condition(_ name: String) async throws -> JSONValue? {
        try await kept.ask(.get, "\(jobs)/\(name)")["status"]?["conditions"]?.array?.first?["type"]
    }

    @Test("jobs under way go on from where they were, and their deadlines hold")
    func jobsUnderWay() async throws {
        try await kept.ask(.post, jobs, job("long", "succeed=60s"))
        try await kept.ask(.post, jobs, job("hang", "hang", ["activeDeadlineSeconds": 40]))
        for _ in 0..<6 {
            try kept.move(5)
            kept.stop()
        }
        // 30 seconds have passed.
        #expect(try await condition("long") == nil)
        #expect(try await condition("hang") == nil)
        try kept.move(11)
        #expect(try await condition("hang") == "Failed")
        #expect(try await condition("long") == nil)
        for _ in 0..<5 {
            try kept.move(5)
            kept.stop()
        }
        #expect(try await condition("long") == "Complete")
        let pods = try await kept.ask(.get, "/api/v1/namespaces/default/pods?labelSelector=job-name=long")
        #expect(pods["items"]?.array?.count == 1)
    }

    @Test("what became due while nothing ran happens at the start")
    func dueMeanwhile() async throws {
        try await kept.ask(.post, jobs, job("j", "succeed=1s", ["ttlSecondsAfterFinished": 30]))
        for _ in 0..<4 { try kept.move(1) }
        #expect(try await condition("j") == "Complete")
        kept.stop()
        kept.date += 3600
        #expect(try await kept.ask(.get, "\(jobs)/j")["code"] == 404)
    }

    @Test("deletions under way go on")
    func deletions() async throws {
        try await kept.ask(.post, "/api/v1/namespaces", ["metadata": ["name": "n"]])
        let held = "/api/v1/namespaces/n/configmaps/held"
        try await kept.ask(
            .post, "/api/v1/namespaces/n/configmaps",
            ["metadata": ["name": "held", "finalizers": ["example.com/hold"]]])
        try await kept.ask(.delete, "/api/v1/namespaces/n")
        kept.stop()
        #expect(try await kept.ask(.get, "/api/v1/namespaces/n")["status"]?["phase"] == "Terminating")
        #expect(try await kept.ask(.get, held)["metadata"]?["deletionTimestamp"] != nil)
        kept.stop()
        try await kept.ask(
            .patch, held, ["metadata": ["finalizers": .null]], type: "application/merge-patch+json")
        #expect(try await kept.ask(.get, "/api/v1/namespaces/n")["code"] == 404)
    }

    @Test("owners still find what they own")
    func owners() async throws {
        let owner = try await kept.ask(.post, configs, config("owner"))
        let reference: JSONValue = [
            "apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": owner["metadata"]?["uid"] ?? "",
        ]
        try await kept.ask(
            .post, configs, ["metadata": ["name": "owned", "ownerReferences": [reference]]])
        kept.stop()
        try await kept.ask(.delete, "\(configs)/owner")
        #expect(try await kept.ask(.get, "\(configs)/owned")["code"] == 404)
    }

    @Test("addresses that were given out are not given out again")
    func addresses() async throws {
        let services = "/api/v1/namespaces/default/services"
        var seen: Set<String> = []
        for name in ["a", "b", "c"] {
            let service = try await kept.ask(
                .post, services,
                ["metadata": ["name": .string(name)], "spec": ["type": "NodePort", "ports": [["port": 80]]]])
            let port = service["spec"]?["ports"]?.array?.first?["nodePort"]
            seen.insert("\(service["spec"]?["clusterIP"]?.string ?? "") \(port?.text ?? "")")
            kept.stop()
        }
        #expect(seen.count == 3)
    }

    @Test("a clock that went back does no harm")
    func clockWentBack() async throws {
        try await kept.ask(.post, jobs, job("j", "succeed=2s"))
        try kept.move(1)
        let before = version(try await kept.ask(.get, configs))
        kept.stop()
        kept.date -= 86400 * 365
        #expect(version(try await kept.ask(.post, configs, config("a"))) > before)
        for _ in 0..<5 { try kept.move(1) }
        #expect(try await condition("j") == "Complete")
    }
}
