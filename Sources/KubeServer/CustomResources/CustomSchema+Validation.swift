import KubeCore

extension CustomSchema {
    /// What is wrong with an object, besides its metadata.
    func problems(of object: JSONObject) -> [FieldProblem] {
        var rest = object
        for name in ["apiVersion", "kind", "metadata"] { rest[name] = nil }
        var root = self
        root.required.removeAll { ["apiVersion", "kind", "metadata"].contains($0) }
        return root.problems(.object(rest), "")
    }

    private func problems(_ value: JSONValue, _ place: String) -> [FieldProblem] {
        if value.isNull, isNullable { return [] }
        if let problem = typeProblem(value, place) { return [problem] }
        var problems: [FieldProblem] = []
        switch value {
        case .object(let object): problems += memberProblems(object, place)
        case .array(let elements): problems += elementProblems(elements, place)
        case .string(let text): problems += textProblems(text, place)
        case .int(let number): problems += numberProblems(Double(number), value, place)
        case .double(let number): problems += numberProblems(number, value, place)
        case .null, .bool: break
        }
        if let allowed = checks["enum"]?.array, !allowed.contains(value) {
            problems.append(
                FieldProblem(
                    reason: "FieldValueNotSupported", field: place.isEmpty ? "<nil>" : place,
                    message: "Unsupported value: \(Self.goText(value)): supported values: "
                        + allowed.map {
                            Self.goText($0).hasPrefix("\"") ? Self.goText($0) : Self.goText($0).quoted
                        }
                        .joined(separator: ", ")))
        }
        return problems + combinationProblems(value, place)
    }

    private func typeProblem(_ value: JSONValue, _ place: String) -> FieldProblem? {
        if isIntOrString {
            if value.int != nil || value.string != nil { return nil }
        } else {
            guard let type else { return nil }
            let fits =
                switch (type, value) {
                case ("string", .string), ("boolean", .bool), ("integer", .int), ("number", .int),
                    ("number", .double), ("array", .array), ("object", .object):
                    true
                case ("integer", .double(let number)): number.rounded() == number
                default: false
                }
            if fits { return nil }
        }
        let found = Self.typeName(value)
        let field = place.isEmpty ? "<nil>" : place
        let wanted = isIntOrString ? "integer,string" : type ?? ""
        return .invalid(
            field, found.quoted, "\(place) in body must be of type \(wanted): \(found.quoted)")
    }

    private func memberProblems(_ object: JSONObject, _ place: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        for name in required where object[name] == nil { problems.append(.required(join(place, name))) }
        for member in object {
            if let schema = self[member.key] {
                problems += schema.problems(member.value, join(place, member.key))
            } else if case .schema(let schema) = others {
                problems += schema.problems(member.value, join(place, member.key))
            }
        }
        if let least = checks["minProperties"]?.int, object.count < least {
            problems.append(size(place, "should have at least \(least) properties", "\(object.count)"))
        }
        if let most = checks["maxProperties"]?.int, object.count > most {
            problems.append(size(place, "should have at most \(most) properties", "\(object.count)"))
        }
        return problems
    }

    private func elementProblems(_ elements: [JSONValue], _ place: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        if let schema = items.first {
            // Elements are told by the place of their list.
            for element in elements { problems += schema.problems(element, place) }
        }
        if let least = checks["minItems"]?.int, elements.count < least {
            problems.append(size(place, "should have at least \(least) items", "\(elements.count)"))
        }
        if let most = checks["maxItems"]?.int, elements.count > most {
            problems.append(
                FieldProblem(
                    reason: "FieldValueInvalid", field: place,
                    message:
                        "Invalid value: \(elements.count): \(place) in body should have at most \(most) items"
                ))
        }
        var seen: Set<JSONValue> = []
        for (index, element) in elements.enumerated() {
            let identity: JSONValue
            switch listIdentity {
            case .atomic: continue
            case .set: identity = element
            case .keys(let names): identity = .array(names.map { element[$0] ?? .null })
            }
            if !seen.insert(identity).inserted {
                problems.append(.duplicate("\(place)[\(index)]", Self.duplicateText(element, listIdentity)))
            }
        }
        return problems
    }

    private static func duplicateText(_ element: JSONValue, _ identity: ListIdentity) -> String {
        guard case .keys(let names) = identity else { return goText(element) }
        let pairs = names.sorted().map { "\($0.quoted):\(goText(element[$0] ?? .null))" }
        return "map[string]interface {}{\(pairs.joined(separator: ", "))}"
    }

    private func textProblems(_ text: String, _ place: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        let length = text.unicodeScalars.count
        if let least = checks["minLength"]?.int, length < least {
            problems.append(size(place, "should be at least \(least) chars long", text.quoted))
        }
        if let most = checks["maxLength"]?.int, length > most {
            problems.append(size(place, "should be at most \(most) chars long", text.quoted))
        }
        // A pattern that cannot be read was refused with the definition.
        if let pattern = checks["pattern"]?.string, let regex = try? Regex(pattern),
            text.firstMatch(of: regex) == nil
        {
            problems.append(size(place, "should match '\(pattern)'", text.quoted))
        }
        return problems
    }

    private func numberProblems(_ number: Double, _ value: JSONValue, _ place: String) -> [FieldProblem] {
        var problems: [FieldProblem] = []
        func bound(_ name: String) -> Double? {
            switch checks[name] {
            case .int(let bound)?: Double(bound)
            case .double(let bound)?: bound
            default: nil
            }
        }
        if let least = bound("minimum") {
            let excludes = checks["exclusiveMinimum"] == true
            if number < least || (excludes && number == least) {
                problems.append(
                    size(
                        place,
                        "should be greater than \(excludes ? "" : "or equal to ")\(Self.goText(checks["minimum"] ?? 0))",
                        value.text))
            }
        }
        if let most = bound("maximum") {
            let excludes = checks["exclusiveMaximum"] == true
            if number > most || (excludes && number == most) {
                problems.append(
                    size(
                        place,
                        "should be less than \(excludes ? "" : "or equal to ")\(Self.goText(checks["maximum"] ?? 0))",
                        value.text))
            }
        }
        if let factor = bound("multipleOf"), factor > 0, (number / factor).rounded() != number / factor {
            problems.append(
                size(place, "should be a multiple of \(Self.goText(checks["multipleOf"] ?? 0))", value.text))
        }
        return problems
    }

    private func combinationProblems(_ value: JSONValue, _ place: String) -> [FieldProblem] {
        var problems = allOf.flatMap { $0.problems(value, place) }
        func invalid(_ word: String, _ text: String) -> FieldProblem {
            .invalid(
                place.isEmpty ? "<nil>" : place, "\"\"", "\(place.isEmpty ? "" : "\"\(place)\" ")\(text)")
        }
        if !anyOf.isEmpty, !isIntOrString, !anyOf.contains(where: { $0.problems(value, place).isEmpty }) {
            problems.append(invalid("anyOf", "must validate at least one schema (anyOf)"))
        }
        if !oneOf.isEmpty, oneOf.filter({ $0.problems(value, place).isEmpty }).count != 1 {
            problems.append(
                invalid("oneOf", "must validate one and only one schema (oneOf). Found none valid"))
        }
        if let not = not.first, not.problems(value, place).isEmpty {
            problems.append(invalid("not", "must not validate the schema (not)"))
        }
        return problems
    }

    private func size(_ place: String, _ problem: String, _ value: String) -> FieldProblem {
        .invalid(place.isEmpty ? "<nil>" : place, value, "\(place) in body \(problem)")
    }

    private func join(_ place: String, _ name: String) -> String { place.isEmpty ? name : "\(place).\(name)" }

    private static func goText(_ value: JSONValue) -> String { value.string?.quoted ?? value.text }

    private static func typeName(_ value: JSONValue) -> String {
        switch value {
        case .null: "null"
        case .bool: "boolean"
        case .int: "integer"
        case .double: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }
}
