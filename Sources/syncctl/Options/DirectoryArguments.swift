import ArgumentParser
import SyncEngine

/// Which files of a directory are manifests, in argocd's words.
struct DirectoryArguments: ParsableArguments {
    @Flag(help: "Read the directory's folders, too.")
    var directoryRecurse = false

    @Option(help: "Pattern; only files whose path matches are read, e.g. '{*.yaml,*.yml}'.")
    var directoryInclude: String?

    @Option(help: "Pattern; files whose path matches are not read.")
    var directoryExclude: String?

    var isGiven: Bool { directoryRecurse || directoryInclude != nil || directoryExclude != nil }

    /// As `spec.source.directory`.
    var options: DirectoryOptions {
        var options = DirectoryOptions()
        options.recurse = directoryRecurse
        options.include = directoryInclude ?? ""
        options.exclude = directoryExclude ?? ""
        return options
    }
}
