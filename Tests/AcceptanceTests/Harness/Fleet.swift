import KubeClient
import KubeCore
import KubeRuntime
import TestSupport

/// Several Applications of one stage that two controllers share, each with a namespace of its own.
struct Fleet {
    /// An Application of the hooks example.
    struct Member: Sendable {
        let name: String
        let destination: String
        /// The Lease of the group that it belongs to.
        let lease: String
    }

    static let shards = ["syncctl-controller-shard-0", "syncctl-controller-shard-1"]

    let stage: OwnStage
    let members: [Member]

    /// Runs a test with so many Applications in each of two groups; they are not there yet.
    static func with(
        _ stage: OwnStage, perShard count: Int, _ test: @Sendable (Fleet) async throws -> Void
    ) async throws {
        let all = (0..<100).map { number in
            Member(
                name: "\(stage.name)-\(number)", destination: "\(stage.destination)-\(number)",
                lease:
                    "syncctl-controller-shard-\(ShardRing(shards: 2).owner(of: "\(stage.name)-\(number)") ?? "")"
            )
        }
        let fleet = Fleet(
            stage: stage,
            members: shards.flatMap { shard in all.filter { $0.lease == shard }.prefix(count) })
        let client = stage.cluster.client
        try await withThrowingTaskGroup(of: Void.self) { group in
            for member in fleet.members {
                try await client.create(
                    KubeObject(["metadata": ["name": .string(member.destination)]]), as: .namespaces)
                group.addTask { try await Kubelet.healthy.run(in: member.destination, of: client) }
            }
            try await test(fleet)
            group.cancelAll()
        }
        for member in fleet.members {
            try await client.delete(.applications, namespace: stage.home, name: member.name)
            try await client.delete(.namespaces, name: member.destination)
        }
    }

    /// Runs a controller that shares the Applications beside a test.
    func controller(
        through proxy: KillingProxy, _ body: @Sendable (RunningProgram) async throws -> Void
    ) async throws {
        let destinations = members.flatMap { ["--destination-namespace", $0.destination] }
        try await stage.controller(["--shards", "2"] + destinations, through: proxy, body)
    }

    /// Whether both groups are worked on, by so many processes.
    static func areHeld(by count: Int) -> @Sendable ([String: String]) -> Bool {
        { holders in
            let held = shards.compactMap { holders[$0] }.filter { !$0.isEmpty }
            return held.count == shards.count && Set(held).count == count
        }
    }

    /// Makes them all, and asks for a sync of each.
    func sync() async throws {
        for member in members {
            try await stage.make(member.name, into: member.destination)
            try await stage.askForSync(of: member.name)
        }
    }

    /// Returns once all are at rest.
    func atRest() async throws {
        for member in members {
            try await stage.cluster.client.wait(
                for: member.name, .applications, in: stage.home, until: OwnStage.isAtRest)
        }
    }

    /// Who has written for one, each as often as its turn came.
    func turns(_ member: Member) throws -> [String] {
        try stage.cluster.turns(for: member.name, of: stage.home, into: member.destination)
    }
}
