public import KubeCore

extension Health {
    /// Judges a live object by its kind's rule; `nil` if the kind has no health (S171).
    ///
    /// Pure, and cheap enough to be asked on every event. Members of the wrong type read as absent: a status
    /// that nobody can understand is never healthy, and never a crash (I7).
    ///
    /// - Parameters:
    ///   - object: The object as the server last showed it.
    ///   - isHook: Whether it runs as a hook of the sync at hand, which a Pod is judged by (S78).
    ///   - rules: The user's own, which come first.
    /// - Rule: S167, S79, I5.
    public init?(of object: KubeObject, isHook: Bool = false, rules: HealthRules = HealthRules()) {
        switch HealthCheck(of: object, isHook: isHook, rules: rules) {
        case .none: return nil
        case .assessed(let health): self = health
        case .unsupported(let problem): self = Health(.unknown, problem)
        }
    }
}

/// What judging an object came to, before an unsupported version is taken for unknown health.
enum HealthCheck: Hashable, Sendable {
    /// The kind has no health.
    case none
    case assessed(Health)
    /// The kind is known, its version is not (S168).
    case unsupported(String)

    /// Judges an object, and one that is being deleted by that alone (S79).
    init(of object: KubeObject, isHook: Bool, rules: HealthRules) {
        guard object.isBeingDeleted, !object.hasHookFinalizer else {
            self.init(ofStatus: object, isHook: isHook, rules: rules)
            return
        }
        // A definition takes its custom objects with it, and says in its status how far it is.
        let isDefinition = object.groupVersionKind.groupKind == HealthRule.definition
        self = .assessed(isDefinition ? .definition(object) : Health(.progressing, "Pending deletion"))
    }

    /// Judges an object by its status, even while it is being deleted.
    init(ofStatus object: KubeObject, isHook: Bool, rules: HealthRules) {
        if let health = rules.health(of: object) {
            self = .assessed(health)
            return
        }
        let kind = object.groupVersionKind
        guard let rule = HealthRule(kind.groupKind) else {
            self = Health(custom: object).map { .assessed($0) } ?? .none
            return
        }
        guard rule.versions.isEmpty || rule.versions.contains(kind.version) else {
            self = .unsupported(
                "unsupported \(rule.nameInErrors) GVK: \(kind.group)/\(kind.version), Kind=\(kind.kind)")
            return
        }
        self = .assessed(rule.assess(object, isHook: isHook))
    }
}

extension KubeObject {
    /// Argo CD's finalizer on hooks; we write none (D2), but may meet one that was left.
    var hasHookFinalizer: Bool { finalizers.contains("argocd.argoproj.io/hook-finalizer") }
}
