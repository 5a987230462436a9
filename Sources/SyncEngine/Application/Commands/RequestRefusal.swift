/// Why an Application cannot be asked for what was wanted.
public enum RequestRefusal: Error, Hashable, Sendable {
    /// S113
    case operationInProgress
    /// S122
    case nothingToTerminate
    case beingDeleted
    case automatedSync(revision: String, tracked: String)
    case automatedRollback
    /// S138; `nil`: a window says so, else why a window cannot be read.
    case outsideWindow(problem: String?)
    case hydrated
    /// C12: as they were given.
    case nothingSelected([String])
    case noPreviousSync
    case noSuchEntry(Int64)
    case noSuchSource(String)
    /// What is wrong with a flag's value.
    case badValue(String)
}

extension RequestRefusal: CustomStringConvertible {
    public var description: String {
        switch self {
        case .operationInProgress: "another operation is already in progress"
        case .nothingToTerminate: "Unable to terminate operation. No operation is in progress"
        case .beingDeleted: "application is being deleted"
        case .automatedSync(let revision, let tracked):
            "Cannot sync to \(revision): auto-sync currently set to \(tracked)"
        case .outsideWindow(let problem):
            "cannot sync: blocked by sync window"
                + (problem.map { ", as one of the project cannot be read: \($0)" } ?? "")
        case .automatedRollback: "rollback cannot be initiated when auto-sync is enabled"
        case .hydrated: "applications with a source hydrator are not supported"
        case .nothingSelected(let filters):
            "No matching app resources found for resource filter: \(filters.joined(separator: ", "))"
        case .noPreviousSync: "Application should have at least two successful deployments"
        case .noSuchEntry(let id): "Application does not have deployment id '\(id)' in history"
        case .noSuchSource(let name): "there is no source \(name)"
        case .badValue(let problem): problem
        }
    }
}
