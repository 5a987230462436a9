/// A credential plugin, ready to run.
public struct PluginInvocation: Hashable, Sendable {
    /// A path, or a name to be looked up in `PATH`.
    public var command: String
    public var arguments: [String]
    /// Added to our own environment.
    public var environment: [String: String]
    /// Whether it gets our standard input.
    public var isInteractive: Bool

    public init(command: String, arguments: [String], environment: [String: String], isInteractive: Bool) {
        self.command = command
        self.arguments = arguments
        self.environment = environment
        self.isInteractive = isInteractive
    }
}

/// Why a credential plugin gave no answer. Reads on after its name.
public enum PluginRunFailure: Error, Hashable, Sendable {
    case notFound
    /// How it ended.
    case failed(String)
    case cancelled
}

/// The port through which credential plugins run.
public protocol PluginRunner: Sendable {
    /// Runs a plugin to its end and answers with what it wrote to standard output. Its standard error is
    /// ours.
    func run(_ invocation: PluginInvocation) async throws(PluginRunFailure) -> [UInt8]
}
