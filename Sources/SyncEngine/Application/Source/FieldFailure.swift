/// A field of an Application's spec that cannot be used.
public struct FieldFailure: Error, Hashable, Sendable, CustomStringConvertible {
    /// As a person would look for it: `spec.sources[1].helm.valueFiles[0]`.
    public var field: String
    /// Goes on after the field's name: `must be text, not a number`.
    public var problem: String

    public init(field: String, problem: String) {
        self.field = field
        self.problem = problem
    }

    public var description: String { "\(field) \(problem)" }
}
