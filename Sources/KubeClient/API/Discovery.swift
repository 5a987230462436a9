import KubeCore
import Logging

/// Knows which kinds the server has, and asks again when told that there may be more.
public actor Discovery {
    private let client: APIClient
    private var known: APICatalog?
    private var versions: ServedVersions?
    private var askedAt = ContinuousClock.now

    public init(_ client: APIClient) {
        self.client = client
    }

    /// What the server had when it was last asked; asks if it never was.
    public func catalog() async throws(ClientFailure) -> APICatalog {
        if let known { return known }
        return try await refresh()
    }

    /// What the server has; asks where what is known is older than that.
    public func catalog(notOlderThan age: Duration) async throws(ClientFailure) -> APICatalog {
        guard let known, ContinuousClock.now - askedAt <= age else { return try await refresh() }
        return known
    }

    /// Asks the server anew, as after a CustomResourceDefinition was applied.
    @discardableResult
    public func refresh() async throws(ClientFailure) -> APICatalog {
        let catalog = try await APICatalog.read(with: client)
        if catalog.gaps != known?.gaps {
            for gap in catalog.gaps {
                Logger.current.warning(
                    "a part of the API cannot be asked for its kinds",
                    metadata: ["api": "\(gap.group)/\(gap.version)", "error": "\(gap.problem)"])
            }
        }
        known = catalog
        versions = nil
        askedAt = .now
        return catalog
    }

    /// The server's own version and those of its API.
    ///
    /// - Parameter age: How old what is known may be.
    /// - Returns: The versions.
    /// - Throws: ``ClientFailure`` if the server has to be asked, and cannot be.
    public func versions(notOlderThan age: Duration) async throws(ClientFailure) -> ServedVersions {
        if ContinuousClock.now - askedAt > age { try await refresh() }
        if let versions { return versions }
        let catalog = try await catalog()
        let server = try await ServedVersions.server(client)
        // Kinds may have been asked for anew meanwhile.
        let found = ServedVersions(server: server, api: (known ?? catalog).apiVersions)
        versions = found
        return found
    }
}

extension APICatalog {
    private static let aggregatedForms = [
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList", "application/json",
    ]

    /// Asks a server for everything it knows: two requests where it can answer so, else one per version of a
    /// group.
    ///
    /// A group that cannot be asked becomes a gap.
    ///
    /// - Throws: ``ClientFailure`` if not even the groups can be had.
    public static func read(with client: APIClient) async throws(ClientFailure) -> APICatalog {
        async let core = document("/api", client)
        async let others = document("/apis", client)
        let answers: (core: JSONValue, others: JSONValue)
        do {
            answers = (try await core, try await others)
        } catch let failure as ClientFailure {
            throw failure
        } catch {
            throw .undecodable("discovery: \(error)")
        }
        var groups: [Group] = []
        var gaps: [Gap] = []
        if let (found, missing) = aggregated(answers.core) {
            groups += found
            gaps += missing
        } else {
            let versions = (answers.core["versions"]?.array ?? []).compactMap(\.string)
            groups.append(Group(name: "", versions: versions.map { Version(name: $0, resources: []) }))
        }
        if let (found, missing) = aggregated(answers.others) {
            groups += found
            gaps += missing
        } else {
            groups += Self.groups(answers.others)
        }
        let missing = await fill(&groups, except: gaps, client)
        if Task.isCancelled { throw .transport(TransportFailure(.cancelled, "discovery: cancelled")) }
        return APICatalog(groups: groups, gaps: gaps + missing)
    }

    /// Asks for the resources of each version that has none yet, all at once; answers what could not be had.
    private static func fill(_ groups: inout [Group], except known: [Gap], _ client: APIClient) async -> [Gap]
    {
        // A server behind the API that is down stays down for a while, and everyone waits for the slowest.
        let client = client.retrying(RetryPolicy(attempts: 2))
        typealias Answer = (group: Int, version: Int, result: Result<[APIResource], ClientFailure>)
        var gaps: [Gap] = []
        var answers: [Answer] = []
        await withTaskGroup(of: Answer.self) { tasks in
            for (groupIndex, group) in groups.enumerated() {
                for (versionIndex, version) in group.versions.enumerated() where version.resources.isEmpty {
                    if known.contains(where: { $0.group == group.name && $0.version == version.name }) {
                        continue
                    }
                    tasks.addTask {
                        (groupIndex, versionIndex, await resources(group.name, version.name, client))
                    }
                }
            }
            for await answer in tasks { answers.append(answer) }
        }
        for answer in answers.sorted(by: { ($0.group, $0.version) < ($1.group, $1.version) }) {
            switch answer.result {
            case .success(let resources):
                groups[answer.group].versions[answer.version].resources = resources
            // Gone since the groups were listed.
            case .failure(let failure) where failure.isNotFound:
                break
            case .failure(let failure):
                let group = groups[answer.group]
                gaps.append(
                    Gap(
                        group: group.name, version: group.versions[answer.version].name, problem: "\(failure)"
                    ))
            }
        }
        return gaps
    }

    private static func resources(
        _ group: String, _ version: String, _ client: APIClient
    ) async -> Result<[APIResource], ClientFailure> {
        let path = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
        do throws(ClientFailure) {
            return .success(resources(try await document(path, client), group: group, version: version))
        } catch {
            return .failure(error)
        }
    }

    @concurrent
    private static func document(_ path: String, _ client: APIClient) async throws(ClientFailure) -> JSONValue
    {
        let accept = HTTPHeader("Accept", aggregatedForms.joined(separator: ","))
        let response = try await client.send(
            HTTPRequest(method: .get, target: path, headers: [accept]), .reading)
        do throws(JSONParseFailure) {
            return try JSONValue(parsing: response.body)
        } catch {
            throw .undecodable("GET \(path): the answer is no JSON: \(error)")
        }
    }
}
