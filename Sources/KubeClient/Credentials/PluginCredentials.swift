import Glibc
import KubeCore

/// What a credential plugin handed out, kept for as long as it is good.
///
/// Many requests that find nothing kept share one run of the plugin, and its failure.
actor PluginCredentials {
    private enum State {
        case none
        /// The plugin runs; the others wait for how it ends.
        case fetching([CheckedContinuation<Outcome, Never>])
        case held(PluginAnswer)
    }

    private typealias Outcome = Result<PluginAnswer, TransportFailure>

    private let plugin: CredentialPlugin
    private let runner: any PluginRunner
    private let now: @Sendable () -> Int64
    private let hasTerminal: @Sendable () -> Bool
    private var state = State.none

    init(
        _ plugin: CredentialPlugin, runner: any PluginRunner,
        now: @escaping @Sendable () -> Int64 = { Int64(time(nil)) },
        hasTerminal: @escaping @Sendable () -> Bool = { isatty(STDIN_FILENO) == 1 }
    ) {
        self.plugin = plugin
        self.runner = runner
        self.now = now
        self.hasTerminal = hasTerminal
    }

    /// How many wait for the run of somebody else.
    var waiting: Int {
        if case .fetching(let others) = state { others.count } else { 0 }
    }

    /// Credentials that are not expired, and not those that the server has just refused.
    func proof(otherThan refused: Proof?) async throws(TransportFailure) -> Proof {
        while true {
            switch state {
            case .held(let answer) where answer.proof != refused && answer.isGood(at: now()):
                return answer.proof
            case .fetching(let others):
                let outcome = await withCheckedContinuation { state = .fetching(others + [$0]) }
                if Task.isCancelled { throw TransportFailure(.cancelled, "\(plugin.origin): cancelled") }
                // Whoever ran the plugin gave up, we did not: our turn.
                if case .failure(let failure) = outcome, failure.reason == .cancelled { continue }
                return try outcome.get().proof
            case .none, .held:
                state = .fetching([])
                let outcome = await fetch()
                settle(outcome)
                return try outcome.get().proof
            }
        }
    }

    private func settle(_ outcome: Outcome) {
        guard case .fetching(let others) = state else { return }
        state =
            switch outcome {
            case .success(let answer): .held(answer)
            case .failure: .none
            }
        for other in others { other.resume(returning: outcome) }
    }

    private func fetch() async -> Outcome {
        do throws(TransportFailure) {
            let isInteractive = try mayInteract()
            let output = try await run(isInteractive)
            return .success(try PluginAnswer(output, of: plugin))
        } catch {
            return .failure(error)
        }
    }

    private func mayInteract() throws(TransportFailure) -> Bool {
        switch plugin.interactiveMode {
        case .never: return false
        case .ifAvailable: return hasTerminal()
        case .always:
            guard hasTerminal() else {
                let problem =
                    "\(plugin.command) wants a terminal (interactiveMode: Always), and there is none"
                throw TransportFailure(.misconfigured, "\(plugin.origin): \(problem)")
            }
            return true
        }
    }

    private func run(_ isInteractive: Bool) async throws(TransportFailure) -> [UInt8] {
        var environment = plugin.environment
        environment["KUBERNETES_EXEC_INFO"] = plugin.request(isInteractive: isInteractive).text
        let invocation = PluginInvocation(
            command: plugin.command, arguments: plugin.arguments, environment: environment,
            isInteractive: isInteractive)
        do throws(PluginRunFailure) {
            return try await runner.run(invocation)
        } catch {
            let subject = "\(plugin.origin): the credential plugin \(plugin.command)"
            switch error {
            case .notFound:
                let hint = plugin.installHint.isEmpty ? "install it, or put it into PATH" : plugin.installHint
                throw TransportFailure(.misconfigured, "\(subject) was not found: \(hint)")
            case .failed(let how):
                throw TransportFailure(.misconfigured, "\(subject) \(how)")
            case .cancelled:
                throw TransportFailure(.cancelled, "\(subject) was cancelled")
            }
        }
    }
}

extension CredentialPlugin {
    /// The `ExecCredential` that asks the plugin.
    func request(isInteractive: Bool) -> JSONValue {
        var spec: JSONObject = ["interactive": .bool(isInteractive)]
        if let clusterInfo {
            var cluster: JSONObject = ["server": .string(clusterInfo.server)]
            if !clusterInfo.serverName.isEmpty {
                cluster["tls-server-name"] = .string(clusterInfo.serverName)
            }
            if clusterInfo.isInsecure { cluster["insecure-skip-tls-verify"] = true }
            if !clusterInfo.authorityData.isEmpty {
                cluster["certificate-authority-data"] = .string(clusterInfo.authorityData.base64)
            }
            if !clusterInfo.proxyURL.isEmpty { cluster["proxy-url"] = .string(clusterInfo.proxyURL) }
            cluster["config"] = clusterInfo.config
            spec["cluster"] = .object(cluster)
        }
        return ["apiVersion": .string(apiVersion), "kind": "ExecCredential", "spec": .object(spec)]
    }
}
