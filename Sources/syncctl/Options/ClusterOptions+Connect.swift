import ArgumentParser
import FoundationEssentials
import KubeClient
import KubeCore
import KubeServer
import Logging
import SyncController
import SystemPackage

/// A way to the API server, and the namespace that the kubeconfig's context names.
struct Connection {
    var cluster: Cluster
    /// What the cluster's client sends its requests through.
    var transport: any HTTPTransport
    var namespace: String
}

extension ClusterOptions {
    /// Finds the API server or starts one, and works with it.
    func connected<Result: Sendable>(
        _ body: (Connection) async throws -> Result
    ) async throws -> Result {
        LoggingSystem.bootstrap { label in
            var handler: any LogHandler =
                switch logFormat {
                case .text: StreamLogHandler.standardError(label: label)
                case .json: JSONLogHandler(label: label)
                }
            handler.logLevel = loglevel.level
            return handler
        }
        guard embedded else {
            let (transport, found) = try transport()
            return try await body(try await connect(transport, found.namespace, at: found.server))
        }
        let embedded = try EmbeddedServer(
            keepingIn: data, runningJobs: runJobs ?? .simulate, in: Self.workFolder)
        return try await withThrowingTaskGroup { group in
            group.addTask { try await embedded.run() }
            defer { group.cancelAll() }
            return try await body(try await connect(embedded.server, namespace ?? "default"))
        }
    }

    /// Of this run alone.
    private static var workFolder: FilePath {
        FilePath(FileManager.default.temporaryDirectory.path)
            .appending("syncctl-jobs-\(String(UInt64.random(in: 0 ... .max), radix: 36))")
    }

    /// The way to the API server that the options name, and what it is made of.
    private func transport() throws -> (any HTTPTransport, ClusterConnection) {
        do {
            let config = try KubeConfig(path: kubeconfig, environment: ProcessInfo.processInfo.environment)
            let found = try config.connection(overrides)
            var limits = TransportLimits()
            limits.requestTimeout = requestTimeout
            let transport = try CurlTransport(found, limits: limits, userAgent: "syncctl/\(Version.text)")
            return (transport, found)
        } catch let failure as KubeConfigFailure {
            throw CommandFailure(.unavailable, failure.description)
        } catch let failure as TransportFailure {
            throw CommandFailure(.unavailable, failure.message)
        }
    }

    /// Asks the API server what it serves.
    private func connect(
        _ transport: any HTTPTransport, _ namespace: String, at address: String = ""
    ) async throws -> Connection {
        do throws(ClientFailure) {
            let client = APIClient(transport: transport)
            // Once and without patience: who types a wrong address should not wait for retries.
            _ = try await client.retrying(.never).send(
                HTTPRequest(method: .get, target: "/version"), .reading)
            let discovery = Discovery(client)
            _ = try await discovery.catalog()
            return Connection(
                cluster: Cluster(client: client, discovery: discovery), transport: transport,
                namespace: namespace)
        } catch .refused(let refusal) where refusal.reason.isEmpty && !address.isEmpty {
            // Whatever answers there, it does not answer as an API server does.
            throw CommandFailure(.unavailable, "\(address) is no Kubernetes API server: \(refusal.message)")
        } catch {
            throw CommandFailure(unreachable: error)
        }
    }

    private var overrides: KubeConfigOverrides {
        var overrides = KubeConfigOverrides()
        overrides.context = context
        overrides.cluster = cluster
        overrides.user = user
        overrides.namespace = namespace
        overrides.server = server
        overrides.token = token
        overrides.certificateAuthority = certificateAuthority
        overrides.isInsecure = insecureSkipTLSVerify
        overrides.impersonatedUser = impersonatedUser
        overrides.impersonatedGroups = impersonatedGroups
        return overrides
    }
}

extension CommandFailure {
    /// The API server can't be reached, or will not have us.
    init(unreachable failure: ClientFailure) {
        switch failure {
        case .refused(let refusal) where refusal.code == 401:
            self.init(.unavailable, "the API server does not know us (401): \(refusal.message)")
        case .refused, .transport, .undecodable:
            self.init(.unavailable, failure.description)
        }
    }
}

/// How log lines look.
enum LogFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

extension LogLevel {
    var level: Logger.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
