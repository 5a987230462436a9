import Testing

/// Expects a record to consist of these stages, one after another, and of nothing else; inside a stage any order will do.
func expect(
    _ record: some Sequence<String>, inOrder stages: [[String]],
    sourceLocation: SourceLocation = #_sourceLocation
) {
    let record = Array(record)
    var rest = record[...]
    let fits = stages.allSatisfy { stage in
        defer { rest = rest.dropFirst(stage.count) }
        return rest.prefix(stage.count).sorted() == stage.sorted()
    }
    guard !fits || !rest.isEmpty else { return }
    let wanted = stages.map { $0.joined(separator: ", ") }.joined(separator: "\n  ")
    let found = record.joined(separator: "\n  ")
    Issue.record("expected in this order\n  \(wanted)\nfound\n  \(found)", sourceLocation: sourceLocation)
}
