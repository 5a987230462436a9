import KubeCore

extension OperationState {
    /// The state with so many entries as fit; those of objects that did not work go last.
    ///
    /// - Parameter limit: Of the JSON text, in bytes.
    /// - Returns: The same state, or one whose message counts what was left out.
    public func bounded(to limit: Int) -> OperationState {
        guard json.serialized().count > limit else { return self }
        var state = self
        // Reasons of many objects may stand in it, each with a name of its own.
        state.message = message.cut(to: limit / 8)
        return state.withFewerResults(limit)
    }

    private func withFewerResults(_ limit: Int) -> OperationState {
        let size = json.serialized().count
        guard size > limit else { return self }
        let costs = syncResult.resources.map { $0.json.serialized().count + 1 }
        var left = limit - (size - costs.reduce(0, +)) - 64
        var kept: Set<Int> = []
        let order = costs.indices.sorted {
            (syncResult.resources[$0].isUnremarkable ? 1 : 0, $0) < (
                syncResult.resources[$1].isUnremarkable ? 1 : 0, $1
            )
        }
        for index in order where costs[index] <= left {
            kept.insert(index)
            left -= costs[index]
        }
        var state = self
        state.syncResult.resources = kept.sorted().map { syncResult.resources[$0] }
        let count = syncResult.resources.count - kept.count
        state.message += " (\(count) of \(syncResult.resources.count) results are not listed)"
        return state
    }
}

extension ResourceResult {
    /// Whether a person would not look for it.
    fileprivate var isUnremarkable: Bool {
        hookType == nil && status == .synced && (hookPhase == .succeeded || hookPhase == nil)
    }
}
