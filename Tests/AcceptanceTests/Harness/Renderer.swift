import Foundation
import Testing

/// A program that makes manifests, if this machine has it: on the `PATH`, or fetched by `hack/tools`.
enum Renderer: Sendable {
    case helm
    case kustomize

    /// The `PATH` on which fetched ones come last.
    static let environment: [String: String] = {
        let own = ProcessInfo.processInfo.environment
        let cache = own["XDG_CACHE_HOME"] ?? "\(own["HOME", default: "/root"])/.cache"
        return ["PATH": "\(own["PATH", default: ""]):\(cache)/syncctl/tools"]
    }()

    var isMissing: Bool {
        let names = self == .helm ? ["helm"] : ["kustomize", "kubectl"]
        let folders = Self.environment["PATH", default: ""].split(separator: ":")
        return !folders.contains { folder in
            names.contains { FileManager.default.isExecutableFile(atPath: "\(folder)/\($0)") }
        }
    }

    var comment: Comment {
        switch self {
        case .helm: "needs helm: `hack/tools helm` fetches it"
        case .kustomize: "needs kustomize or kubectl: `hack/tools kustomize` fetches one"
        }
    }
}
