import ArgumentParser
import KubeCore
import SyncEngine

/// What `app sync` can ask a controller for, beside what it can do itself.
struct SyncRequestOptions: ParsableArguments {
    @OptionGroup var filter: ApplicationFilterOptions

    @Option(help: "All Applications of this project. Repeatable.")
    var project: [String] = []

    @Flag(name: .customLong("async"), help: "Do not wait for the end.")
    var isAsync = false

    @Flag(help: "Print what hooks write while they run.")
    var logs = false

    @Flag(help: "Apply on the server; of the options, only those given here count then.")
    var serverSide = false

    @Flag(help: "Leave out what is in sync; of the options, only those given here count then.")
    var applyOutOfSyncOnly = false

    @Option(help: "NAME=VALUE that is shown with the operation. Repeatable.")
    var info: [String] = []

    @OptionGroup var sources: SourceRevisionOptions

    @Option(
        parsing: .unconditional, help: "How often a failed operation is tried again; negative: without end.")
    var retryLimit: Int64 = 0
    @Option(help: "Time before the first retry.") var retryBackoffDuration = "5s"
    @Option(help: "Longest time before a retry.") var retryBackoffMaxDuration = "3m"
    @Option(help: "By what the time grows.") var retryBackoffFactor: Int64 = 2
    @Flag(help: "Retries take the newest revision.") var retryRefresh = false

    func validate() throws {
        for text in [retryBackoffDuration, retryBackoffMaxDuration] { _ = try DurationArgument.parse(text) }
    }

    /// C15
    private var retry: RetryStrategy? {
        guard retryLimit != 0 else { return nil }
        var retry = PolicyEdit.Retry(limit: retryLimit)
        retry.duration = retryBackoffDuration
        retry.maxDuration = retryBackoffMaxDuration
        retry.factor = retryBackoffFactor
        retry.refresh = retryRefresh
        return retry.strategy
    }

    /// What is asked for.
    func wish(_ arguments: SyncArguments, of source: SourceOptions, dryRun: Bool) throws -> SyncWish {
        var wish = arguments.wish
        // Files of this machine have no revision that anybody else could find.
        wish.revision = source.local == nil ? source.revision ?? "" : ""
        wish.allowsEmpty = source.allowEmpty
        sources.fill(&wish)
        wish.dryRun = dryRun
        wish.selection = ResourceSelection(arguments.resource.map(\.pattern))
        wish.filters = arguments.resource.map(\.text)
        if serverSide { wish.options.append("ServerSideApply=true") }
        if applyOutOfSyncOnly { wish.options.append("ApplyOutOfSyncOnly=true") }
        wish.retry = retry
        wish.info = try info.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty else {
                throw CommandFailure(.usage, "--info \(text): write NAME=VALUE")
            }
            return SyncEngine.NamedText(name: String(parts[0]), value: String(parts[1]))
        }
        return wish
    }
}
