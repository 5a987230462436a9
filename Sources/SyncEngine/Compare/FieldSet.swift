public import KubeCore

/// A set of paths in an object, as a tree: what a manager owns, by `metadata.managedFields`.
///
/// A node stands for one path. It may be in the set itself, and paths below it may be, independently: an
/// owner of `spec.replicas` owns neither `spec` nor all that is in it.
public struct FieldSet: Hashable, Sendable {
    /// One step of a path.
    public enum Step: Hashable, Sendable {
        /// A member of an object.
        case field(String)
        /// An element of a list of objects, by the members that identify it there.
        case key(JSONObject)
        /// An element of a list that is a set, by itself.
        case value(JSONValue)
        /// An element of a list by its place; servers have never written it for built-in kinds.
        case index(Int64)
    }

    /// Whether the path of this node is in the set.
    public var isMember: Bool
    /// What the set has below this node. No child is empty.
    public private(set) var children: [Step: FieldSet]

    /// The empty set.
    public init() {
        isMember = false
        children = [:]
    }

    /// Whether no path is in the set.
    public var isEmpty: Bool { !isMember && children.isEmpty }

    /// What the set has below a step; setting an empty set removes the child.
    public subscript(step: Step) -> FieldSet {
        get { children[step] ?? FieldSet() }
        set { children[step] = newValue.isEmpty ? nil : newValue }
    }

    /// Whether a path is in the set.
    public func contains(_ path: some Sequence<Step>) -> Bool {
        var node = self
        for step in path {
            guard let child = node.children[step] else { return false }
            node = child
        }
        return node.isMember
    }

    /// Adds a path.
    public mutating func insert(_ path: some Collection<Step>) {
        guard let step = path.first else {
            isMember = true
            return
        }
        self[step].insert(path.dropFirst())
    }

    /// The paths that are in either set.
    public func union(_ other: FieldSet) -> FieldSet {
        var result = self
        result.isMember = isMember || other.isMember
        for (step, child) in other.children { result[step] = self[step].union(child) }
        return result
    }

    /// The paths that are in this set and not in the other.
    public func subtracting(_ other: FieldSet) -> FieldSet {
        var result = self
        result.isMember = isMember && !other.isMember
        for (step, child) in other.children where children[step] != nil {
            result[step] = self[step].subtracting(child)
        }
        return result
    }

    /// The paths that are in this set and at or below which the other has none.
    func exclusive(of other: FieldSet) -> FieldSet {
        var result = FieldSet()
        result.isMember = isMember && other.isEmpty
        for (step, child) in children { result[step] = child.exclusive(of: other[step]) }
        return result
    }
}
