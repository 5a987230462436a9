import ArgumentParser
import KubeCore
import SyncController
import SyncEngine

/// What all commands about Applications in a cluster take.
struct ApplicationOptions: ParsableArguments {
    @Option(
        name: [.customShort("N"), .long],
        help: "Namespace of the Application, where its name says none; else the context's.")
    var appNamespace: String?

    // Scripts say it; there is no other way.
    @Flag(help: .hidden)
    var core = false

    @OptionGroup(title: "Cluster") var cluster: ClusterOptions

    @discardableResult
    func withApplications<Result: Sendable>(
        _ body: (ApplicationAccess) async throws -> Result
    ) async throws -> Result {
        try await cluster.withApplications(in: appNamespace, body)
    }
}

/// How one Application is shown (C5).
enum ApplicationFormat: String, ExpressibleByArgument, CaseIterable {
    case wide
    case json
    case yaml
    case tree
    case treeDetailed = "tree=detailed"

    /// Whether the output is for programs, which want nothing else (C6).
    var isForPrograms: Bool { self == .json || self == .yaml }
}

/// Which of several sources of an Application is meant.
struct SourceChoiceOptions: ParsableArguments {
    @Option(help: "Which of several sources, from 1.")
    var sourcePosition: Int?

    @Option(help: "Which of several sources, by its name.")
    var sourceName: String?

    func validate() throws {
        guard sourcePosition == nil || sourceName == nil else {
            throw ValidationError("give either --source-position or --source-name")
        }
        guard sourcePosition.map({ $0 > 0 }) ?? true else {
            throw ValidationError("--source-position counts from 1")
        }
    }

    var choice: SpecEdit.SourceChoice {
        if let sourcePosition { return .position(sourcePosition) }
        return sourceName.map { .name($0) } ?? .only
    }
}

/// A label selector, in kubectl's syntax (C7).
struct SelectorArgument: ExpressibleByArgument {
    var selector: LabelSelector

    init?(argument: String) {
        do throws(SelectorFailure) {
            selector = try LabelSelector(parsing: argument)
        } catch {
            return nil
        }
    }
}

/// Which Applications are meant, where no name says it.
struct ApplicationFilterOptions: ParsableArguments {
    @Option(
        name: [.customShort("l"), .long], help: "Only Applications with these labels: app=web,tier in (a,b).")
    var selector: SelectorArgument?

    func list(_ access: ApplicationAccess) async throws -> [KubeObject] {
        try await access.store.list(in: access.namespace, selector: selector?.selector)
    }
}
