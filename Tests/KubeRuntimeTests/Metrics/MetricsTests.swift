import KubeCore
import TestSupport
import Testing

@testable import KubeRuntime

/// What Prometheus reads.
@Suite("metrics")
struct MetricsTests {
    @Test("families by name, series by label, sizes that count what is smaller, too")
    func format() {
        let metrics = Metrics()
        let requests = metrics.counter("r_total", "Requests.", labels: ["verb", "code"])
        requests.increment("get", "200")
        requests.increment(by: 2, "get", "200")
        requests.increment("create", "409")
        requests.increment(by: -5, "create", "409")
        metrics.gauge("depth", "Keys that wait.").set(2.5)
        metrics.gauge("age_seconds", "Silence.", labels: ["kind"]) { [(["Pod"], .infinity), (["Job"], 3)] }
        let histogram = metrics.histogram("h_seconds", "How long.", labels: ["phase"], bounds: [0.5, 2])
        histogram.observe(.milliseconds(250), "sync")
        histogram.observe(2, "sync")
        histogram.observe(9, "sync")
        #expect(
            metrics.text == """
                # HELP age_seconds Silence.
                # TYPE age_seconds gauge
                age_seconds{kind="Pod"} +Inf
                age_seconds{kind="Job"} 3
                # HELP depth Keys that wait.
                # TYPE depth gauge
                depth 2.5
                # HELP h_seconds How long.
                # TYPE h_seconds histogram
                h_seconds_bucket{phase="sync",le="0.5"} 1
                h_seconds_bucket{phase="sync",le="2"} 2
                h_seconds_bucket{phase="sync",le="+Inf"} 3
                h_seconds_sum{phase="sync"} 11.25
                h_seconds_count{phase="sync"} 3
                # HELP r_total Requests.
                # TYPE r_total counter
                r_total{verb="create",code="409"} 1
                r_total{verb="get",code="200"} 3

                """)
    }

    @Test(
        "a label's value cannot break out of its line",
        arguments: [
            ("a\"b", #"a\"b"#), ("a\nc_total 9", #"a\nc_total 9"#), ("a\\", #"a\\"#),
        ])
    func escaping(_ value: String, _ written: String) {
        let metrics = Metrics()
        metrics.counter("c_total", "Line\none \\ \"two\"", labels: ["l"]).increment(value)
        #expect(
            metrics.text
                == "# HELP c_total Line\\none \\\\ \"two\"\n# TYPE c_total counter\nc_total{l=\"\(written)\"} 1\n"
        )
    }

    @Test("I6 of a family with too many labels the surplus is one series")
    func bound() {
        let series = MetricSeries<Double>(["app"], first: 0, limit: 3)
        for number in 0..<10 { series.change(["app-\(number)"]) { $0 += 1 } }
        series.change(["app-1"]) { $0 += 1 }
        let all = series.all.map { ($0.labels[0].1, $0.value) }
        #expect(all.map(\.0) == ["app-0", "app-1", "app-2", "other"])
        #expect(all.map(\.1) == [1, 2, 1, 7])
    }

    @Test("requests are counted by verb and answer, also those that have none")
    func requests() async throws {
        let metrics = Metrics()
        let switched = SwitchedTransport(EmbeddedServer.start())
        let transport = MeteredTransport(switched, in: metrics)
        _ = try await transport.send(HTTPRequest(method: .get, target: "/api/v1/namespaces"))
        _ = try await transport.send(HTTPRequest(method: .delete, target: "/api/v1/namespaces/none"))
        let watch = HTTPRequest(method: .get, target: "/api/v1/namespaces?watch=true", timeout: nil)
        _ = try await transport.open(watch)
        switched.cut()
        _ = try? await transport.send(HTTPRequest(method: .put, target: "/api/v1/namespaces/none"))
        for (verb, code) in [("get", "200"), ("delete", "404"), ("watch", "200"), ("update", "unreachable")] {
            let line = "syncctl_api_requests_total{verb=\"\(verb)\",code=\"\(code)\"} 1"
            #expect(metrics.text.contains(line), "\(line)")
        }
    }
}

/// What kubelet and Prometheus ask for, over a real socket.
@Suite("probes", .timeLimit(.minutes(1)))
struct ProbeServerTests {
    @Test("tells of each check, fails with any, and needs no token")
    func probes() async throws {
        let problem = Guarded<String?>(nil)
        let metrics = Metrics()
        metrics.counter("c_total", "Something.").increment()
        let server = ProbeServer(
            healthy: [
                HealthCheck("queue") { nil }, HealthCheck("watches") { problem.withLock { $0 } },
            ],
            ready: [HealthCheck("lease") { "not leading" }], metrics: metrics)
        try await server.serve(onPort: 0) { listener in
            let listening = Listening(port: listener.port)
            func get(_ path: String, _ method: String = "GET") async throws -> RawAnswers.Answer? {
                try await listening.answer(to: "\(method) \(path) HTTP/1.1\r\nHost: x\r\n\r\n")
            }
            #expect(try await get("/healthz")?.code == 200)
            problem.withLock { $0 = "Pod not heard of for 700 s" }
            let failed = try await get("/healthz?verbose=1")
            #expect(failed?.code == 503)
            #expect(failed?.text == "queue: ok\nwatches: Pod not heard of for 700 s\nfailed\n")
            #expect(try await get("/readyz")?.code == 503)
            #expect(try await get("/metrics")?.text.contains("c_total 1") == true)
            #expect(try await get("/api")?.code == 404)
            #expect(try await get("/healthz", "POST")?.code == 405)
        }
    }
}
