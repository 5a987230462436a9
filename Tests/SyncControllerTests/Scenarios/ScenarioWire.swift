import KubeClient
import KubeCore
import Synchronization
import TestSupport

/// The way of a scenario's controller to the server: refuses what the scenario says, holds operations back, and notes
/// what was written.
final class ScenarioWire: HTTPTransport {
    private let wire: Wire
    private let rules: Rules
    private let pulse: Pulse

    /// - Parameters:
    ///   - base: The server.
    ///   - faults: What it is to refuse.
    ///   - isConfined: Whether ConfigMaps may not be listed in all namespaces at once.
    ///   - pulse: Beats at each answer.
    init(
        _ base: any HTTPTransport, faults: [ControllerScenario.Fault], isConfined: Bool, pulse: Pulse
    ) {
        let rules = Rules(faults, isConfined: isConfined)
        self.rules = rules
        self.pulse = pulse
        wire = Wire(base) { await rules.fate(of: $0) }
    }

    func send(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPResponse {
        defer { pulse.beat() }
        return try await wire.send(request)
    }

    func open(_ request: HTTPRequest) async throws(TransportFailure) -> HTTPStream {
        try await wire.open(request)
    }

    /// From now on no operation is accepted: who wants to write that one runs waits.
    func holdOperations() { rules.close() }

    func releaseOperations() { rules.open() }

    /// How many writes were refused.
    var refused: Int { rules.refused }

    // MARK: What was written

    /// `create ConfigMap demo/cfg`, in the order of the answers; without what concerns Applications, leases and events,
    /// marks on objects, and the deletion of what is being deleted already.
    var writes: [String] {
        var deleted: Set<String> = []
        return wire.writes.compactMap { write in
            guard let (verb, object) = write.scenarioWord else { return nil }
            if verb == "create" { deleted.remove(object) }
            guard verb != "delete" || deleted.insert(object).inserted else { return nil }
            return "\(verb) \(object)"
        }
    }

    /// The propagation policies of all deletions.
    var propagations: Set<String> {
        Set(
            wire.writes.filter { $0.call.method == .delete && $0.scenarioWord != nil }
                .compactMap { $0.call.body["propagationPolicy"]?.string })
    }

    /// Whether the first write came after the Application said that its operation runs.
    var isRecordedFirst: Bool {
        let record = wire.writes.firstIndex(where: \.call.recordsOperation)
        let write = wire.writes.firstIndex { $0.scenarioWord != nil }
        guard let record, let write else { return false }
        return record < write
    }
}

/// What becomes of the requests.
private final class Rules: Sendable {
    private struct State {
        var gate: Latch?
        var refused = 0
    }

    private let faults: [ControllerScenario.Fault]
    private let state = Mutex(State())

    private let isConfined: Bool

    init(_ faults: [ControllerScenario.Fault], isConfined: Bool) {
        self.faults = faults
        self.isConfined = isConfined
    }

    var refused: Int { state.withLock(\.refused) }

    func close() { state.withLock { $0.gate = $0.gate ?? Latch() } }

    func open() {
        let gate = state.withLock { state in
            defer { state.gate = nil }
            return state.gate
        }
        gate?.open()
    }

    func fate(of call: Call) async -> Wire.Fate {
        if call.recordsOperation, let gate = state.withLock(\.gate) { await gate.wait() }
        if isConfined, call.path == "/api/v1/configmaps" {
            return answer(403, "Forbidden", "configmaps is forbidden at the cluster scope")
        }
        guard call.isWrite, let object = call.scenarioObject,
            let fault = faults.first(where: { $0.object == object })
        else { return .passes }
        state.withLock { $0.refused += 1 }
        return answer(422, "Invalid", fault.message)
    }

    private func answer(_ code: Int, _ reason: String, _ message: String) -> Wire.Fate {
        let status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": .string(reason),
            "code": .int(Int64(code)), "message": .string(message),
        ]
        return .isAnswered(HTTPResponse(status: code, headers: [], body: status.serialized()))
    }
}

/// Something happened: who waits for a change looks again.
final class Pulse: Sendable {
    private let coming = Mutex(Latch())

    /// Given at the next beat.
    var next: Latch { coming.withLock { $0 } }

    func beat() {
        let due = coming.withLock { coming in
            defer { coming = Latch() }
            return coming
        }
        due.open()
    }
}

extension Call {
    /// Whether it writes the state of an Application's operation.
    fileprivate var recordsOperation: Bool {
        guard method == .patch, path.contains("/applications/") else { return false }
        return body.array?.contains { $0["op"] == "add" && $0["path"] == "/status/operationState" } ?? false
    }

    /// `ConfigMap demo/cfg`; `nil` for kinds that no scenario is about.
    fileprivate var scenarioObject: String? {
        var steps = path.split(separator: "/").map(String.init)[...]
        steps = steps.dropFirst(steps.first == "api" ? 2 : 3)
        var place = ""
        if steps.count > 2, steps.first == "namespaces" {
            place = "\(steps[steps.startIndex + 1])/"
            steps = steps.dropFirst(2)
        }
        guard let plural = steps.first,
            let kind = ScenarioReference.kinds.first(where: { $0.value.plural == plural })?.key,
            let name = steps.dropFirst().first ?? body["metadata"]?["name"]?.string
        else { return nil }
        return "\(kind) \(place)\(name)"
    }
}

extension Write {
    /// The scenarios' word for it, and the object; `nil` for what they do not count.
    fileprivate var scenarioWord: (verb: String, object: String)? {
        guard let object = call.scenarioObject else { return nil }
        switch call.method {
        case .patch where status == 201: return ("create", object)
        case .patch where call.request.headers.contains { $0.value.contains("apply-patch") }:
            return ("apply", object)
        case .post: return ("create", object)
        case .put: return ("replace", object)
        case .delete: return ("delete", object)
        case .patch, .get: return nil
        }
    }
}
