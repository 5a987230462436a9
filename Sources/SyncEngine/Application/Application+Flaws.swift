import KubeCore

extension Application {
    /// What keeps the spec from ever being synced as it is, whatever cluster or repository is looked at.
    ///
    /// Empty where nothing does.
    public var flaws: [FieldFailure] {
        let sources = spec.sources
        return specProblems
            + sources.all.enumerated().compactMap { index, source in
                let field = if case .several = sources { "spec.sources[\(index)]" } else { "spec.source" }
                return source.problem(at: field)
            }
    }

    /// Refuses a change that brings a flaw; one that was there before does not keep other things from being changed.
    ///
    /// - Parameter before: The Application as it was; `nil` for a new one.
    /// - Throws: ``RequestRefusal`` with the first flaw.
    public func checkFlaws(insteadOf before: Application? = nil) throws(RequestRefusal) {
        let known = before?.flaws ?? []
        if let flaw = flaws.first(where: { !known.contains($0) }) { throw .badValue("\(flaw)") }
    }
}
