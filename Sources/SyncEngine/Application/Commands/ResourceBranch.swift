public import KubeCore

/// One object of an Application in a tree, with what hangs below it (C31).
public struct ResourceBranch: Sendable {
    private let row: ResourceRow
    private let live: KubeObject?
    private let now: Timestamp

    /// No owner chain that means anything is longer.
    private static let deepest = 8

    /// - Parameters:
    ///   - row: What the Application says of it.
    ///   - live: The object, if it is there.
    ///   - now: The time, for ages.
    public init(_ row: ResourceRow, live: KubeObject?, now: Timestamp) {
        self.row = row
        self.live = live
        self.now = now
    }

    public static func header(isDetailed: Bool) -> [String] {
        isDetailed
            ? ["KIND/NAME", "STATUS", "HEALTH", "AGE", "MESSAGE", "REASON"]
            : ["KIND/NAME", "STATUS", "HEALTH", "MESSAGE"]
    }

    /// The rows of the branch.
    ///
    /// - Parameters:
    ///   - objects: What controllers have made, in which the owned ones are found.
    ///   - isDetailed: With age and reason.
    /// - Returns: The object itself first.
    public func lines(below objects: [KubeObject], isDetailed: Bool) -> [[String]] {
        let own = cells(
            "\(row.key.kind)/\(row.key.name)", row.status, row.health, row.message, live, isDetailed)
        guard let live else { return [own] }
        return [own] + below(live, objects, indent: "", isDetailed, depth: 0)
    }

    private func below(
        _ owner: KubeObject, _ objects: [KubeObject], indent: String, _ isDetailed: Bool, depth: Int
    ) -> [[String]] {
        guard depth < Self.deepest else { return [] }
        let children = objects.filter { $0.isOwned(by: owner) }.sorted { $0.key < $1.key }
        return children.enumerated().flatMap { index, child in
            let isLast = index == children.count - 1
            let health = Health(of: child)
            let name = indent + (isLast ? "└─" : "├─") + "\(child.kind)/\(child.name)"
            let status = health?.status.rawValue ?? ""
            return [cells(name, "", status, health?.message ?? "", child, isDetailed)]
                + below(
                    child, objects, indent: indent + (isLast ? "  " : "│ "), isDetailed, depth: depth + 1)
        }
    }

    private func cells(
        _ name: String, _ status: String, _ health: String, _ message: String, _ object: KubeObject?,
        _ isDetailed: Bool
    ) -> [String] {
        guard isDetailed else { return [name, status, health, message] }
        let created = object?["metadata", "creationTimestamp"]?.string.flatMap(Timestamp.init(rfc3339:))
        let age = created.map { now.since($0).goText } ?? ""
        return [name, status, health, age, message, object?["status", "reason"]?.string ?? ""]
    }
}

extension KubeObject {
    fileprivate func isOwned(by owner: KubeObject) -> Bool {
        self["metadata", "ownerReferences"]?.array?.contains { $0["uid"]?.string == owner.uid } ?? false
    }
}
