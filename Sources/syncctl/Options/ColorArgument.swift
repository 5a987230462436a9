import ArgumentParser

/// When output has colours.
enum ColorArgument: String, ExpressibleByArgument, CaseIterable {
    /// On a terminal, unless `NO_COLOR` says otherwise.
    case auto
    case always
    case never

    /// Whether to use colours.
    ///
    /// - Parameters:
    ///   - isTerminal: Whether a terminal is what we write to.
    ///   - environment: Of the process.
    /// - Returns: What was asked for, or what suits the terminal.
    func isColored(isTerminal: Bool, environment: [String: String]) -> Bool {
        switch self {
        case .auto:
            isTerminal && environment["NO_COLOR", default: ""].isEmpty && environment["TERM"] != "dumb"
        case .always: true
        case .never: false
        }
    }
}
