import KubeCore

/// Who owns which fields of an object: `metadata.managedFields` in a form that can be computed with.
struct ManagedFields: Equatable, Sendable {
    /// A manager as the server tells managers apart: an applier by name, an updater by name and version.
    struct Manager: Hashable, Sendable {
        var name: String
        var isApplier: Bool
        /// Empty for appliers: whoever applies in another version is still the same.
        var apiVersion: String
    }

    /// What one manager owns.
    struct Entry: Equatable, Sendable {
        var fields: FieldSet
        var apiVersion: String
        var time: String?
    }

    var entries: [Manager: Entry] = [:]

    var isEmpty: Bool { entries.isEmpty }
}

extension ManagedFields {
    /// Reads `metadata.managedFields`; `nil` if an entry cannot be read.
    init?(_ json: [JSONValue]) {
        for item in json {
            guard item["fieldsType"] == "FieldsV1" else { return nil }
            let apiVersion = item["apiVersion"]?.string ?? ""
            let isApplier = item["operation"] == "Apply"
            let manager = Manager(
                name: item["manager"]?.string ?? "", isApplier: isApplier,
                apiVersion: isApplier ? "" : apiVersion)
            guard let fields = FieldSet(json: item["fieldsV1"] ?? .object(JSONObject())) else { return nil }
            entries[manager] = Entry(fields: fields, apiVersion: apiVersion, time: item["time"]?.string)
        }
    }

    /// As it stands in an object: appliers first, older before newer.
    var json: [JSONValue] {
        entries.sorted { left, right in
            if left.key.isApplier != right.key.isApplier { return left.key.isApplier }
            let times = (left.value.time ?? "", right.value.time ?? "")
            if times.0 != times.1 { return times.0 < times.1 }
            if left.key.name != right.key.name { return left.key.name < right.key.name }
            return left.value.apiVersion < right.value.apiVersion
        }.map { manager, entry in
            var members: [JSONObject.Member] = [
                .init(key: "manager", value: .string(manager.name)),
                .init(key: "operation", value: manager.isApplier ? "Apply" : "Update"),
                .init(key: "apiVersion", value: .string(entry.apiVersion)),
            ]
            if let time = entry.time { members.append(.init(key: "time", value: .string(time))) }
            members.append(.init(key: "fieldsType", value: "FieldsV1"))
            members.append(.init(key: "fieldsV1", value: entry.fields.json))
            return .object(JSONObject(uniqueMembers: members))
        }
    }
}

extension ManagedFields.Manager: CustomStringConvertible {
    /// As conflicts name a manager.
    var description: String {
        let quoted = JSONValue.string(name).text
        return isApplier ? quoted : "\(quoted) using \(apiVersion)"
    }
}

/// Others own fields that an apply would change.
struct FieldConflicts: Error, Equatable {
    struct Conflict: Equatable {
        var manager: ManagedFields.Manager
        var path: String
    }

    var conflicts: [Conflict]

    /// The server's sentence.
    var message: String {
        if conflicts.count == 1, let only = conflicts.first {
            return "Apply failed with 1 conflict: conflict with \(only.manager): \(only.path)"
        }
        var lines: [String] = []
        var last: ManagedFields.Manager?
        for conflict in conflicts {
            if conflict.manager != last { lines.append("conflicts with \(conflict.manager):") }
            last = conflict.manager
            lines.append("- \(conflict.path)")
        }
        return "Apply failed with \(conflicts.count) conflicts: " + lines.joined(separator: "\n")
    }
}
