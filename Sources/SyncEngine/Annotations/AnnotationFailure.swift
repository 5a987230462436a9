public import KubeCore

/// An annotation of ours or of Argo CD's with a value that nobody knows (D9).
public struct AnnotationFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var origin: ManifestOrigin
    public var object: ObjectKey
    public var annotation: String
    public var value: String
    /// What would be right, in words.
    public var expected: String

    public var description: String {
        "\(origin): \(object): annotation \(annotation) has the unknown value \"\(value)\"; "
            + "expected \(expected) (--lenient-annotations ignores such values)"
    }
}

/// What one annotation holds beside its good values; turned into an ``AnnotationFailure`` where it counts.
struct UnknownValue: Hashable {
    var annotation: String
    var value: String
    var expected: String
}
