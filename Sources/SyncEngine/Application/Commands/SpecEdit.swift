public import KubeCore

/// Changes to an Application's spec, as flags say them (section 3 of the command line).
///
/// Made on the spec as it was read: what is not known here stays.
public struct SpecEdit: Hashable, Sendable {
    /// Which of several sources is meant.
    public enum SourceChoice: Hashable, Sendable {
        case only
        /// From 1.
        case position(Int)
        case name(String)

        /// The sources that are meant; without a choice all.
        ///
        /// - Parameter sources: All that there are.
        /// - Returns: In their order.
        /// - Throws: ``RequestRefusal/noSuchSource(_:)``.
        public func chosen(
            of sources: [ApplicationSource]
        ) throws(RequestRefusal) -> [ApplicationSource] {
            switch self {
            case .only: return sources
            case .position(let position):
                guard sources.indices.contains(position - 1) else { throw .noSuchSource("\(position)") }
                return [sources[position - 1]]
            case .name(let name):
                let named = sources.filter { $0.name == name }
                guard !named.isEmpty else { throw .noSuchSource(name) }
                return named
            }
        }
    }

    public var source = SourceEdit()
    public var choice = SourceChoice.only
    public var project: String?
    public var server: String?
    public var clusterName: String?
    public var namespace: String?
    public var historyLimit: Int64?
    public var policy = PolicyEdit()

    public init() {}

    /// Whether nothing would change.
    public var isEmpty: Bool {
        var nothing = SpecEdit()
        nothing.choice = choice
        return self == nothing
    }

    /// The spec with the changes made.
    ///
    /// - Parameter spec: As it is, possibly empty.
    /// - Returns: The new spec.
    /// - Throws: ``RequestRefusal``.
    public func applied(to spec: JSONObject) throws(RequestRefusal) -> JSONObject {
        var spec = spec
        if let project { spec["project"] = .string(project) }
        if let server {
            spec[path: ["destination", "server"]] = .string(server)
            spec[path: ["destination", "name"]] = nil
        }
        if let clusterName {
            guard server == nil else { throw .badValue("give either --dest-server or --dest-name") }
            spec[path: ["destination", "name"]] = .string(clusterName)
            spec[path: ["destination", "server"]] = nil
        }
        if let namespace { spec[path: ["destination", "namespace"]] = .string(namespace) }
        if let historyLimit { spec["revisionHistoryLimit"] = .int(historyLimit) }
        if !source.isEmpty {
            try spec.changeSource(choice) { (old) throws(RequestRefusal) in try source.applied(to: old) }
        }
        try policy.apply(to: &spec)
        return spec
    }

    /// The spec with one source more.
    ///
    /// - Parameters:
    ///   - source: What the new one is.
    ///   - spec: As it is; a single source becomes the first of several.
    /// - Returns: The new spec.
    /// - Throws: ``RequestRefusal``.
    public static func adding(
        _ source: SourceEdit, to spec: JSONObject
    ) throws(RequestRefusal) -> JSONObject {
        let new = try source.applied(to: ApplicationSource())
        if let failure = new.problem(at: "the new source") { throw .badValue("\(failure)") }
        var spec = spec
        let old = spec["source"].map { $0.isNull ? [] : [$0] } ?? []
        let sources = spec["sources"]?.array ?? []
        spec["sources"] = .array((sources.isEmpty ? old : sources) + [new.json])
        spec["source"] = nil
        return spec
    }

    /// The spec without one of its several sources: the last one cannot go.
    public static func removing(
        _ choice: SourceChoice, from spec: JSONObject
    ) throws(RequestRefusal) -> JSONObject {
        var spec = spec
        var sources = spec["sources"]?.array ?? []
        guard sources.count > 1 else {
            throw .badValue("only one of several sources can be removed: this application has one")
        }
        sources.remove(at: try spec.place(of: choice))
        spec["sources"] = .array(sources)
        return spec
    }
}

extension JSONObject {
    /// Changes the source that is meant, where it stands.
    mutating func changeSource(
        _ choice: SpecEdit.SourceChoice,
        _ change: (ApplicationSource) throws(RequestRefusal) -> ApplicationSource
    ) throws(RequestRefusal) {
        var sources = self["sources"]?.array ?? []
        guard !sources.isEmpty else {
            guard choice == .only || choice == .position(1) else {
                throw .badValue(
                    "this application has one source: leave out --source-position and --source-name")
            }
            let old = self["source"] ?? [:]
            self["source"] = try change(try Self.source(old.isNull ? [:] : old, "spec.source")).json
            return
        }
        let place = try place(of: choice)
        let old = try Self.source(sources[place], "spec.sources[\(place)]")
        sources[place] = try change(old).json
        self["sources"] = .array(sources)
    }

    fileprivate func place(of choice: SpecEdit.SourceChoice) throws(RequestRefusal) -> Int {
        let sources = self["sources"]?.array ?? []
        switch choice {
        case .only:
            throw .badValue(
                "this application has \(sources.count) sources: say which by --source-position or --source-name"
            )
        case .position(let position):
            guard sources.indices.contains(position - 1) else { throw .noSuchSource("\(position)") }
            return position - 1
        case .name(let name):
            guard let place = sources.firstIndex(where: { $0["name"]?.string == name }) else {
                throw .noSuchSource("'\(name)'")
            }
            return place
        }
    }

    private static func source(
        _ value: JSONValue, _ field: String
    ) throws(RequestRefusal) -> ApplicationSource {
        do throws(FieldFailure) {
            return try ApplicationSource(value, at: field)
        } catch {
            throw .badValue("\(error)")
        }
    }
}
