import SyncEngine

/// What came of one folder of a source.
struct RenderedFolder: Hashable, Sendable {
    var objects: [DesiredObject]
    var skipped: [SkippedFile] = []
    /// While these stay the same, so does the result.
    var inputs: Set<RenderInput>
    var type: SourceType
    /// A hash of what was read, where there is no commit.
    var revision = ""
}

/// A file or folder, there or not, that a result depends on.
struct RenderInput: Hashable, Sendable {
    /// The `ref` of another source; empty: of the source itself.
    var ref = ""
    var path: SourcePath
}

/// For whom a source is rendered.
public struct RenderIdentity: Hashable, Sendable {
    /// The Application's name; a chart's release is called so.
    public var application: String
    /// Where its objects go.
    public var namespace: String
    public var project: String
    /// The cluster's version, as `1.30`; empty: what a program assumes.
    public var kubeVersion: String
    /// What the cluster serves, as `apps/v1`; further ones that a chart sees.
    public var apiVersions: [String]

    public init(
        application: String, namespace: String, project: String = "default", kubeVersion: String = "",
        apiVersions: [String] = []
    ) {
        self.application = application
        self.namespace = namespace
        self.project = project
        self.kubeVersion = kubeVersion
        self.apiVersions = apiVersions
    }
}
