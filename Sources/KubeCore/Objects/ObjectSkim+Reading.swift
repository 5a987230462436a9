extension ObjectSkim {
    /// Reads an object; `nil` if the value is none.
    ///
    /// - Parameters:
    ///   - node: An object, such as an item of a list or the `object` of a watch event.
    ///   - selection: Which labels and annotations are kept.
    ///   - strings: Shared by the skims of one store.
    public init?(_ node: JSONTape.Node, keeping selection: Selection, strings: inout StringCache) {
        guard node.isObject else { return nil }
        var reader = ObjectSkimReader(tape: node.tape, selection: selection)
        reader.readObject(node.index, &strings)
        self = reader.skim
    }
}

/// Goes once over the tokens of an object.
private struct ObjectSkimReader {
    let tape: JSONTape
    let selection: ObjectSkim.Selection
    var skim = ObjectSkim(metadata: ObjectSkim.Metadata(), status: ObjectSkim.Status(), contentHash: 0)

    mutating func readObject(_ object: Int, _ strings: inout StringCache) {
        var content: UInt64 = 0
        for member in tape.members(of: object) {
            if tape.isText(member.name, "metadata") {
                content &+= readMetadata(member.value, &strings)
            } else if tape.isText(member.name, "status") {
                readStatus(member.value, &strings)
            } else {
                content &+= tape.stableHash(of: member)
            }
        }
        skim.contentHash = content
    }

    /// - Returns: The hash of what counts as content.
    private mutating func readMetadata(_ object: Int, _ strings: inout StringCache) -> UInt64 {
        var content: UInt64 = 0
        for member in tape.members(of: object) {
            let (name, value) = (member.name, member.value)
            switch tape.tokens[name].reach {
            case 13 where tape.isText(name, "managedFields"): continue
            case 15 where tape.isText(name, "resourceVersion"):
                skim.metadata.resourceVersion = text(value, &strings)
                continue
            case 10 where tape.isText(name, "generation"):
                skim.metadata.generation = integer(value) ?? 0
                continue
            case 3 where tape.isText(name, "uid"): skim.metadata.uid = ownText(value)
            case 4 where tape.isText(name, "name"): skim.metadata.name = ownText(value)
            case 9 where tape.isText(name, "namespace"): skim.metadata.namespace = text(value, &strings)
            case 6 where tape.isText(name, "labels"):
                skim.metadata.labels = entries(value, selection.labels, &strings)
            case 11 where tape.isText(name, "annotations"):
                skim.metadata.annotations = entries(value, selection.annotations, &strings)
            case 15 where tape.isText(name, "ownerReferences"):
                skim.metadata.hasOwner = tape.elements(of: value).contains { _ in true }
            case 10 where tape.isText(name, "finalizers"): skim.metadata.finalizers = texts(value, &strings)
            case 17 where tape.isText(name, "deletionTimestamp"):
                skim.metadata.deletionTimestamp = isString(value) ? text(value, &strings) : nil
            default: break
            }
            content &+= tape.stableHash(of: member)
        }
        return content
    }

    private mutating func readStatus(_ object: Int, _ strings: inout StringCache) {
        for member in tape.members(of: object) {
            if tape.isText(member.name, "observedGeneration") {
                skim.status.observedGeneration = integer(member.value)
            } else if tape.isText(member.name, "phase") {
                skim.status.phase = text(member.value, &strings)
            } else if tape.isText(member.name, "conditions") {
                skim.status.conditions = conditions(member.value, &strings)
            }
        }
    }

    private func conditions(_ array: Int, _ strings: inout StringCache) -> [ObjectSkim.Condition] {
        var conditions: [ObjectSkim.Condition] = []
        conditions.reserveCapacity(count(array))
        for element in tape.elements(of: array) where tape.tokens[element].kind == .object {
            conditions.append(condition(element, &strings))
        }
        return conditions
    }

    private func condition(_ object: Int, _ strings: inout StringCache) -> ObjectSkim.Condition {
        var condition = ObjectSkim.Condition()
        for member in tape.members(of: object) {
            let (name, value) = (member.name, member.value)
            switch tape.tokens[name].reach {
            case 4 where tape.isText(name, "type"): condition.type = text(value, &strings)
            case 6 where tape.isText(name, "status"): condition.status = text(value, &strings)
            case 6 where tape.isText(name, "reason"): condition.reason = text(value, &strings)
            case 7 where tape.isText(name, "message"): condition.message = text(value, &strings)
            case 18 where tape.isText(name, "observedGeneration"):
                condition.observedGeneration = integer(value)
            default: break
            }
        }
        return condition
    }
}

extension ObjectSkimReader {
    private func entries(
        _ object: Int, _ names: ObjectSkim.Selection.Names, _ strings: inout StringCache
    ) -> [ObjectSkim.Entry] {
        guard names != .none else { return [] }
        var entries: [ObjectSkim.Entry] = []
        for member in tape.members(of: object) {
            let name = text(member.name, &strings)
            guard names.contains(name) else { continue }
            entries.append(ObjectSkim.Entry(name: name, value: text(member.value, &strings)))
        }
        return entries.count == entries.capacity ? entries : Array(exactly: entries)
    }

    private func texts(_ array: Int, _ strings: inout StringCache) -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(count(array))
        for element in tape.elements(of: array) where isString(element) {
            texts.append(text(element, &strings))
        }
        return texts
    }

    /// Empty if it is no string.
    private func text(_ index: Int, _ strings: inout StringCache) -> String {
        let token = tape.tokens[index]
        switch token.kind {
        case .plainString: return strings.string(token.range, of: tape.bytes.span, isASCII: tape.isASCII)
        case .escapedString: return tape.text(at: index)
        case .null, .true, .false, .int, .double, .array, .object: return ""
        }
    }

    /// One that no other object has; it would only push others out of the cache.
    private func ownText(_ index: Int) -> String { isString(index) ? tape.text(at: index) : "" }

    private func integer(_ index: Int) -> Int64? { JSONTape.Node(tape: tape, index: index).int }

    private func isString(_ index: Int) -> Bool {
        let kind = tape.tokens[index].kind
        return kind == .plainString || kind == .escapedString
    }

    private func count(_ array: Int) -> Int {
        let token = tape.tokens[array]
        return token.kind == .array ? tape.tokens.span.siblings(from: array + 1, to: token.reach) : 0
    }
}

extension ObjectSkim.Selection.Names {
    fileprivate func contains(_ name: String) -> Bool {
        switch self {
        case .all: true
        case .none: false
        case .some(let names):
            names.contains(name) || names.contains { $0.hasSuffix("/") && name.hasPrefix($0) }
        }
    }
}
