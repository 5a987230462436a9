public import KubeCore

/// What a ``Watcher`` saw happen to a collection.
public enum WatchChange: Hashable, Sendable {
    /// This is all there is, as of that version: after a list. What is not in it is gone.
    case replaced([KubeObject], resourceVersion: String)
    /// There is a new object, or a known one is different now.
    case changed(KubeObject)
    /// The object is gone; this is its last state.
    case removed(KubeObject)
}

/// A collection to watch.
public struct WatchTarget: Hashable, Sendable {
    public var resource: APIResource
    /// Empty for all.
    public var namespace: String
    public var labelSelector: String?
    public var fieldSelector: String?
    public var form: APIRequest.Form

    public init(
        _ resource: APIResource, namespace: String = "", labelSelector: String? = nil,
        fieldSelector: String? = nil,
        form: APIRequest.Form = .whole
    ) {
        self.resource = resource
        self.namespace = namespace
        self.labelSelector = labelSelector
        self.fieldSelector = fieldSelector
        self.form = form
    }

    var options: APIRequest.ListOptions {
        APIRequest.ListOptions(labelSelector: labelSelector, fieldSelector: fieldSelector)
    }
}

extension WatchTarget {
    /// Whether a list of the target shows an object with these labels.
    ///
    /// One whose selector cannot be read shows nothing, as the server would refuse it.
    func shows(_ object: KubeObject) -> Bool {
        guard object.groupVersionKind.groupKind == resource.kind.groupKind,
            namespace.isEmpty || object.namespace == namespace
        else { return false }
        do throws(SelectorFailure) {
            let (labels, fields) = (
                try LabelSelector(parsing: labelSelector ?? ""),
                try FieldSelector(parsing: fieldSelector ?? "")
            )
            return labels.matches(object) && fields.matches(object)
        } catch {
            return false
        }
    }
}
