import KubeClient
import KubeCore
import SyncEngine

/// Compares one Application with the cluster, and says what its status has to be (S149–S160, S172–S176).
struct ApplicationRefresh: Sendable {
    /// What came of it.
    struct Outcome: Sendable {
        var status: ApplicationStatus
        /// What was compared; `nil` where it could not come to that.
        var summary: ComparisonSummary?
        var manifests: ApplicationManifests?
        /// The labels of other applications' objects that this one wants; `nil` where it could not come to that.
        var claimed: Set<String>?
        /// Objects that need not be kept in full any more (I10).
        var proven: [ProvenObject] = []
        /// Whether what stood in the way may be gone by itself, so that it is worth looking again soon.
        var mayPass = false
    }

    var place: LivePlace
    var renderer: any ManifestRenderer
    var settings: ControllerSettings
    var now: @Sendable () -> Timestamp

    /// Looks, and writes nothing.
    ///
    /// - Parameters:
    ///   - application: As it is in the cluster.
    ///   - project: The project that it names; `nil` if there is none.
    ///   - need: How fresh the manifests have to be.
    ///   - given: What was synced instead of what the sources want (S121).
    /// - Returns: The status as it has to be.
    /// - Throws: ``KubeClient/ClientFailure`` if the API server can't be asked: then nothing is known.
    func run(
        _ application: Application, project: AppProject?, need: RefreshNeed,
        manifests given: ApplicationManifests? = nil
    ) async throws(ClientFailure) -> Outcome {
        let level = need.level
        let problems = application.problems(under: project, home: settings.namespace)
        guard problems.isEmpty else { return failed(application, problems, level) }
        let manifests: ApplicationManifests
        if let given {
            manifests = given
        } else {
            do {
                manifests = try await renderer.manifests(for: request(application, need))
            } catch {
                var outcome = failed(application, [.unrendered(error.message)], level)
                outcome.mayPass = error.isTransient
                return outcome
            }
        }
        let prepared: SyncSession.Prepared
        do {
            prepared = try await session(application, project, manifests).prepare(manifests.objects)
        } catch {
            switch error {
            case .plan(let failure):
                let problem = ApplicationCondition(.comparisonError, failure.description)
                return failed(application, [problem], level, manifests)
            case .client(.refused(let failure)) where failure.isForbidden:
                // Only a person can help, and looks at the Application first.
                let problem = ApplicationCondition(
                    .comparisonError, "the controller lacks a right: \(failure.message)")
                var outcome = failed(application, [problem], level, manifests)
                outcome.mayPass = true
                return outcome
            case .client(let failure): throw failure
            }
        }
        let report = try await DiffSession(cluster: place.cluster).run(prepared)
        return outcome(application, prepared, report, manifests, level)
    }

    private func request(_ application: Application, _ need: RefreshNeed) -> ManifestRequest {
        var request = ManifestRequest(application: application, sources: application.spec.sources)
        request.resolvesAnew = need.level >= .latestForced
        request.believesOutage = application.metadata.refresh == nil
        request.rendersAnew = need.isHard
        if need.level < .latest {
            request.revisions = application.status.sync.allRevisions
        }
        return request
    }

    func session(
        _ application: Application, _ project: AppProject?, _ manifests: ApplicationManifests
    ) -> SyncSession {
        var request = SyncRequest(
            tracking: application.tracking(in: settings.namespace), revision: manifests.revision,
            startedAt: now())
        request.options = application.spec.syncPolicy.options
        request.reading.ignoreRules = application.spec.ignoreRules
        request.destination = application.spec.destination
        request.namespaceMetadata = application.spec.syncPolicy.namespaceMetadata
        request.project = project
        return SyncSession(
            cluster: place.cluster, request: request, supply: place.supply(request.tracking), now: now)
    }

    // MARK: Status

    private func outcome(
        _ application: Application, _ prepared: SyncSession.Prepared, _ report: DiffSession.Report,
        _ manifests: ApplicationManifests, _ level: RefreshLevel
    ) -> Outcome {
        let differing = Set(report.diffs.map(\.key))
        var summary = ComparisonSummary(prepared.plan.compared(live: prepared.live, differing: differing))
        summary.ownKey = application.key
        summary.isNamespaceMetadataDue = application.isNamespaceMetadataDue
        var status = application.status
        status.sync = application.compared(summary.syncStatus, manifests.revisions)
        status.health = application.status.health.becoming(summary.health, at: now())
        status.resources = summary.resources.map { $0.entry(showsHealth: settings.persistsHealth) }
        status.sourceTypes = manifests.sourceTypes
        status.summary = ApplicationSummary(of: prepared.live.values)
        status.conditions = application.status.conditions.evaluated(
            ApplicationCondition.ofRefresh,
            to: prepared.warnings.compactMap(\.condition) + shared(application, prepared)
                + unlisted(prepared.unlisted), at: now())
        finish(&status, level)
        return Outcome(
            status: status, summary: summary, manifests: manifests,
            claimed: prepared.plan.sharedLabels(live: prepared.live), proven: proven(report, prepared))
    }

    private func proven(_ report: DiffSession.Report, _ prepared: SyncSession.Prepared) -> [ProvenObject] {
        let rules = prepared.plan.request.reading.healthRules
        return prepared.plan.newProofs(live: prepared.live, besides: report.uncertain).compactMap {
            key, proof in
            prepared.live[key].map { ProvenObject(object: $0.abridged(for: rules), proof: proof) }
        }
    }

    private func shared(
        _ application: Application, _ prepared: SyncSession.Prepared
    ) -> [ApplicationCondition] {
        prepared.plan.sharedResources(of: application.qualifiedName, live: prepared.live).map {
            ApplicationCondition(.sharedResourceWarning, $0)
        }
    }

    /// Kinds that we may not list: the sync goes on without them, and the person has to know.
    private func unlisted(_ kinds: [GroupKind]) -> [ApplicationCondition] {
        guard !kinds.isEmpty else { return [] }
        let names = kinds.map(\.description).sorted().joined(separator: ", ")
        return [
            ApplicationCondition(
                .comparisonError, "the controller may not list or watch \(names): its role needs both verbs")
        ]
    }

    /// S154: nothing is known, and the conditions say why.
    private func failed(
        _ application: Application, _ problems: [ApplicationCondition], _ level: RefreshLevel,
        _ manifests: ApplicationManifests? = nil
    ) -> Outcome {
        var status = application.status
        status.sync = application.compared(
            .unknown, manifests?.revisions ?? application.status.sync.allRevisions)
        if problems.contains(where: { $0.kind == .invalidSpecError }) {
            status.health = application.status.health.becoming(Health(.unknown), at: now())
        }
        status.conditions = application.status.conditions.evaluated(
            ApplicationCondition.ofRefresh, to: problems, at: now())
        finish(&status, level)
        return Outcome(status: status, summary: nil, manifests: nil)
    }

    private func finish(_ status: inout ApplicationStatus, _ level: RefreshLevel) {
        status.remarks.namespace = settings.namespace
        status.remarks.healthSource = settings.persistsHealth ? "" : "appTree"
        if level >= .latest || status.reconciledAt == nil { status.reconciledAt = now() }
    }
}
