import SystemPackage

/// What git is told at each call, so that nothing counts but what we say: no settings of the machine or of a person, no
/// hooks, no filters, no helpers, no prompts.
enum GitSettings {
    /// Settings that hold for every call.
    private static let always = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.attributesFile=/dev/null",
        "core.bigFileThreshold=16m", "core.askPass=", "credential.helper=", "gc.auto=0", "gc.packRefs=false",
        "maintenance.auto=false", "protocol.version=2", "protocol.allow=never",
        "http.followRedirects=false", "http.lowSpeedLimit=100", "http.lowSpeedTime=60",
        "transfer.fsckObjects=true",
        "fetch.unpackLimit=1", "transfer.unpackLimit=1", "fetch.recurseSubmodules=false",
        "submodule.recurse=false", "transfer.bundleURI=false", "pack.threads=2", "advice.detachedHead=false",
    ]

    /// Faults of old commits that harm nobody; everything else that is wrong with an object ends a fetch.
    private static let harmless = [
        "badTimezone", "missingSpaceBeforeDate", "missingSpaceBeforeEmail", "missingNameBeforeEmail",
        "badEmail",
        "missingEmail", "badDate", "badDateOverflow", "multipleAuthors", "zeroPaddedFilemode", "nullSha1",
        "missingAuthor", "missingCommitter", "missingTaggerEntry", "badTagName",
    ]

    /// Arguments that stand before git's command.
    ///
    /// - Parameters:
    ///   - repository: The copy to work in; `nil` for none.
    ///   - transport: The only one that may be used; `nil` for none.
    /// - Returns: Those that set, and those that name the copy.
    static func arguments(repository: FilePath?, transport: GitTransport?) -> [String] {
        var settings = always + harmless.map { "fetch.fsck.\($0)=ignore" }
        if let transport { settings.append("protocol.\(transport.rawValue).allow=always") }
        var arguments = ["--no-replace-objects", "--literal-pathspecs", "--no-pager"]
        if let repository { arguments.append("--git-dir=\(repository.string)") }
        return arguments + settings.flatMap { ["-c", $0] }
    }

    /// The whole environment of git.
    ///
    /// - Parameters:
    ///   - own: Ours.
    ///   - folder: Private to this call: git's home.
    ///   - config: A file with further settings, which may be secret; `nil` for none.
    ///   - ssh: The command for ssh; `nil` if it is not used.
    ///   - transport: The only one that may be used; `nil` for none.
    /// - Returns: Without anything secret.
    static func environment(
        from own: [String: String], folder: FilePath, config: FilePath?, ssh: String?,
        transport: GitTransport?
    ) -> [String: String] {
        var environment = ProgramEnvironment.clean(from: own, home: folder.string)
        environment["GIT_CONFIG_NOSYSTEM"] = "1"
        environment["GIT_CONFIG_GLOBAL"] = config?.string ?? "/dev/null"
        environment["GIT_ATTR_NOSYSTEM"] = "1"
        environment["GIT_TERMINAL_PROMPT"] = "0"
        environment["GIT_ALLOW_PROTOCOL"] = transport?.rawValue ?? "none"
        environment["GIT_PROTOCOL_FROM_USER"] = "0"
        environment["GIT_OPTIONAL_LOCKS"] = "0"
        environment["GIT_NO_LAZY_FETCH"] = "1"
        environment["GIT_SSH_COMMAND"] = ssh ?? "false"
        environment["GIT_SSH_VARIANT"] = "ssh"
        return environment
    }
}
