/// How much of a document may come from aliases: goyaml's rule.
///
/// Decoded nodes are counted, those inside an alias a second time. A small document may come from aliases almost
/// entirely; the larger it grows, the less. An alias is charged with all that it stands for, although we share it.
struct AliasBudget {
    private var decoded = 0
    private var throughAliases = 0

    /// Nodes decoded so far, those inside aliases each time.
    var count: Int { decoded }

    /// Counts nodes that stand in the text.
    mutating func charge(_ nodes: Int = 1) {
        decoded += nodes
    }

    /// Counts an alias and the nodes that it stands for.
    mutating func chargeAlias(_ nodes: Int) {
        let (sum, tooLarge) = decoded.addingReportingOverflow(nodes)
        decoded = tooLarge ? .max / 2 : sum
        throughAliases = min(throughAliases, .max / 2) + min(nodes, .max / 2)
    }

    var isExceeded: Bool {
        throughAliases > 100 && decoded > 1000 && Double(throughAliases) / Double(decoded) > allowedShare
    }

    /// 99 % up to 400,000 nodes, 10 % from 4,000,000 on, a straight line between.
    private var allowedShare: Double {
        let (low, high) = (400_000.0, 4_000_000.0)
        let nodes = Double(decoded)
        if nodes <= low { return 0.99 }
        if nodes >= high { return 0.10 }
        return 0.99 - 0.89 * (nodes - low) / (high - low)
    }
}
