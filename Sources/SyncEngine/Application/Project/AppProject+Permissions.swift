public import KubeCore

extension AppProject {
    /// Whether manifests may come from a repository (S200).
    ///
    /// - Parameter repository: Its address; letters' case, `.git` and a `/` at the end do not count.
    /// - Returns: Whether a pattern permits it, and none forbids it.
    public func permits(source repository: String) -> Bool {
        let wanted = Self.normalised(repository)
        let patterns = sourceRepositories.map { pattern in
            let body = pattern.isDenial ? String(pattern.text.dropFirst()) : pattern.text
            return ProjectPattern((pattern.isDenial ? "!" : "") + Self.normalised(body), isAddress: true)
        }
        return ProjectPattern.permits(patterns, wanted)
    }

    /// Whether objects may be put into a namespace of a cluster (S201).
    public func permits(_ destination: SyncEngine.Destination, namespace: String) -> Bool {
        var isPermitted = false
        for entry in destinations {
            guard entry.matchesCluster(destination), entry.matchesNamespace(namespace) else { continue }
            if entry.isDenial { return false }
            isPermitted = true
        }
        return isPermitted
    }

    /// Whether objects of a kind may be synced (S202).
    public func permits(_ kind: GroupKind, name: String, isNamespaced: Bool) -> Bool {
        func isListed(_ rules: [KindRule]) -> Bool { rules.contains { $0.matches(kind, name: name) } }
        guard isNamespaced else {
            return isListed(kinds.clusterWhitelist) && !isListed(kinds.clusterBlacklist)
        }
        return kinds.namespaceWhitelist.map(isListed) ?? true && !isListed(kinds.namespaceBlacklist)
    }

    /// Whether Applications of that namespace may name the project (S205).
    public func permits(applicationsOf namespace: String, home: String) -> Bool {
        namespace == home || ProjectPattern.permits(sourceNamespaces, namespace)
    }

    /// Why an object may not be synced, in Argo CD's words (S39); `nil` if it may.
    public func refusal(
        of kind: GroupKind, name: String, isNamespaced: Bool, namespace: String,
        in destination: SyncEngine.Destination
    ) -> String? {
        guard permits(kind, name: name, isNamespaced: isNamespaced) else {
            return "resource \(kind.group):\(kind.kind) is not permitted in project \(self.name)"
        }
        guard !isNamespaced || permits(destination, namespace: namespace) else {
            return "namespace \(namespace) is not permitted in project '\(self.name)'"
        }
        return nil
    }

    /// What of an Application the project does not permit, for people.
    ///
    /// - Parameters:
    ///   - application: It.
    ///   - home: The controller's namespace.
    /// - Returns: Messages in Argo CD's words; empty if all is permitted.
    public func objections(to application: Application, home: String) -> [String] {
        var objections = application.spec.sources.all.filter { !permits(source: $0.repositoryURL) }.map {
            "application repo \($0.shownURL) is not permitted in project '\(name)'"
        }
        let destination = application.spec.destination
        if !permits(destination, namespace: destination.namespace) {
            let cluster = destination.server.isEmpty ? destination.name : destination.server
            objections.append(
                "application destination server '\(cluster)' and namespace '\(destination.namespace)' do not "
                    + "match any of the allowed destinations in project '\(name)'")
        }
        if !permits(applicationsOf: application.metadata.namespace, home: home) {
            objections.append(
                "application '\(application.metadata.name)' in namespace '\(application.metadata.namespace)' "
                    + "is not permitted to use project '\(name)'")
        }
        return objections
    }

    private static func normalised(_ repository: String) -> String {
        var text = repository.lowercased()
        while text.hasSuffix("/") { text.removeLast() }
        return text.hasSuffix(".git") ? String(text.dropLast(4)) : text
    }
}

extension AppProject.Destination {
    /// A denial of server or namespace takes away what other entries give.
    fileprivate var isDenial: Bool { server.isDenial || name.isDenial || namespace.isDenial }

    fileprivate func matchesCluster(_ destination: Destination) -> Bool {
        // The controller's own cluster goes by either.
        let server = destination.isOwnCluster ? Destination.ownServer : destination.server
        let name = destination.isOwnCluster ? Destination.ownName : destination.name
        return (!self.server.isEmpty && self.server.matches(server))
            || (!self.name.isEmpty && self.name.matches(name))
    }

    fileprivate func matchesNamespace(_ namespace: String) -> Bool { self.namespace.matches(namespace) }
}
