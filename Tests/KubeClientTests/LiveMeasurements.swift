import Foundation
import KubeClient
import KubeCore
import Testing

/// Figures, not verdicts: printed, and only checked for what must hold on any machine.
@Suite(
    "measurements on a real API server",
    .enabled(
        if: LiveCluster.isThere && ProcessInfo.processInfo.environment["SYNCCTL_TEST_MEASURE"] != nil,
        "SYNCCTL_TEST_MEASURE is not set"), .serialized)
struct LiveMeasurements {
    @Test("5000 server-side applies, 32 at a time, as objects and as ready-made requests")
    func applies() async throws {
        let transport = try CurlTransport(LiveCluster.connection())
        let client = APIClient(transport: transport)
        try await LiveCluster.inNamespace(client) { namespace in
            for round in 1...2 {
                let maps = (0..<5000).map { index in
                    LiveCluster.configMap(
                        "map-\(index)", namespace: namespace,
                        [("filler", .string(String(repeating: "\(round)", count: 1000)))])
                }
                try await Self.measure("round \(round), objects", maps) { map in
                    try await client.apply(map, as: LiveCluster.configMaps)
                }
                let requests = maps.map { map in
                    var map = map
                    map["data", "filler"] = .string(String(repeating: "x\(round)", count: 500))
                    return APIRequest(
                        .patch(.apply(map, force: true)), LiveCluster.configMaps, namespace: namespace,
                        name: map.name
                    ).http
                }
                try await Self.measure("round \(round), requests", requests) { request in
                    let answer = try await transport.send(request)
                    #expect(answer.status == 200)
                }
            }
            print("\(try Self.connections(to: client)) connections")
        }
    }

    /// Does something with every element, 32 at a time, and prints how fast that was.
    private static func measure<Element: Sendable>(
        _ title: String, _ all: [Element], _ body: @escaping @Sendable (Element) async throws -> Void
    ) async throws {
        let cpu = processorSeconds()
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            for worker in 0..<32 {
                tasks.addTask {
                    for index in stride(from: worker, to: all.count, by: 32) { try await body(all[index]) }
                }
            }
            try await tasks.waitForAll()
        }
        let rate = Double(all.count) / seconds(ContinuousClock.now - start)
        let used = (processorSeconds() - cpu) / Double(all.count) * 1e6
        print("\(title): \(Int(rate)) applies/s, \(Int(used)) us of our CPU each")
    }

    @Test("time from a write's answer to its watch event")
    func watchDelay() async throws {
        let client = try LiveCluster.client()
        try await LiveCluster.inNamespace(client) { namespace in
            let list = try await client.list(LiveCluster.configMaps, namespace: namespace)
            var options = APIRequest.ListOptions()
            options.resourceVersion = list.resourceVersion
            options.timeoutSeconds = 60
            let watch = try await client.watch(
                APIRequest(.watch(options), LiveCluster.configMaps, namespace: namespace))
            async let arrivals = Self.arrivals(watch, count: 500)
            var answers: [String: ContinuousClock.Instant] = [:]
            for index in 0..<500 {
                let map = LiveCluster.configMap("map-\(index)", namespace: namespace, [("a", "b")])
                try await client.apply(map, as: LiveCluster.configMaps)
                answers[map.name] = .now
            }
            let delays = try await arrivals.compactMap { name, time in
                answers[name].map { Self.seconds(time - $0) * 1e6 }
            }.sorted()
            print(
                "watch event after the answer, us: median \(Int(delays[delays.count / 2])),",
                "99 % \(Int(delays[delays.count * 99 / 100])), max \(Int(delays.last ?? 0))")
            #expect(delays.count == 500)
        }
    }

    @Test("300 watches and requests share a handful of connections")
    func manyWatches() async throws {
        let client = try LiveCluster.client()
        try await LiveCluster.inNamespace(client) { namespace in
            var options = APIRequest.ListOptions()
            options.timeoutSeconds = 60
            options.resourceVersion = try await client.list(LiveCluster.configMaps, namespace: namespace)
                .resourceVersion
            let request = APIRequest(.watch(options), LiveCluster.configMaps, namespace: namespace)
            let watches = try await withThrowingTaskGroup(of: WatchStream.self) { tasks in
                for _ in 0..<300 { tasks.addTask { try await client.watch(request) } }
                var all: [WatchStream] = []
                for try await watch in tasks { all.append(watch) }
                return all
            }
            let start = ContinuousClock.now
            for index in 0..<100 {
                let map = LiveCluster.configMap("map-\(index)", namespace: namespace, [("a", "b")])
                try await client.apply(map, as: LiveCluster.configMaps)
            }
            let seconds = Self.seconds(ContinuousClock.now - start)
            let connections = try Self.connections(to: client)
            print("300 watches: \(connections) connections; 100 applies meanwhile took \(seconds) s")
            #expect(connections <= 5)
            for watch in watches {
                var count = 0
                for try await event in watch where event.object != nil {
                    count += 1
                    if event.object?.name == "map-99" { break }
                }
                #expect(count >= 100)
            }
        }
    }

    private static func arrivals(
        _ watch: WatchStream, count: Int
    ) async throws -> [(String, ContinuousClock.Instant)] {
        var all: [(String, ContinuousClock.Instant)] = []
        for try await event in watch {
            guard case .added(let object) = event, object.name.hasPrefix("map-") else { continue }
            all.append((object.name, .now))
            if all.count == count { break }
        }
        return all
    }

    private static func seconds(_ duration: Duration) -> Double { duration / .seconds(1) }

    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// This process's established connections to the API server.
    private static func connections(to client: APIClient) throws -> Int {
        let server = try LiveCluster.connection().server
        let port = try #require(UInt16(server.split(separator: ":").last ?? ""))
        return (0..<1024).count { file in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isConnected = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    getpeername(Int32(file), $0, &length) == 0
                }
            }
            return isConnected && UInt16(bigEndian: address.sin_port) == port
        }
    }
}
