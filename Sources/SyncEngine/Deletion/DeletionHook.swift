public import KubeCore

/// A hook that runs when its application is deleted: before or after everything else goes (S15).
public enum DeletionHook: String, Hashable, Sendable, CaseIterable {
    case preDelete = "PreDelete"
    case postDelete = "PostDelete"

    /// Whether the object is one of these.
    public func matches(_ object: KubeObject) -> Bool {
        commaList(object.annotation(AnnotationKey.hook)).contains(rawValue)
            || commaList(object.annotation(AnnotationKey.helmHook)).contains(helmName)
    }

    private var helmName: String {
        switch self {
        case .preDelete: "pre-delete"
        case .postDelete: "post-delete"
        }
    }

    /// What keeps an Application until such hooks have run.
    public var finalizer: String {
        switch self {
        case .preDelete: "pre-delete-finalizer.argocd.argoproj.io"
        case .postDelete: "post-delete-finalizer.argocd.argoproj.io"
        }
    }

    /// What keeps an Application until such hooks have been tidied up.
    public var cleanupFinalizer: String { finalizer + "/cleanup" }

    /// For messages: `pre-delete`.
    var word: String { helmName }
}

/// What keeps an Application until its objects are gone (S185).
public enum CascadeFinalizer: String, Hashable, Sendable, CaseIterable {
    case plain = "resources-finalizer.argocd.argoproj.io"
    case foreground = "resources-finalizer.argocd.argoproj.io/foreground"
    case background = "resources-finalizer.argocd.argoproj.io/background"

    /// S189.
    public var propagation: APIRequest.DeleteOptions.Propagation {
        self == .background ? .background : .foreground
    }
}

extension Application {
    /// The finalizers that it has to have while it is not being deleted, so that delete hooks run (S192).
    ///
    /// - Parameter targets: What its sources want.
    /// - Returns: `nil` if they need not be changed.
    public func finalizers(forHooksAmong targets: some Sequence<KubeObject>) -> [String]? {
        let targets = Array(targets)
        var finalizers = metadata.finalizers
        for hook in DeletionHook.allCases {
            let own = [hook.finalizer, hook.cleanupFinalizer]
            if targets.contains(where: hook.matches) {
                finalizers += own.filter { !finalizers.contains($0) }
            } else {
                finalizers.removeAll { own.contains($0) }
            }
        }
        return finalizers == metadata.finalizers ? nil : finalizers
    }
}
