import ArgumentParser
import SyncEngine

/// The strategies in the words of the command line.
enum StrategyArgument: String, ExpressibleByArgument, CaseIterable {
    case hook
    case apply

    var strategy: SyncRequest.Strategy {
        switch self {
        case .hook: .hook
        case .apply: .apply
        }
    }
}

/// Who validates, in the words of the command line.
enum ValidationArgument: String, ExpressibleByArgument, CaseIterable {
    case server
    case client
    case none

    var validation: SyncRequest.Validation {
        switch self {
        case .server: .server
        case .client: .client
        case .none: .none
        }
    }
}

/// A hook delete policy, spelled as in the annotation.
struct HookPolicyArgument: ExpressibleByArgument {
    var policy: HookDeletePolicy

    init?(argument: String) {
        guard let policy = HookDeletePolicy(rawValue: argument) else { return nil }
        self.policy = policy
    }

    static var allValueStrings: [String] { HookDeletePolicy.allCases.map(\.rawValue) }
}
