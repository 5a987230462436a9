import KubeCore

/// The columns that a definition adds to the table of its objects.
enum CustomColumns {
    static func columns(_ definitions: [JSONValue]) -> [TablePrinter.Column] {
        definitions.map { definition in
            let type = definition["type"]?.string ?? "string"
            let steps = steps(of: definition["jsonPath"]?.string ?? "")
            return TablePrinter.Column(
                name: definition["name"]?.string ?? "", type: type,
                format: definition["format"]?.string ?? "",
                priority: definition["priority"]?.int ?? 0
            ) { object, now in
                let found = value(at: steps[...], in: .object(object))
                guard type == "date" else { return found ?? .null }
                return found?.string.map { .string(TablePrinter.age($0, at: now)) } ?? .null
            }
        }
    }

    private enum Step: Sendable {
        case member(String)
        case index(Int)
        /// The first element whose member has this value.
        case element(member: String, value: String)
    }

    /// `.a.b[0].c` and `.conditions[?(@.type=="Ready")].status`; nothing more is understood.
    private static func steps(of path: String) -> [Step] {
        var steps: [Step] = []
        var rest = path[...]
        while let first = rest.first {
            rest.removeFirst()
            if first == "[" {
                let inner = rest.prefix { $0 != "]" }
                rest = rest.dropFirst(inner.count + 1)
                if let index = Int(inner) {
                    steps.append(.index(index))
                } else if let step = filter(inner) {
                    steps.append(step)
                } else {
                    steps.append(.member(inner.filter { $0 != "'" && $0 != "\"" }))
                }
            } else if first == "." {
                let name = rest.prefix { $0 != "." && $0 != "[" }
                rest = rest.dropFirst(name.count)
                if !name.isEmpty { steps.append(.member(String(name))) }
            }
        }
        return steps
    }

    private static func filter(_ text: Substring) -> Step? {
        guard text.hasPrefix("?(@."), text.hasSuffix(")") else { return nil }
        let parts = text.dropFirst(4).dropLast().split(separator: "=", omittingEmptySubsequences: true)
        guard parts.count == 2 else { return nil }
        let value = parts[1].filter { $0 != "'" && $0 != "\"" && $0 != " " }
        return .element(member: parts[0].filter { $0 != " " }, value: value)
    }

    private static func value(at steps: ArraySlice<Step>, in value: JSONValue) -> JSONValue? {
        guard let step = steps.first else { return value }
        let inner: JSONValue?
        switch step {
        case .member(let name): inner = value[name]
        case .index(let index):
            let elements = value.array ?? []
            inner = elements.indices.contains(index) ? elements[index] : .none
        case .element(let member, let wanted):
            inner = value.array?.first { $0[member]?.string == wanted }
        }
        return inner.flatMap { Self.value(at: steps.dropFirst(), in: $0) }
    }
}
