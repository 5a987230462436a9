import Foundation
import Testing

@testable import SyncSources

/// The programs that make manifests, where this machine has them: on the `PATH`, or fetched by `hack/tools`.
enum Tools {
    /// Our environment, with a `PATH` on which the fetched ones come last.
    static let environment: [String: String] = {
        var environment = ProcessInfo.processInfo.environment
        let cache = environment["XDG_CACHE_HOME"] ?? "\(environment["HOME", default: "/root"])/.cache"
        environment["PATH"] = "\(environment["PATH", default: ""]):\(cache)/syncctl/tools"
        return environment
    }()

    static let helm = RenderProgram.path(of: "helm", in: environment)
    static let kustomize =
        RenderProgram.path(of: "kustomize", in: environment)
        ?? RenderProgram.path(of: "kubectl", in: environment)

    static let helmIsNeeded: Comment = "needs helm: `hack/tools helm` fetches it"
    static let kustomizeIsNeeded: Comment = "needs kustomize or kubectl: `hack/tools kustomize` fetches one"

    static var settings: RenderSettings { RenderSettings(environment: environment) }
    static let shop = RenderIdentity(application: "shop", namespace: "store")
}

/// What went wrong, in words; empty if nothing did.
func message(of work: () async throws -> some Any) async -> String {
    do {
        _ = try await work()
        return ""
    } catch {
        return "\(error)"
    }
}
