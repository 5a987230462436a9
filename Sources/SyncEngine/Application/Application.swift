public import KubeCore

/// An Application (`argoproj.io/v1alpha1`) as a controller reads it.
///
/// Any object can be read into one: a malformed field counts as absent and is one of ``problems``, which concern this
/// object alone (I7).
public struct Application: Hashable, Sendable {
    public static let kind = GroupVersionKind(group: "argoproj.io", version: "v1alpha1", kind: "Application")

    /// `metadata`, as it is.
    public var metadata: ApplicationMetadata
    public var spec: ApplicationSpec
    /// What is asked for (S112); `nil` if nothing is.
    public var operation: OperationRequest?
    public var status: ApplicationStatus
    /// Whether the object has a `status` at all: only then can something be added to it.
    public var hasStatus: Bool
    /// What could not be read, in the order of the fields.
    public var problems: [FieldFailure]

    /// Reads an Application.
    ///
    /// - Parameter object: As the API server has it, or a manifest.
    public init(_ object: KubeObject) {
        metadata = ApplicationMetadata(object)
        var spec = LenientReader(object["spec"], at: "spec")
        if object["spec"] == nil { spec.note(FieldFailure(field: "spec", problem: "is missing")) }
        self.spec = ApplicationSpec(&spec)
        var problems = spec.problems
        if let value = object["operation"], !value.isNull {
            var reader = LenientReader(value, at: "operation")
            operation = OperationRequest(&reader)
            problems += reader.problems
        }
        var status = LenientReader(object["status"], at: "status")
        self.status = ApplicationStatus(&status)
        hasStatus = object["status"]?.object != nil
        self.problems = problems + status.problems
    }

    /// What is wrong with what is wanted; a malformed status is written anew and stands in nobody's way.
    public var specProblems: [FieldFailure] { problems.filter { $0.isAbout("spec") } }

    /// What is wrong with the operation that is asked for.
    public var operationProblems: [FieldFailure] { problems.filter { $0.isAbout("operation") } }

    /// The name under which it tracks its objects (S179).
    ///
    /// - Parameter home: The controller's namespace.
    /// - Returns: The name, with the namespace before it if it is not that one.
    public func instanceName(in home: String) -> String {
        metadata.namespace == home || metadata.namespace.isEmpty
            ? metadata.name : "\(metadata.namespace)_\(metadata.name)"
    }
}

extension FieldFailure {
    fileprivate func isAbout(_ part: String) -> Bool { field == part || field.hasPrefix("\(part).") }
}
