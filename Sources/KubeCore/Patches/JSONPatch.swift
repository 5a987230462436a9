/// A JSON patch (RFC 6902): operations one after the other, of which all succeed or none counts.
public struct JSONPatch: Hashable, Sendable {
    public enum Operation: Hashable, Sendable {
        /// Adds or replaces a member, or inserts into an array (`-` for its end).
        case add(JSONPointer, JSONValue)
        /// What is removed must be there.
        case remove(JSONPointer)
        /// What is replaced must be there.
        case replace(JSONPointer, JSONValue)
        case move(from: JSONPointer, to: JSONPointer)
        case copy(from: JSONPointer, to: JSONPointer)
        /// Fails unless this very value is there.
        case test(JSONPointer, JSONValue)
    }

    public var operations: [Operation]

    public init(_ operations: [Operation]) {
        self.operations = operations
    }
}

/// How much a patch may do.
public struct JSONPatchLimits: Hashable, Sendable {
    /// The number of operations.
    public var operations = 10_000
    /// Arrays and objects inside each other afterwards.
    public var depth = 512
    /// Values and bytes of strings that are copied or moved, all operations together. Copying a document into itself
    /// doubles it each time.
    public var copied = 16 << 20

    public init() {}
}

/// Why a patch is none, or does not fit what it is applied to.
public struct JSONPatchFailure: Error, Hashable, Sendable {
    public enum Reason: Hashable, Sendable {
        /// The patch itself is wrong.
        case malformed(String)
        /// Nothing is where something should be.
        case missing
        /// The place is inside of something that is neither array nor object.
        case noContainer
        /// No number, or larger than the array.
        case badIndex
        /// Another value is there.
        case testFailed
        /// Something would move into itself.
        case intoItself
        case tooManyOperations(limit: Int)
        case tooDeep(limit: Int)
        case tooMuchCopied(limit: Int)
    }

    public var reason: Reason
    /// Which operation, counted from 0; `nil` if it is about the patch as a whole.
    public var operation: Int?
    /// The place it is about.
    public var path: String

    public init(_ reason: Reason, operation: Int?, path: String = "") {
        self.reason = reason
        self.operation = operation
        self.path = path
    }
}

extension JSONPatchFailure: CustomStringConvertible {
    public var description: String {
        let subject = operation.map { "JSON patch, operation \($0)" } ?? "JSON patch"
        return path.isEmpty ? "\(subject): \(reason)" : "\(subject), at \(path): \(reason)"
    }
}

extension JSONPatchFailure.Reason: CustomStringConvertible {
    public var description: String {
        switch self {
        case .malformed(let problem): problem
        case .missing: "there is nothing there"
        case .noContainer: "what it is inside of is neither an object nor an array"
        case .badIndex: "this is no index of the array"
        case .testFailed: "the value is not the one that was expected"
        case .intoItself: "nothing can be moved into itself"
        case .tooManyOperations(let limit): "more than \(limit) operations"
        case .tooDeep(let limit): "more than \(limit) arrays and objects would be inside each other"
        case .tooMuchCopied(let limit): "it copies more than \(limit) values and characters"
        }
    }
}
