import FoundationEssentials
public import SyncEngine

/// The time zone database of the machine, by the names in it (S134).
public struct TimeZoneFiles: Sendable {
    /// Where the files are.
    public var folder: String

    public init(folder: String = "/usr/share/zoneinfo") {
        self.folder = folder
    }

    /// The zone of that name, as `Europe/Berlin`.
    ///
    /// - Parameter name: From a project: it leads to no file outside the folder.
    /// - Returns: `nil` if there is none, or the machine has no such database.
    public func zone(_ name: String) -> ZoneOffsets? {
        guard Self.isName(name), let content = FileManager.default.contents(atPath: "\(folder)/\(name)")
        else {
            return nil
        }
        return ZoneOffsets(file: Array(content))
    }

    /// Words of letters, digits, `_`, `+` and `-`, with single slashes between them.
    private static func isName(_ name: String) -> Bool {
        name.utf8.count <= 100
            && name.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
                !part.isEmpty
                    && part.utf8.allSatisfy { byte in
                        (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
                            || [UInt8(ascii: "_"), UInt8(ascii: "+"), UInt8(ascii: "-")].contains(byte)
                    }
            }
    }
}

extension SyncWindows {
    /// The windows of a project that are for an application (S134), with the time zones of this machine.
    public init(for application: Application, of project: AppProject) {
        self.init(
            project.syncWindows, of: application.metadata.name, to: application.spec.destination,
            zones: TimeZoneFiles().zone)
    }
}
