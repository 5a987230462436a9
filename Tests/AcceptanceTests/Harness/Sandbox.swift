import Foundation
import KubeClient
import KubeCore
import TestSupport
import Testing

/// An application, a namespace and a folder of manifests for one test alone, so that tests run side by side.
struct Sandbox: Sendable {
    let cluster: TestCluster
    /// The name of the application: what belongs to one is looked for in the whole cluster.
    let application: String
    let namespace: String
    /// Holds all files of the test.
    let place: URL
    /// The manifests that ``sync(_:from:kubeconfig:)`` reads.
    var folder: URL { place.appending(path: "manifests") }

    /// Runs a test in a sandbox, with a kubelet at work, and removes it afterwards.
    static func with(
        _ kubelet: Kubelet = .healthy, _ test: (Sandbox) async throws -> Void
    ) async throws {
        let sandbox = try await Sandbox(TestCluster.current)
        let client = sandbox.cluster.client
        try await client.create(
            KubeObject(["metadata": ["name": .string(sandbox.namespace)]]), as: .namespaces)
        let outcome = await Result {
            try await withThrowingTaskGroup { group in
                group.addTask { try await kubelet.run(in: sandbox.namespace, of: client) }
                try await test(sandbox)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
        // The namespace goes in its own time: no test looks at another's.
        try await client.delete(.namespaces, name: sandbox.namespace)
        try FileManager.default.removeItem(at: sandbox.place)
        try outcome.get()
    }

    private init(_ cluster: TestCluster) throws {
        self.cluster = cluster
        let suffix = String(UInt64.random(in: .min ... .max), radix: 36)
        application = "shop-\(suffix)"
        namespace = "acceptance-\(suffix)"
        place = FileManager.default.temporaryDirectory.appending(path: namespace)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    // MARK: Manifests

    /// Puts a file into the folder.
    func write(_ file: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: file))
    }

    func remove(_ file: String) throws {
        try FileManager.default.removeItem(at: folder.appending(path: file))
    }

    /// Fills the folder with the files of one of the examples in `manifests/`.
    func copyExample(_ name: String) throws {
        let example = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../manifests/examples/\(name)").standardized
        let files = FileManager.default
        for file in try files.contentsOfDirectory(at: example, includingPropertiesForKeys: nil) {
            try files.copyItem(at: file, to: folder.appending(path: file.lastPathComponent))
        }
    }

    // MARK: The program

    /// `syncctl app sync` of the folder into the namespace.
    func sync(_ arguments: String..., from folder: URL? = nil, kubeconfig: String? = nil) async throws
        -> Ending
    {
        try await Program.run(
            ["app", "sync", application, "--core", "--kubeconfig", kubeconfig ?? cluster.kubeconfig]
                + ["--local", (folder ?? self.folder).path(), "--dest-namespace", namespace, "-o", "json"]
                + arguments)
    }

    /// `syncctl app delete` of what was synced.
    func delete(_ arguments: String...) async throws -> Ending {
        try await Program.run(
            ["app", "delete", application, "--core", "--kubeconfig", cluster.kubeconfig]
                + ["--dest-namespace", namespace] + arguments)
    }

    // MARK: The world

    /// What has happened in the namespace so far, in order.
    func record() async throws -> [String] { try await cluster.record(of: namespace) }

    /// An object of the namespace, if it is there.
    func object(_ resource: APIResource, _ name: String) async throws -> KubeObject? {
        try await cluster.client.get(resource, namespace: namespace, name: name)
    }

    /// Makes an object that the application has nothing to do with.
    func makeForeign(_ resource: APIResource, _ name: String) async throws {
        let metadata: JSONValue = ["name": .string(name), "namespace": .string(namespace)]
        try await cluster.client.create(KubeObject(["metadata": metadata]), as: resource)
    }
}

extension Result where Failure == any Error {
    fileprivate init(_ body: () async throws -> Success) async {
        do {
            self = .success(try await body())
        } catch {
            self = .failure(error)
        }
    }
}
