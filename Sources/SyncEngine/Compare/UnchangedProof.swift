/// That a live object held, at one version, all that a manifest wants of it.
///
/// It stands for the object's content: as long as the object keeps that version and the manifest is compared on the same
/// terms, the answer stays the same, and nobody has to have the content at hand (I10).
public struct UnchangedProof: Hashable, Sendable {
    /// Of the live object.
    public var resourceVersion: String
    /// A hash of everything that the comparison reads beside the live object; means nothing to another process.
    var terms: Int
}
