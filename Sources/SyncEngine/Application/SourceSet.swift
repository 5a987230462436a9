import KubeCore

/// The source of an Application, or its sources: `source` or `sources`.
public enum SourceSet: Hashable, Sendable {
    case none
    case one(ApplicationSource)
    /// `sources`, also where it has one element only.
    case several([ApplicationSource])

    public var all: [ApplicationSource] {
        switch self {
        case .none: []
        case .one(let source): [source]
        case .several(let sources): sources
        }
    }

    public var isEmpty: Bool { all.isEmpty }

    /// Writes `source` or `sources`.
    func write(to fields: inout JSONObject) {
        switch self {
        case .none: return
        case .one(let source): fields["source"] = source.json
        case .several(let sources): fields["sources"] = .array(sources.map(\.json))
        }
    }
}
