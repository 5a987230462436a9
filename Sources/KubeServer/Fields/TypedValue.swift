import KubeCore

/// A value with the shape that says how its parts are identified.
struct TypedValue: Sendable {
    var value: JSONValue
    var shape: Shape
}

/// What is wrong with a value for its shape, or with two elements of one list.
struct TypedFailure: Error, Equatable {
    struct Problem: Equatable {
        var path: String
        var message: String
    }

    var problems: [Problem]

    /// As structured merge errors are put into words.
    var message: String {
        let lines = problems.map { $0.path.isEmpty ? $0.message : "\($0.path): \($0.message)" }
        return lines.count == 1 ? lines[0] : "errors:\n" + lines.map { "  \($0)" }.joined(separator: "\n")
    }
}

extension Shape {
    /// How a value of this shape is taken apart.
    enum Parts {
        /// Not at all: owned and compared as a whole.
        case whole
        case elements(Shape, ListIdentity)
        /// Members; `nil` as a member's shape: it may not be there.
        case members((String) -> Shape?, isDeclared: (String) -> Bool)
    }

    /// How this value, or the other that it is compared with, is taken apart.
    func parts(of value: JSONValue?, and other: JSONValue? = nil) -> Parts {
        switch self {
        case .string, .boolean, .int32, .int64, .double, .bytes, .time, .microTime, .duration, .quantity,
            .intOrString, .any, .list(_, .atomic):
            return .whole
        case .list(let element, let identity):
            return .elements(element, identity)
        case .map(let element):
            return .members({ _ in element }, isDeclared: { _ in false })
        case .open:
            let isObject = value?.object != nil || other?.object != nil
            let isOther = value.map { !$0.isNull && $0.object == nil } ?? false
            guard isObject, !isOther, other.map({ $0.isNull || $0.object != nil }) ?? true else {
                return .whole
            }
            return .members({ _ in .open }, isDeclared: { _ in false })
        case .builtIn, .structure:
            guard let structure, !structure.isAtomic else { return .whole }
            return .members({ structure.shape(of: $0) }, isDeclared: { structure[$0] != nil })
        }
    }
}

extension PathElement {
    /// The identity of an element of a list.
    ///
    /// A member that makes the identity may be left out if its type writes it always: then it is empty or zero.
    init(
        of element: JSONValue, at index: Int, by identity: ListIdentity, _ shape: Shape
    ) throws(TypedFailure) {
        switch identity {
        case .atomic:
            self = .index(index)
        case .set:
            self = .value(try Self.setElement(element))
        case .keys(let names):
            guard !element.isNull else {
                throw TypedFailure("associative list with keys may not have a null element")
            }
            guard let members = element.object else {
                throw TypedFailure("associative list with keys may not have non-map elements")
            }
            var key: [KeyMember] = []
            for name in names {
                guard
                    let value = members[name] ?? shape.structure?[name]?.emptyValue
                        ?? shape.structure?.keyDefault(name)
                else {
                    throw TypedFailure(
                        "associative list with keys has an element that omits key field \"\(name)\" "
                            + "(and doesn't have default value)")
                }
                key.append(KeyMember(name: name, value: value))
            }
            self = .key(key.count > 1 ? key.sorted { $0.name < $1.name } : key)
        }
    }

    private static func setElement(_ element: JSONValue) throws(TypedFailure) -> JSONValue {
        switch element {
        case .object: throw TypedFailure("associative list without keys has an element that's a map type")
        case .array: throw TypedFailure("not supported: associative list with lists as elements")
        case .null: throw TypedFailure("associative list without keys has an element that's an explicit null")
        case .bool, .int, .double, .string: return element
        }
    }
}

extension StructShape {
    /// What the API's sources declare as the default of a member that makes an identity. In v1.20 it is only this one.
    fileprivate func keyDefault(_ member: String) -> JSONValue? {
        name == "core/v1.ContainerPort" && member == "protocol" ? "TCP" : Optional<JSONValue>.none
    }
}

extension StructField {
    /// What stands for the member where it is left out, if anything does.
    fileprivate var emptyValue: JSONValue? {
        switch (presence, shape) {
        case (.always, .string): ""
        case (.always, .int32), (.always, .int64): 0
        default: .none
        }
    }
}

extension TypedFailure {
    init(_ message: String) {
        problems = [Problem(path: "", message: message)]
    }

    func below(_ prefix: String) -> TypedFailure {
        TypedFailure(problems: problems.map { Problem(path: prefix + $0.path, message: $0.message) })
    }
}

extension TypedValue {
    /// Checks that the value has its shape and that no list holds two elements with one identity.
    func validate() throws(TypedFailure) {
        var problems: [TypedFailure.Problem] = []
        Self.validate(value, shape, path: "", into: &problems)
        if !problems.isEmpty { throw TypedFailure(problems: problems) }
    }

    private static func validate(
        _ value: JSONValue, _ shape: Shape, path: String, into problems: inout [TypedFailure.Problem]
    ) {
        guard !value.isNull else { return }
        if let message = shape.scalarProblem(with: value) {
            problems.append(.init(path: path, message: message))
            return
        }
        switch shape {
        case .list(let element, let identity):
            guard let elements = value.array else {
                problems.append(.init(path: path, message: "expected list, got \(value.goDescription)"))
                return
            }
            validate(elements, element, identity, path: path, into: &problems)
        case .map(let element):
            guard let members = value.object else {
                problems.append(.init(path: path, message: "expected map, got \(value.goDescription)"))
                return
            }
            for member in members {
                validate(member.value, element, path: "\(path).\(member.key)", into: &problems)
            }
        case .builtIn, .structure:
            validateMembers(value, shape, path: path, into: &problems)
        default:
            break
        }
    }

    private static func validate(
        _ elements: [JSONValue], _ shape: Shape, _ identity: ListIdentity, path: String,
        into problems: inout [TypedFailure.Problem]
    ) {
        var seen: Set<PathElement> = []
        for (index, element) in elements.enumerated() {
            do throws(TypedFailure) {
                let place = try PathElement(of: element, at: index, by: identity, shape)
                if !seen.insert(place).inserted {
                    problems.append(.init(path: path, message: "duplicate entries for key \(place)"))
                }
                validate(element, shape, path: "\(path)\(place)", into: &problems)
            } catch {
                let text = error.problems.first?.message ?? ""
                problems.append(.init(path: path, message: "element \(index): \(text)"))
                return
            }
        }
    }

    private static func validateMembers(
        _ value: JSONValue, _ shape: Shape, path: String, into problems: inout [TypedFailure.Problem]
    ) {
        guard let members = value.object else {
            problems.append(.init(path: path, message: "expected map, got \(value.goDescription)"))
            return
        }
        guard let structure = shape.structure else { return }
        for member in members {
            let place = "\(path).\(member.key)"
            guard let inner = structure.shape(of: member.key) else {
                problems.append(.init(path: place, message: "field not declared in schema"))
                return
            }
            validate(member.value, inner, path: place, into: &problems)
        }
    }
}

extension Shape {
    /// Why a scalar cannot be of this shape; `nil` if it can or if this is no shape for scalars.
    fileprivate func scalarProblem(with value: JSONValue) -> String? {
        switch self {
        case .int32, .int64, .double:
            if case .int = value { return nil }
            if case .double = value { return nil }
            return "expected numeric (int or float), got \(value.goType)"
        case .string, .time, .microTime, .duration, .quantity:
            return value.string == nil
                ? "expected string, got &value.valueUnstructured{Value:\(value.goLiteral)}" : nil
        case .boolean:
            return value.bool == nil ? "expected boolean, got \(value.goDescription)" : nil
        case .bytes, .intOrString, .any, .open, .list, .map, .builtIn, .structure:
            return nil
        }
    }
}

extension JSONValue {
    fileprivate var goType: String { "*value.valueUnstructured" }
    fileprivate var goDescription: String { "&{\(string ?? text)}" }
    fileprivate var goLiteral: String { text }
}
