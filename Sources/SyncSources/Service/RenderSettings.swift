import SystemPackage

/// How sources are rendered: with which programs, where, and what it may cost.
public struct RenderSettings: Hashable, Sendable {
    /// The process's own environment: programs are looked for on its `PATH`.
    public var environment: [String: String]
    /// A folder for what lives as long as one rendering.
    public var workFolder: String
    public var limits = SourceLimits()
    /// How long a program may take for one source.
    public var time = Duration.seconds(90)
    /// Bytes of memory of a program.
    public var memoryBytes = 2 << 30
    /// Programs that run at a time.
    public var programs = 2
    /// Whether kustomizations may be built on what is fetched from elsewhere.
    public var allowsRemoteBases = false
    /// Helm repositories from which charts may take what they depend on: these and what lies below them.
    public var chartRepositories: [String] = []

    public init(environment: [String: String], workFolder: String = "/tmp") {
        self.environment = environment
        self.workFolder = workFolder
    }

    var toolLimits: ProcessLimits {
        ProcessLimits(
            time: time, outputBytes: limits.totalBytes, fileBytes: limits.totalBytes, memoryBytes: memoryBytes
        )
    }
}
