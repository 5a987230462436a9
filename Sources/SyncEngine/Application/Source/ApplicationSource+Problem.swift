import KubeCore

extension ApplicationSource {
    /// Why the source cannot be rendered, as far as it can be told without its files.
    ///
    /// - Parameter field: Where the source stands, for messages.
    /// - Returns: The first problem; `nil` if there is none.
    public func problem(at field: String = "spec.source") -> FieldFailure? {
        let check = SourceCheck(source: self, field: field)
        return check.place() ?? check.tool() ?? check.options()
    }
}

/// The rules of ``ApplicationSource/problem(at:)``.
private struct SourceCheck {
    var source: ApplicationSource
    var field: String

    private func failure(_ name: String, _ problem: String) -> FieldFailure {
        FieldFailure(field: name.isEmpty ? field : "\(field).\(name)", problem: problem)
    }

    func place() -> FieldFailure? {
        if source.repositoryURL.isEmpty { return failure("repoURL", "is missing") }
        if source.repositoryURL != source.shownURL {
            return failure(
                "repoURL",
                "holds credentials, which everybody reads who reads the address; put them into a repository Secret "
                    + "(label argocd.argoproj.io/secret-type: repository)")
        }
        if source.path.isEmpty, source.chart.isEmpty, source.ref.isEmpty {
            return failure("", "must have a path, a chart or a ref")
        }
        if !source.chart.isEmpty {
            if !source.path.isEmpty { return failure("chart", "cannot be combined with path") }
            if !source.ref.isEmpty { return failure("chart", "cannot be combined with ref") }
            guard Self.isChartName(source.chart) else { return failure("chart", "is no name of a chart") }
        }
        guard SourcePath(source.path) != nil else {
            return failure("path", "must be a path within the repository")
        }
        let isName = source.ref.utf8.allSatisfy { $0.isNameByte || $0 == UInt8(ascii: "_") }
        return isName ? nil : failure("ref", "must be of letters, digits, - and _")
    }

    /// `name`, or `folder/name` as registries have it.
    private static func isChartName(_ text: String) -> Bool {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { part in
            guard let first = part.utf8.first, first.isNameByte, first != UInt8(ascii: "-") else {
                return false
            }
            return part.utf8.allSatisfy {
                $0.isNameByte || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: ".")
            }
        }
    }

    func tool() -> FieldFailure? {
        if let plugin = source.others["plugin"], plugin != [:] {
            return failure(
                "plugin",
                "is not supported: config management plugins are not run; supported are directory, helm "
                    + "and kustomize")
        }
        if source.directory?.others["jsonnet"] != nil {
            return failure("directory.jsonnet", "is not supported: render it first and commit what comes out")
        }
        let tools = [
            ("directory", source.directory != nil), ("helm", source.helm != nil),
            ("kustomize", source.kustomize != nil),
        ].filter(\.1).map(\.0)
        if tools.count > 1 { return failure("", "has \(tools.joined(separator: " and ")): only one can be") }
        if !source.chart.isEmpty, let tool = tools.first, tool != "helm" {
            return failure(tool, "cannot be combined with chart")
        }
        return nil
    }

    func options() -> FieldFailure? {
        if let helm = source.helm {
            if !["", "v3", "3"].contains(helm.switches.version) {
                return failure("helm.version", "must be v3")
            }
            let parameters = helm.parameters.map(\.name)
            if let index = parameters.firstIndex(of: "") {
                return failure("helm.parameters[\(index)].name", "is missing")
            }
        }
        for (index, replicas) in (source.kustomize?.replicas ?? []).enumerated() where replicas.count < 0 {
            return failure("kustomize.replicas[\(index)].count", "must not be negative")
        }
        for (index, patch) in (source.kustomize?.patches ?? []).enumerated()
        where patch.patch.isEmpty == patch.path.isEmpty {
            return failure("kustomize.patches[\(index)]", "must have either patch or path")
        }
        return nil
    }
}

extension UInt8 {
    /// A letter, a digit or `-`.
    fileprivate var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
