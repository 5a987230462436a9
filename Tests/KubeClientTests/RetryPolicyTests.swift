import KubeCore
import Testing

@testable import KubeClient

@Suite("when to send again")
struct RetryPolicyTests {
    struct Row: Sendable, CustomStringConvertible {
        var description: String
        var failure: ClientFailure
        var repeatable: Repeatability
        var attempts = 1
        var interruptions = 0
        var decision: RetryPolicy.Decision
    }

    private static func transport(_ reason: TransportFailure.Reason) -> ClientFailure {
        .transport(TransportFailure(reason, "x"))
    }

    private static func refused(_ code: Int, _ reason: String = "", after: Int? = nil) -> ClientFailure {
        .refused(APIFailure(code: code, reason: reason, message: "", retryAfterSeconds: after))
    }

    private static let first = RetryPolicy.Decision.again(after: .milliseconds(125))

    static let rows = [
        Row(
            description: "not sent: again, even a create", failure: transport(.unreachable),
            repeatable: .never, decision: first),
        Row(
            description: "interrupted: at once", failure: transport(.interrupted), repeatable: .writing,
            interruptions: 1, decision: .again(after: .zero)),
        Row(
            description: "interrupted again: after a while", failure: transport(.interrupted),
            repeatable: .reading,
            attempts: 2, interruptions: 2, decision: .again(after: .milliseconds(250))),
        Row(
            description: "interrupted create: never", failure: transport(.interrupted), repeatable: .never,
            interruptions: 1, decision: .giveUp),
        Row(
            description: "timed out: once more", failure: transport(.timedOut), repeatable: .writing,
            decision: first),
        Row(
            description: "timed out twice: enough", failure: transport(.timedOut), repeatable: .reading,
            attempts: 2,
            decision: .giveUp),
        Row(
            description: "timed out create: never", failure: transport(.timedOut), repeatable: .never,
            decision: .giveUp),
        Row(
            description: "wrong certificate", failure: transport(.untrusted), repeatable: .reading,
            decision: .giveUp),
        Row(
            description: "our own mistake", failure: transport(.misconfigured), repeatable: .reading,
            decision: .giveUp),
        Row(description: "too large", failure: transport(.tooLarge), repeatable: .reading, decision: .giveUp),
        Row(
            description: "cancelled", failure: transport(.cancelled), repeatable: .reading, decision: .giveUp),
        Row(description: "no JSON", failure: .undecodable("x"), repeatable: .reading, decision: .giveUp),
        Row(
            description: "429: again, even a create", failure: refused(429), repeatable: .never,
            decision: first),
        Row(
            description: "429 with a wish", failure: refused(429, after: 3), repeatable: .never,
            decision: .again(after: .milliseconds(3125))),
        Row(
            description: "a wish has its bound", failure: refused(429, after: .max), repeatable: .never,
            decision: .again(after: .milliseconds(30125))),
        Row(description: "503 of a read", failure: refused(503), repeatable: .reading, decision: first),
        Row(description: "504 of an apply", failure: refused(504), repeatable: .writing, decision: first),
        Row(description: "503 of a create", failure: refused(503), repeatable: .never, decision: .giveUp),
        Row(description: "500 of a read", failure: refused(500), repeatable: .reading, decision: first),
        Row(
            description: "500 of an apply", failure: refused(500, "InternalError"), repeatable: .writing,
            decision: .giveUp),
        Row(
            description: "ServerTimeout of an apply", failure: refused(500, "ServerTimeout", after: 1),
            repeatable: .writing, decision: .again(after: .milliseconds(1125))),
        Row(description: "404", failure: refused(404), repeatable: .reading, decision: .giveUp),
        Row(description: "409", failure: refused(409, "Conflict"), repeatable: .writing, decision: .giveUp),
        Row(description: "422", failure: refused(422), repeatable: .writing, decision: .giveUp),
        Row(
            description: "the waits double", failure: refused(503), repeatable: .reading, attempts: 4,
            decision: .again(after: .milliseconds(1000))),
        Row(
            description: "six attempts are enough", failure: refused(503), repeatable: .reading, attempts: 6,
            decision: .giveUp),
    ]

    @Test("one failure", arguments: rows)
    func decision(_ row: Row) {
        var history = RetryPolicy.History()
        history.attempts = row.attempts
        history.interruptions = row.interruptions
        let decision = RetryPolicy.standard.decision(
            after: row.failure, repeatable: row.repeatable, history: history, random: 0)
        #expect(decision == row.decision)
    }

    @Test("no wait is longer than the longest, whatever chance says")
    func bounds() {
        let policy = RetryPolicy(attempts: .max)
        for attempts in 1...200 {
            var history = RetryPolicy.History()
            history.attempts = attempts
            for random in [0, 0.5, 0.999999] {
                let decision = policy.decision(
                    after: Self.refused(503), repeatable: .reading, history: history, random: random)
                guard case .again(let delay) = decision else {
                    Issue.record("gave up after \(attempts)")
                    return
                }
                #expect(delay > .zero && delay <= policy.longestDelay)
            }
        }
    }

    static let object = KubeObject(["metadata": ["name": "a"]])
    static let versioned = KubeObject(["metadata": ["name": "a", "resourceVersion": "1"]])

    static let verbs: [(APIRequest.Verb, dryRun: Bool, Repeatability)] = [
        (.get, false, .reading),
        (.list(APIRequest.ListOptions()), false, .reading),
        (.watch(APIRequest.ListOptions()), false, .reading),
        (.create(object), false, .never),
        (.create(object), true, .writing),
        (.update(object), false, .never),
        (.update(versioned), false, .writing),
        (.patch(.apply(object, force: true)), false, .writing),
        (.patch(.merge([:])), false, .writing),
        (.patch(.json([])), false, .never),
        (.patch(.json([])), true, .writing),
        (.patch(.strategicMerge([:])), false, .never),
        (.delete(APIRequest.DeleteOptions()), false, .never),
        (.delete(APIRequest.DeleteOptions(uid: "u")), false, .writing),
    ]

    @Test("which requests may be carried out twice", arguments: verbs)
    func repeatability(_ row: (APIRequest.Verb, dryRun: Bool, Repeatability)) {
        let request = APIRequest(row.0, LiveCluster.configMaps, name: "a", isDryRun: row.dryRun)
        #expect(request.repeatability == row.2)
    }
}
