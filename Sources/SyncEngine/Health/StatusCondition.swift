import KubeCore

/// One entry of `status.conditions`, as nearly every kind of the API writes them.
struct StatusCondition: Hashable, Sendable {
    /// What the condition says of itself: only `true` and `false` are facts.
    enum Truth: String, Hashable, Sendable {
        case yes = "True"
        case no = "False"
        case unknown = "Unknown"
    }

    var type: String
    var truth: Truth
    var reason: String
    var message: String
    /// The generation that the writer looked at; `nil` for the many conditions that do not say.
    var observedGeneration: Int64?

    /// Reads one entry; `nil` for anything that names no type.
    init?(_ json: JSONValue) {
        guard let type = json["type"]?.string else { return nil }
        self.type = type
        truth = json["status"]?.string.flatMap(Truth.init) ?? .unknown
        reason = json["reason"]?.string ?? ""
        message = json["message"]?.string ?? ""
        observedGeneration = json["observedGeneration"]?.int
    }

    /// The conditions of a list, in its order; entries that are none are left out (I7).
    static func all(in list: JSONValue?) -> [StatusCondition] {
        list?.array?.compactMap(StatusCondition.init) ?? []
    }
}

extension KubeObject {
    /// What the status says, in the order in which it is written.
    var conditions: [StatusCondition] { StatusCondition.all(in: self["status", "conditions"]) }

    /// The condition of a type, if it is there and `True`.
    func trueCondition(_ type: String) -> StatusCondition? {
        conditions.first { $0.type == type && $0.truth == .yes }
    }

    /// A count of the status; what is absent counts as 0, as in the API's own types.
    func statusCount(_ field: String) -> Int64 { self["status", field]?.int ?? 0 }

    /// Whether the controller has yet to look at what the last write asked for (I5).
    ///
    /// A status without `observedGeneration` counts as generation 0: right for the kinds that always write
    /// it.
    var isAheadOfStatus: Bool { generation > statusCount("observedGeneration") }
}
