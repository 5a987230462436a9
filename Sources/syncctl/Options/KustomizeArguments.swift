import ArgumentParser
import SyncEngine

/// What is laid over a kustomization, in argocd's words.
struct KustomizeArguments: ParsableArguments {
    @Option(name: .customLong("nameprefix"), help: "Prefix of all names.")
    var namePrefix = ""

    @Option(name: .customLong("namesuffix"), help: "Suffix of all names.")
    var nameSuffix = ""

    @Option(help: "Namespace of all objects that have one.")
    var kustomizeNamespace = ""

    @Option(help: "Image, as name=image:tag or image:tag. Repeatable.")
    var kustomizeImage: [String] = []

    @Option(help: "Replicas, as web=3. Repeatable.")
    var kustomizeReplica: [NamedText] = []

    @Option(help: "Label for everything, as name=value. Repeatable.")
    var kustomizeCommonLabel: [NamedText] = []

    @Option(help: "Annotation for everything, as name=value. Repeatable.")
    var kustomizeCommonAnnotation: [NamedText] = []

    func validate() throws {
        for replica in kustomizeReplica where Int64(replica.value).map({ $0 < 0 }) ?? true {
            throw ValidationError(
                "--kustomize-replica \(replica.name): '\(replica.value)' is no number of replicas")
        }
    }

    var isGiven: Bool { options != KustomizeOptions() }

    /// As `spec.source.kustomize`.
    var options: KustomizeOptions {
        var options = KustomizeOptions()
        options.namePrefix = namePrefix
        options.nameSuffix = nameSuffix
        options.namespace = kustomizeNamespace
        options.images = kustomizeImage
        options.replicas = kustomizeReplica.map {
            KustomizeReplicas(name: $0.name, count: Int64($0.value) ?? 0)
        }
        options.labels.texts = kustomizeCommonLabel.texts
        options.annotations.texts = kustomizeCommonAnnotation.texts
        return options
    }
}

/// `name=value`
struct NamedText: ExpressibleByArgument {
    var name: String
    var value: String

    init?(argument: String) {
        let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return nil }
        name = String(parts[0])
        value = String(parts[1])
    }
}

extension [NamedText] {
    /// By name; the last of two wins.
    var texts: [String: String] { Dictionary(map { ($0.name, $0.value) }, uniquingKeysWith: { $1 }) }
}
