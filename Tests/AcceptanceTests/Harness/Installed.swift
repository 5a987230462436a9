import Foundation
import KubeClient
import KubeCore
import KubeYAML
import TestSupport
import Testing

/// A namespace of its own in a cluster that has the definitions of Application and AppProject, which stay: tests share
/// them.
struct Installed: Sendable {
    let cluster: TestCluster
    let namespace: String

    var client: APIClient { cluster.client }

    static func with(_ test: (Installed) async throws -> Void) async throws {
        let namespace = "installed-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        let place = try await Installed(cluster: TestCluster.current, namespace: namespace)
        let ending = try await place.install()
        #expect(ending.exitCode == 0, "\(ending)")
        do {
            try await test(place)
        } catch {
            await place.remove()
            throw error
        }
        await place.remove()
    }

    /// `syncctl install` into the namespace.
    func install(_ arguments: String..., kubeconfig: String? = nil) async throws -> Ending {
        try await Program.run(
            ["install", "--kubeconfig", kubeconfig ?? cluster.kubeconfig, "--namespace", namespace]
                + arguments)
    }

    /// The namespace goes in its own time; nothing depends on it.
    private func remove() async {
        _ = try? await client.delete(.namespaces, name: namespace)
        _ = try? await client.delete(.clusterRoleBindings, name: "syncctl-controller-\(namespace)")
    }
}

extension APIResource {
    static let clusterRoleBindings = APIResource(
        kind: GroupVersionKind(apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRoleBinding"),
        plural: "clusterrolebindings", isNamespaced: false, verbs: [])
}

/// Objects with everything in them.
enum Samples {
    static func object(_ text: String) throws -> KubeObject {
        let document = try #require(try YAMLStream.documents(in: Array(text.utf8)).first)
        return KubeObject(try #require(document.value.object))
    }

    static let small = """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: small}
        spec:
          project: ""
          destination: {}
          source: {repoURL: "https://example.com/shop.git"}
        """

    private static let source = """
        {repoURL: "https://example.com/shop.git", path: deploy, targetRevision: main, chart: web, ref: values, \
        name: first, tagPrefix: v, future: [1], \
        helm: {releaseName: web, version: v3, namespace: shop, kubeVersion: "1.30", apiVersions: [a/v1], \
        valueFiles: [a.yaml], ignoreMissingValueFiles: true, values: "a: 1", valuesObject: {a: {b: [1, null, x]}}, \
        parameters: [{name: a, value: b, forceString: true, future: 1}], fileParameters: [{name: a, path: b}], \
        passCredentials: true, skipCrds: true, skipTests: true, skipSchemaValidation: true, future: {a: 1}}, \
        kustomize: {version: v5, namePrefix: a-, nameSuffix: -b, namespace: shop, kubeVersion: "1.30", \
        apiVersions: [a/v1], images: ["web=web:2"], replicas: [{name: web, count: 3}, {name: api, count: "2"}], \
        commonLabels: {a: b}, commonAnnotations: {a: b}, commonAnnotationsEnvsubst: true, forceCommonLabels: true, \
        forceCommonAnnotations: true, labelWithoutSelector: true, labelIncludeTemplates: true, components: [../c], \
        ignoreMissingComponents: true, patches: [{path: p.yaml, patch: "- op: remove", options: {allowNameChange: true}, \
        target: {group: apps, version: v1, kind: Deployment, name: web, namespace: shop, labelSelector: a=b, \
        annotationSelector: c=d}}]}, \
        directory: {recurse: true, include: "*.yaml", exclude: "x*", jsonnet: {extVars: [{name: a, value: b, code: true}], \
        tlas: [{name: a, value: b}], libs: [lib]}}, \
        plugin: {name: p, env: [{name: A, value: b}], parameters: [{name: a, string: b, array: [c], map: {d: e}}]}}
        """

    static let application = """
        apiVersion: argoproj.io/v1alpha1
        kind: Application
        metadata: {name: guestbook, finalizers: [resources-finalizer.argocd.argoproj.io]}
        future: {a: [1]}
        spec:
          project: default
          source: \(source)
          sources: [\(source), \(source)]
          sourceHydrator: {drySource: {repoURL: r, targetRevision: HEAD, path: p}, syncSource: {targetBranch: b, path: q}}
          destination: {server: "https://kubernetes.default.svc", name: "", namespace: shop, future: 1}
          syncPolicy:
            automated: {enabled: true, prune: true, selfHeal: true, allowEmpty: true, future: 1}
            syncOptions: [CreateNamespace=true]
            retry: {limit: -1, refresh: true, backoff: {duration: 5s, factor: 2, maxDuration: 3m}}
            managedNamespaceMetadata: {labels: {a: b}, annotations: {c: d}}
          ignoreDifferences:
          - {group: apps, kind: Deployment, name: web, namespace: shop, jsonPointers: [/spec/replicas], \
        jqPathExpressions: [.spec], managedFieldsManagers: [hpa]}
          info: [{name: url, value: "https://example.com"}]
          revisionHistoryLimit: 3
        operation:
          sync:
            {revision: abc, revisions: [a, b], prune: true, dryRun: true, autoHealAttemptsCount: 2, syncOptions: [a=b], \
        manifests: ["{}"], resources: [{group: apps, kind: Deployment, name: web, namespace: shop}], \
        syncStrategy: {apply: {force: true}, hook: {force: true}}, source: \(source), sources: [\(source)]}
          initiatedBy: {username: me, automated: true}
          info: [{name: Reason, value: why}]
          retry: {limit: 2, refresh: true, backoff: {duration: 5s, factor: 2, maxDuration: 3m}}
        status:
          sync: {status: Synced, revision: abc, revisions: [a], comparedTo: {source: \(source), destination: {}}}
          health: {status: Healthy, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}
          resources:
          - {group: apps, version: v1, kind: Deployment, namespace: shop, name: web, status: Synced, \
        health: {status: Healthy, message: m}, hook: true, requiresPruning: true, requiresDeletionConfirmation: true, \
        syncWave: -1}
          resourceHealthSource: appTree
          operationState:
            operation: {sync: {revision: abc}}
            phase: Succeeded
            message: done
            startedAt: "2026-01-01T00:00:00Z"
            finishedAt: "2026-01-01T00:00:01Z"
            retryCount: 1
            syncResult:
              revision: abc
              revisions: [a]
              source: \(source)
              sources: [\(source)]
              managedNamespaceMetadata: {labels: {a: b}}
              resources:
              - {group: batch, version: v1, kind: Job, namespace: shop, name: before, status: Synced, message: m, \
        hookType: PreSync, hookPhase: Succeeded, syncPhase: PreSync, images: [web]}
          history:
          - {id: 0, revision: abc, revisions: [a], deployedAt: "2026-01-01T00:00:01Z", \
        deployStartedAt: "2026-01-01T00:00:00Z", initiatedBy: {username: me, automated: true}, source: \(source), \
        sources: [\(source)]}
          conditions: [{type: SyncError, message: m, lastTransitionTime: "2026-01-01T00:00:00Z"}]
          reconciledAt: "2026-01-01T00:00:00Z"
          observedAt: "2026-01-01T00:00:00Z"
          sourceType: Helm
          sourceTypes: [Helm]
          summary: {images: [web], externalURLs: ["https://example.com"], isAppOfApps: true}
          controllerNamespace: argocd
          sourceHydrator: {lastSuccessfulOperation: {drySHA: a}}
        """

    static let project = """
        apiVersion: argoproj.io/v1alpha1
        kind: AppProject
        metadata: {name: shop}
        spec:
          description: d
          sourceRepos: ["*", "!https://example.com/secret"]
          sourceNamespaces: [apps-*]
          destinations: [{server: "*", name: a, namespace: shop, future: 1}]
          destinationServiceAccounts: [{server: "*", namespace: shop, defaultServiceAccount: deployer}]
          permitOnlyProjectScopedClusters: true
          clusterResourceWhitelist: [{group: "*", kind: Namespace, name: shop-*}]
          clusterResourceBlacklist: [{group: "", kind: Node}]
          namespaceResourceWhitelist: []
          namespaceResourceBlacklist: [{group: "", kind: ResourceQuota}]
          syncWindows:
          - {kind: deny, schedule: "0 22 * * *", duration: 1h, timeZone: Europe/Berlin, applications: ["*"], \
        namespaces: [shop], clusters: [a], andOperator: true, manualSync: true, syncOverrun: true, description: d}
          signatureKeys: [{keyID: "4AEE18F83AFDEB23"}]
          sourceIntegrity: {git: {policies: [{a: b}]}}
          orphanedResources: {warn: false, ignore: [{group: "", kind: Secret, name: a*}]}
          roles: [{name: r, description: d, policies: ["p, a, b"], groups: [g], jwtTokens: [{iat: 1, exp: 2, id: i}]}]
        status: {jwtTokensByRole: {r: {items: [{iat: 1}]}}}
        """
}
