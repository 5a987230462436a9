import KubeCore

/// Changes to `spec.syncPolicy`, as flags say them (C8, C9, C10).
public struct PolicyEdit: Hashable, Sendable {
    /// `--retry…`
    public struct Retry: Hashable, Sendable {
        /// 0 takes the retries away.
        public var limit: Int64
        public var duration = "5s"
        public var maxDuration = "3m"
        public var factor: Int64 = 2
        public var refresh = false

        public init(limit: Int64) {
            self.limit = limit
        }

        /// As it is written; `nil` for none.
        public var strategy: RetryStrategy? {
            guard limit != 0 else { return nil }
            var strategy = RetryStrategy(limit: limit)
            strategy.refresh = refresh
            strategy.backoff.duration = duration
            strategy.backoff.maxDuration = maxDuration
            strategy.backoff.factor = factor
            return strategy
        }
    }

    /// Whether syncs begin by themselves; `nil`: as before.
    public var automated: Bool?
    public var prune: Bool?
    public var selfHeal: Bool?
    public var allowEmpty: Bool?
    /// `X=Y` adds, `!X=Y` takes away.
    public var options: [String] = []
    public var retry: Retry?

    public init() {}

    func apply(to spec: inout JSONObject) throws(RequestRefusal) {
        if let automated { spec[path: ["syncPolicy", "automated"]] = automated ? [:] : nil }
        for (name, wish) in [("prune", prune), ("selfHeal", selfHeal), ("allowEmpty", allowEmpty)] {
            guard let wish else { continue }
            if spec[path: ["syncPolicy", "automated"]]?.object == nil {
                // So that what only prepares automatic syncs begins none.
                spec[path: ["syncPolicy", "automated"]] = ["enabled": false]
            }
            spec[path: ["syncPolicy", "automated", name]] = .bool(wish)
        }
        applyOptions(to: &spec)
        guard let retry else { return }
        guard retry.limit >= 0 else {
            throw .badValue("--sync-retry-limit must not be negative: 0 takes the retries away")
        }
        spec[path: ["syncPolicy", "retry"]] = retry.strategy?.json
    }

    private func applyOptions(to spec: inout JSONObject) {
        guard !options.isEmpty else { return }
        var items = spec[path: ["syncPolicy", "syncOptions"]]?.array?.compactMap(\.string) ?? []
        for option in options {
            if option.hasPrefix("!") {
                items.removeAll { $0 == option.dropFirst() }
            } else if !items.contains(option) {
                items.append(option)
            }
        }
        let list = JSONValue.array(items.map { .string($0) })
        spec[path: ["syncPolicy", "syncOptions"]] = items.isEmpty ? Optional.none : .some(list)
    }
}
