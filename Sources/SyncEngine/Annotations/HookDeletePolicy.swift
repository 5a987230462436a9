import KubeCore

/// When a hook's object is removed (S12).
public enum HookDeletePolicy: String, Hashable, Sendable, CaseIterable {
    /// At the end of an operation that succeeded (S81).
    case hookSucceeded = "HookSucceeded"
    /// When an operation fails (S82).
    case hookFailed = "HookFailed"
    /// Before the hook runs again (S69).
    case beforeHookCreation = "BeforeHookCreation"

    init?(helm name: String) {
        switch name {
        case "hook-succeeded": self = .hookSucceeded
        case "hook-failed": self = .hookFailed
        case "before-hook-creation": self = .beforeHookCreation
        default: return nil
        }
    }

    /// The policies of an object, Argo CD's and Helm's united (S13). Empty: none was given, see D1.
    static func read(_ object: KubeObject) -> (policies: Set<HookDeletePolicy>, unknown: [UnknownValue]) {
        let items = commaList(object.annotation(AnnotationKey.hookDeletePolicy))
        let unknown = items.filter { HookDeletePolicy(rawValue: $0) == nil }.map {
            UnknownValue(
                annotation: AnnotationKey.hookDeletePolicy, value: $0,
                expected: "one or more of " + allCases.map(\.rawValue).joined(separator: ", "))
        }
        let helm = commaList(object.annotation(AnnotationKey.helmHookDeletePolicy)).compactMap(
            HookDeletePolicy.init(helm:))
        return (Set(items.compactMap(HookDeletePolicy.init(rawValue:)) + helm), unknown)
    }
}
