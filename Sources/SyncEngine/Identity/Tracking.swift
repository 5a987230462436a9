public import KubeCore

/// The marks by which an application knows its objects (S178–S180): a label to find them, an annotation to be sure.
public struct Tracking: Hashable, Sendable {
    /// The name under which we own fields.
    public static let fieldManager = "syncctl"

    /// The application's instance name: `name`, or `namespace_name` away from the controller.
    public var application: String
    /// The destination namespace: cluster-scoped objects carry it in their mark.
    public var destinationNamespace: String

    public init(application: String, destinationNamespace: String) {
        self.application = application
        self.destinationNamespace = destinationNamespace
    }

    /// The label's value: the name, or its beginning and a hash where a label could not hold it.
    public var labelValue: String {
        guard application.utf8.count > 63 else { return application }
        return application.prefix(52) + "-" + StableHash.tenDigits([application])
    }

    /// Selects everything that bears the label.
    public var labelSelector: String { "\(AnnotationKey.application)=\(labelValue)" }

    /// Writes both marks.
    public func mark(_ object: inout KubeObject) {
        object.setLabel(AnnotationKey.application, labelValue)
        object.setAnnotation(AnnotationKey.trackingID, identity(of: object.key))
    }

    /// `app:group/Kind:namespace/name`
    public func identity(of key: ObjectKey) -> String {
        let namespace = key.namespace.isEmpty ? destinationNamespace : key.namespace
        return "\(application):\(key.group)/\(key.kind):\(namespace)/\(key.name)"
    }

    /// The application that an object says it belongs to; `nil` if it says nothing.
    public static func owner(of object: KubeObject) -> String? {
        guard let mark = object.annotation(AnnotationKey.trackingID) else { return nil }
        return mark.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).first.map(
            String.init)
    }

    /// Whether the mark of a live object describes this very object, and not one that it was copied from (S26).
    public func owns(_ object: KubeObject) -> Bool {
        guard let mark = object.annotation(AnnotationKey.trackingID) else { return false }
        if mark == identity(of: object.key) { return true }
        // Objects of the cluster carry the destination of the sync that made them, which may have changed since.
        guard object.namespace.isEmpty else { return false }
        let key = object.key
        return mark.hasPrefix("\(application):\(key.group)/\(key.kind):") && mark.hasSuffix("/\(key.name)")
    }
}
