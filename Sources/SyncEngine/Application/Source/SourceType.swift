/// What makes manifests of a source's files, in the words of `status.sourceType`.
public enum SourceType: String, Hashable, Sendable, CaseIterable {
    case directory = "Directory"
    case helm = "Helm"
    case kustomize = "Kustomize"
}

extension ApplicationSource {
    /// What the source says itself; `nil`: its files decide.
    public var explicitType: SourceType? {
        if helm != nil || !chart.isEmpty { return .helm }
        if kustomize != nil { return .kustomize }
        return directory == nil ? nil : .directory
    }

    /// Whether there is something to render; otherwise the source only lends its files to others (``ref``).
    public var isRendered: Bool { ref.isEmpty || !path.isEmpty || !chart.isEmpty }
}
