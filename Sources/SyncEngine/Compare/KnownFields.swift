import KubeCore

/// What is known about fields of the built-in kinds, by the last names of their paths.
///
/// Names that people choose (labels, data, annotations) stand last in a path and below a name that the API
/// chose, so each entry has at least one of the API's names before the last: `data.sizeLimit` of a ConfigMap
/// is no quantity.
enum KnownFields {
    /// Whether the server reads the field as an amount, and writes it in a form of its own.
    static func isQuantity(_ path: FieldPath) -> Bool { quantities.contains { path.ends(in: $0) } }

    /// Whether an empty object at this path is merged into what is there, so that it changes nothing.
    static func isMergedMap(_ path: FieldPath, isBuiltIn: Bool) -> Bool {
        if path.isExactly(["metadata", "labels"]) || path.isExactly(["metadata", "annotations"]) {
            return true
        }
        return isBuiltIn && mergedMaps.contains { path.ends(in: $0) }
    }

    /// Whether the server would add this member again if it were left out.
    static func isDefault(_ value: JSONValue, at path: FieldPath) -> Bool {
        defaults.contains { $0.value == value && path.ends(in: $0.path) }
    }

    private static let quantities: [[String]] = [
        ["resources", "limits", "*"], ["resources", "requests", "*"],
        ["emptyDir", "sizeLimit"], ["resourceFieldRef", "divisor"],
        ["spec", "overhead", "*"], ["overhead", "podFixed", "*"],
        ["spec", "capacity", "*"], ["spec", "hard", "*"],
        ["limits", "max", "*"], ["limits", "min", "*"], ["limits", "default", "*"],
        ["limits", "defaultRequest", "*"], ["limits", "maxLimitRequestRatio", "*"],
        ["target", "averageValue"], ["target", "value"],
        ["metrics", "*", "targetAverageValue"], ["metrics", "*", "targetValue"],
        ["metrics", "*", "averageValue"],
    ]

    private static let mergedMaps: [[String]] = [
        ["template", "metadata", "labels"], ["template", "metadata", "annotations"],
        ["jobTemplate", "metadata", "labels"], ["jobTemplate", "metadata", "annotations"],
        ["resources", "limits"], ["resources", "requests"], ["spec", "nodeSelector"],
        ["spec", "strategy"], ["spec", "updateStrategy"],
    ]

    private static let defaults: [(path: [String], value: JSONValue)] = [
        (["fieldRef", "apiVersion"], "v1"),
        (["resourceFieldRef", "divisor"], "0"),
        (["ports", "protocol"], "TCP"),
        (["serviceAccountToken", "expirationSeconds"], 3600),
        (["paths", "pathType"], "ImplementationSpecific"),
        (["rules", "scope"], "*"),
        (["subjects", "apiGroup"], "rbac.authorization.k8s.io"),
        (["roleRef", "apiGroup"], "rbac.authorization.k8s.io"),
        (["volumeClaimTemplates", "apiVersion"], "v1"),
        (["volumeClaimTemplates", "kind"], "PersistentVolumeClaim"),
        (["volumeClaimTemplates", "spec", "volumeMode"], "Filesystem"),
        (["volumeClaimTemplates", "status"], ["phase": "Pending"]),
        (["volumeClaimTemplates", "status", "phase"], "Pending"),
    ]
}
