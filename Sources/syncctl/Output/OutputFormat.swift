import ArgumentParser

/// What `-o` chooses.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// A live table on a terminal, plain lines elsewhere.
    case wide
    /// One object at the end: the operation's state; by a controller, the whole Application.
    case json
    /// One line a transition.
    case jsonl
    /// By a controller: the whole Application.
    case yaml
    /// By a controller: with what its objects own.
    case tree
    case treeDetailed = "tree=detailed"
}
