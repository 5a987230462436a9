extension JSONPatch {
    /// A value with all operations applied.
    ///
    /// - Parameters:
    ///   - value: What to change; at most as deep as the limits say.
    ///   - limits: How much the patch may do.
    /// - Returns: The changed value.
    /// - Throws: The first operation that does not fit.
    public func applied(
        to value: JSONValue, limits: JSONPatchLimits = JSONPatchLimits()
    ) throws(JSONPatchFailure) -> JSONValue {
        guard operations.count <= limits.operations else {
            throw JSONPatchFailure(.tooManyOperations(limit: limits.operations), operation: nil)
        }
        var application = JSONPatchApplication(document: value, limits: limits)
        for (index, operation) in operations.enumerated() {
            do throws(JSONPatchApplication.Problem) {
                try application.perform(operation)
            } catch {
                throw JSONPatchFailure(error.reason, operation: index, path: error.path.description)
            }
        }
        return application.document
    }
}

/// A document while a patch is applied to it.
private struct JSONPatchApplication {
    /// A failure of the operation at hand.
    struct Problem: Error {
        var reason: JSONPatchFailure.Reason
        var path: JSONPointer

        init(_ reason: JSONPatchFailure.Reason, _ path: JSONPointer) {
            self.reason = reason
            self.path = path
        }
    }

    private(set) var document: JSONValue
    private let limits: JSONPatchLimits
    private var copied = 0

    init(document: JSONValue, limits: JSONPatchLimits) {
        self.document = document
        self.limits = limits
    }

    mutating func perform(_ operation: JSONPatch.Operation) throws(Problem) {
        switch operation {
        case .add(let path, let value): try add(value, at: path)
        case .remove(let path): _ = try remove(at: path)
        case .replace(let path, let value): try replace(at: path, with: value)
        case .copy(let from, let path):
            let value = try value(at: from)
            try charge(value, path)
            try add(value, at: path)
        case .move(let from, let path):
            guard !from.contains(path) || from == path else { throw Problem(.intoItself, path) }
            let value = try value(at: from)
            if from == path { return }
            try charge(value, path)
            try add(try remove(at: from), at: path)
        case .test(let path, let value):
            guard try self.value(at: path) == value else { throw Problem(.testFailed, path) }
        }
    }

    private func value(at path: JSONPointer) throws(Problem) -> JSONValue {
        guard let value = document[path] else { throw Problem(.missing, path) }
        return value
    }

    private mutating func add(_ value: JSONValue, at path: JSONPointer) throws(Problem) {
        guard value.isShallower(than: limits.depth - path.steps.count + 1) else {
            throw Problem(.tooDeep(limit: limits.depth), path)
        }
        try change(at: path) { container, step throws(Problem) in
            switch container {
            case .object(var object):
                container = .null
                object[step] = value
                container = .object(object)
            case .array(var elements):
                let index = step == "-" ? elements.count : step.arrayIndex
                guard let index, index <= elements.count else { throw Problem(.badIndex, path) }
                container = .null
                elements.insert(value, at: index)
                container = .array(elements)
            case .null, .bool, .int, .double, .string: throw Problem(.noContainer, path)
            }
        } whole: { document throws(Problem) in
            document = value
        }
    }

    private mutating func replace(at path: JSONPointer, with value: JSONValue) throws(Problem) {
        _ = try self.value(at: path)
        guard path.steps.isEmpty || document[JSONPointer(path.steps.dropLast())]?.array == nil else {
            _ = try remove(at: path)
            return try add(value, at: path)
        }
        try add(value, at: path)
    }

    private mutating func remove(at path: JSONPointer) throws(Problem) -> JSONValue {
        let removed = try value(at: path)
        try change(at: path) { container, step throws(Problem) in
            switch container {
            case .object(var object):
                container = .null
                object[step] = nil
                container = .object(object)
            case .array(var elements):
                guard let index = step.arrayIndex, index < elements.count else {
                    throw Problem(.badIndex, path)
                }
                container = .null
                elements.remove(at: index)
                container = .array(elements)
            case .null, .bool, .int, .double, .string: throw Problem(.noContainer, path)
            }
        } whole: { document throws(Problem) in
            // The RFC leaves open what a document is without itself.
            document = .null
        }
        return removed
    }

    /// Counts what a value weighs against the limit; it looks at no more of it than is left.
    private mutating func charge(_ value: JSONValue, _ path: JSONPointer) throws(Problem) {
        value.weigh(into: &copied, upTo: limits.copied)
        guard copied <= limits.copied else { throw Problem(.tooMuchCopied(limit: limits.copied), path) }
    }
}

extension JSONPatchApplication {
    /// Changes what holds the place at the end of a path, or the whole document if the path is empty.
    private mutating func change(
        at path: JSONPointer, _ change: (inout JSONValue, String) throws(Problem) -> Void,
        whole: (inout JSONValue) throws(Problem) -> Void
    ) throws(Problem) {
        guard let last = path.steps.last else { return try whole(&document) }
        try Self.descend(into: &document, path.steps.dropLast(), path) { container throws(Problem) in
            try change(&container, last)
        }
    }

    /// Takes each value out of what holds it while it is changed, so that nothing is copied that nobody else holds.
    private static func descend(
        into value: inout JSONValue, _ steps: ArraySlice<String>, _ path: JSONPointer,
        _ change: (inout JSONValue) throws(Problem) -> Void
    ) throws(Problem) {
        guard let step = steps.first else { return try change(&value) }
        switch value {
        case .object(var object):
            guard let index = object.members.firstIndex(where: { $0.key.isSameText(as: step) }) else {
                throw Problem(.missing, path)
            }
            value = .null
            try object.withValue(at: index) { inner throws(Problem) in
                try descend(into: &inner, steps.dropFirst(), path, change)
            }
            value = .object(object)
        case .array(var elements):
            guard let index = step.arrayIndex, index < elements.count else { throw Problem(.badIndex, path) }
            value = .null
            try descend(into: &elements[index], steps.dropFirst(), path, change)
            value = .array(elements)
        case .null, .bool, .int, .double, .string: throw Problem(.noContainer, path)
        }
    }
}

extension JSONValue {
    /// Whether fewer arrays and objects than this are inside each other.
    fileprivate func isShallower(than depth: Int) -> Bool {
        switch self {
        case .null, .bool, .int, .double, .string: depth > 0
        case .array(let elements): depth > 1 && elements.allSatisfy { $0.isShallower(than: depth - 1) }
        case .object(let object):
            depth > 1 && object.members.allSatisfy { $0.value.isShallower(than: depth - 1) }
        }
    }

    /// Adds up values and bytes of strings until there is too much.
    fileprivate func weigh(into weight: inout Int, upTo limit: Int) {
        guard weight <= limit else { return }
        weight += 1
        switch self {
        case .null, .bool, .int, .double: break
        case .string(let text): weight += text.utf8.count
        case .array(let elements):
            for element in elements { element.weigh(into: &weight, upTo: limit) }
        case .object(let object):
            for member in object.members {
                weight += member.key.utf8.count
                member.value.weigh(into: &weight, upTo: limit)
            }
        }
    }
}
