import KubeCore

/// What is noted on an operation's hooks of its end, before the first of them is deleted: how it turned out, and how
/// those ended that are about to go and could not tell it themselves any more (I1).
struct OutcomeNote: Hashable {
    /// How a hook ended whose object may be gone.
    struct End: Hashable {
        var task: SyncTask.ID
        var phase: ResourceResult.HookPhase
    }

    var verdict: Verdict
    var ends: [End] = []

    /// For ``AnnotationKey/syncOutcome``: `ID:VERDICT`, then `;PHASE/GROUP/KIND/NAMESPACE/NAME=END` for each hook.
    ///
    /// The id stands in it because a hook may be applied again by a later operation, and keep the annotation.
    func annotation(of operation: OperationID) -> String {
        let ends = ends.map { end in
            let key = end.task.key
            let name = [end.task.phase.rawValue, key.group, key.kind, key.namespace, key.name]
            return ";\(name.joined(separator: "/"))=\(end.phase.rawValue)"
        }
        return "\(operation):\(verdict.rawValue)" + ends.joined()
    }

    init(verdict: Verdict, ends: [End] = []) {
        self.verdict = verdict
        self.ends = ends
    }

    /// Reads what ``annotation(of:)`` has written; `nil` if it was another operation's. What cannot be read of single
    /// hooks is left out: somebody else may have written it.
    init?(annotation: String, of operation: OperationID) {
        let parts = annotation.split(separator: ";")
        let head = parts.first?.split(separator: ":", maxSplits: 1) ?? []
        guard head.count == 2, head[0] == operation.description,
            let verdict = Verdict(rawValue: String(head[1]))
        else { return nil }
        self.verdict = verdict
        ends = parts.dropFirst().compactMap(End.init)
    }
}

extension OutcomeNote.End {
    fileprivate init?(_ text: Substring) {
        let sides = text.split(separator: "=", omittingEmptySubsequences: false)
        let names = sides[0].split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard sides.count == 2, names.count == 5, let syncPhase = SyncPhase(rawValue: names[0]),
            let phase = ResourceResult.HookPhase(rawValue: String(sides[1]))
        else { return nil }
        let key = ObjectKey(group: names[1], kind: names[2], namespace: names[3], name: names[4])
        task = SyncTask.ID(key: key, phase: syncPhase)
        self.phase = phase
    }
}
