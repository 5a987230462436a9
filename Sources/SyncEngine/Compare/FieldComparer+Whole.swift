import KubeCore

/// Values that have one owner as a whole and are replaced as a whole.
extension FieldComparer {
    /// Compares everything below, with no regard to owners.
    ///
    /// Here what the manifest leaves out is removed, so the live value may have more only where that is a
    /// default which the server would add again.
    mutating func compareWhole(_ desired: JSONValue, _ live: JSONValue?) {
        guard let live else {
            if !(isBuiltIn && desired.isNull) { note(.value) }
            return
        }
        switch (desired, live) {
        case (.object(let members), .object(let others)): compareWhole(members, others)
        case (.array(let elements), .array(let others)): compareWhole(elements, others)
        default: if !isSame(desired, live) { note(.value) }
        }
    }

    private mutating func compareWhole(_ desired: JSONObject, _ live: JSONObject) {
        for member in desired.members {
            path.enter(member.key)
            compareWhole(member.value, live[member.key])
            path.leave()
        }
        for member in live.members where desired[member.key] == nil {
            path.enter(member.key)
            let isAddedByServer =
                isBuiltIn && (member.value.isNull || KnownFields.isDefault(member.value, at: path))
            if !isAddedByServer { note(.dropped) }
            path.leave()
        }
    }

    private mutating func compareWhole(_ desired: [JSONValue], _ live: [JSONValue]) {
        guard desired.count == live.count else { return note(.value) }
        for (index, (element, other)) in zip(desired, live).enumerated() {
            path.enter(element: index)
            compareWhole(element, other)
            path.leave()
        }
    }
}
