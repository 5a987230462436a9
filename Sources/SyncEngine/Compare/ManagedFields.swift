public import KubeCore

/// One entry of `metadata.managedFields`: what one manager owns by one kind of write.
public struct ManagedFields: Hashable, Sendable {
    /// How the fields came to be owned.
    public enum Operation: String, Hashable, Sendable {
        case apply = "Apply"
        case update = "Update"
    }

    public var manager: String
    public var operation: Operation
    /// The version of the object in which the fields are named.
    public var apiVersion: String
    /// `status`, `scale`; empty for the object itself.
    public var subresource: String
    public var fields: FieldSet

    /// Reads one entry; `nil` if it is of a form that is not known, and therefore nobody's to judge or to
    /// move.
    public init?(_ json: JSONValue) {
        guard let manager = json["manager"]?.string,
            let operation = json["operation"]?.string.flatMap(Operation.init),
            json["fieldsType"]?.string == "FieldsV1",
            let fieldsV1 = json["fieldsV1"],
            // A set that cannot be read makes the entry unreadable; the caller then takes nothing for owned.
            let fields = try? FieldSet(fieldsV1: fieldsV1)
        else { return nil }
        self.manager = manager
        self.operation = operation
        apiVersion = json["apiVersion"]?.string ?? ""
        subresource = json["subresource"]?.string ?? ""
        self.fields = fields
    }
}

extension KubeObject {
    /// What a manager owns by server-side apply; `nil` if it has never applied the object.
    ///
    /// A server keeps one such entry for a manager, whatever the versions that it applied.
    public func appliedFields(of manager: String) -> ManagedFields? {
        for entry in self["metadata", "managedFields"]?.array ?? []
        where entry["manager"]?.string == manager && entry["operation"]?.string == "Apply" {
            if let fields = ManagedFields(entry), fields.subresource.isEmpty { return fields }
        }
        return nil
    }
}
