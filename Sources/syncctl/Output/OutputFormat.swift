import ArgumentParser

/// What `-o` chooses.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
    /// A live table on a terminal, plain lines elsewhere.
    case wide
    /// One object at the end: the operation's state.
    case json
    /// One line a transition.
    case jsonl
}
