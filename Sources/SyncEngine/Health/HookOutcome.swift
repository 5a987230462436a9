public import KubeCore

/// How far a hook has come, as its live object shows it.
public struct HookOutcome: Hashable, Sendable {
    public var phase: ResourceResult.HookPhase
    /// `nil` leaves the message that applying the hook gave.
    public var message: String?

    public init(_ phase: ResourceResult.HookPhase, message: String? = nil) {
        self.phase = phase
        self.message = message
    }

    /// Judges a hook by its live object.
    ///
    /// One that is being deleted is running, unless it bears Argo CD's hook finalizer (S79).
    ///
    /// - Parameters:
    ///   - hook: The hook as the server last showed it.
    ///   - rules: The user's own rules for health, which come first.
    /// - Rule: S77, S78.
    public init(of hook: KubeObject, rules: HealthRules = HealthRules()) {
        self.init(HealthCheck(of: hook, isHook: true, rules: rules), name: hook.name)
    }

    /// Judges a hook that is gone, by the object that the watch's DELETED event carried (D2).
    ///
    /// What it had reached counts, although the object was being deleted. `.running` means that it went
    /// before it came to an end.
    public init(ofDeleted hook: KubeObject, rules: HealthRules = HealthRules()) {
        self.init(HealthCheck(ofStatus: hook, isHook: true, rules: rules), name: hook.name)
    }

    private init(_ check: HealthCheck, name: String) {
        switch check {
        case .none:
            self.init(.succeeded, message: "\(name) created")
        case .unsupported(let problem):
            self.init(.error, message: "failed to get resource health: \(problem)")
        case .assessed(let health):
            self.init(health, name: name)
        }
    }

    private init(_ health: Health, name: String) {
        let message = health.message.isEmpty ? nil : health.message
        switch health.status {
        case .healthy: self.init(.succeeded, message: message)
        case .progressing, .suspended: self.init(.running, message: message)
        case .degraded, .unknown: self.init(.failed, message: message)
        case .missing: self.init(.succeeded, message: "\(name) created")
        }
    }
}
