public import KubeCore

/// One object's row in the tables of an Application (C20, C21).
public struct ResourceRow: Hashable, Sendable {
    public static let header = ["GROUP", "KIND", "NAMESPACE", "NAME", "STATUS", "HEALTH", "HOOK", "MESSAGE"]

    public var key: ObjectKey
    /// A hook's phase; a plain object's sync status.
    public var status: String
    /// What became of sending a hook; a plain object's health.
    public var health: String
    public var hook: String
    public var message: String

    public init(
        key: ObjectKey, status: String = "", health: String = "", hook: String = "", message: String = ""
    ) {
        self.key = key
        self.status = status
        self.health = health
        self.hook = hook
        self.message = message
    }

    public var cells: [String] {
        [key.group, key.kind, key.namespace, key.name, status, health, hook, message]
    }

    /// The rows of an Application: the entries of its last operation in their order, then what else it has, by key.
    ///
    /// - Parameters:
    ///   - status: Of the Application.
    ///   - selection: Which objects.
    /// - Returns: An object that was a hook in two phases has two rows.
    public static func rows(
        of status: ApplicationStatus, selection: ResourceSelection = ResourceSelection()
    ) -> [ResourceRow] {
        var left = Dictionary(status.resources.map { ($0.key, $0) }) { first, _ in first }
        var rows: [ResourceRow] = []
        for result in status.operation?.syncResult.resources ?? [] {
            rows.append(ResourceRow(result, now: left[result.key]))
            left[result.key] = nil
        }
        rows += left.keys.sorted().compactMap { key in left[key].map { ResourceRow($0) } }
        return rows.filter { selection.contains($0.key) }
    }

    private init(_ resource: ResourceStatus) {
        self.init(
            key: resource.key, status: resource.status?.rawValue ?? "",
            health: resource.health?.status.rawValue ?? "")
    }

    /// An entry's row, with how its object is since; `nil` if it is not the application's any more.
    private init(_ result: ResourceResult, now: ResourceStatus?) {
        if let now, result.hookType == nil {
            self.init(now)
            message = result.message
            return
        }
        self.init(
            key: result.key, status: result.hookPhase?.rawValue ?? "", health: result.status?.rawValue ?? "",
            hook: result.hookType?.rawValue ?? "", message: result.message)
    }
}

/// What has been told of an Application's objects, so that only news is told (C21).
public struct ResourceNews: Sendable {
    private var told: [ObjectKey: ResourceRow] = [:]

    public init() {}

    /// Takes a look.
    ///
    /// - Parameter rows: All rows of the Application.
    /// - Returns: One row for each object of which something is new; what is empty takes nothing back.
    public mutating func take(_ rows: [ResourceRow]) -> [ResourceRow] {
        var changed: [ObjectKey] = []
        for row in rows {
            guard let known = told[row.key] else {
                told[row.key] = row
                changed.append(row.key)
                continue
            }
            var merged = known
            merged.update(from: row)
            guard merged != known else { continue }
            told[row.key] = merged
            if !changed.contains(row.key) { changed.append(row.key) }
        }
        return changed.compactMap { told[$0] }
    }
}

extension ResourceRow {
    fileprivate mutating func update(from row: ResourceRow) {
        for field in [\ResourceRow.status, \.health, \.hook, \.message] where !row[keyPath: field].isEmpty {
            self[keyPath: field] = row[keyPath: field]
        }
    }
}
