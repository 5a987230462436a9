/// A time in which an application may, or may not, be synced: one entry of `spec.syncWindows` of a project (S133).
public struct SyncWindow: Hashable, Sendable {
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case allow
        case deny
    }

    /// When it is open.
    struct Hours: Hashable {
        var schedule: CronSchedule
        /// In seconds.
        var duration: Int64
        var zone: ZoneOffsets

        /// S134.
        func areOpen(at time: Timestamp) -> Bool { start(at: time) != nil }

        /// When the opening began that lasts at that time.
        func start(at time: Timestamp) -> Timestamp? {
            schedule.lastStart(
                atOrBefore: time, after: Timestamp(seconds: time.seconds - duration), in: zone)
        }
    }

    /// Whom it concerns (S133); each a glob.
    struct Scope: Hashable {
        var applications: [String]
        var namespaces: [String]
        var clusters: [String]
        /// `andOperator`: every given list must match.
        var wantsAll: Bool
    }

    public var kind: Kind
    /// `manualSync`: it stops nobody who syncs by hand.
    public var permitsManual: Bool
    /// `syncOverrun`: what was permitted when it began may end (S136).
    public var permitsOverrun: Bool
    var hours: Hours
    var scope: Scope

    /// Reads a window; `nil` if the entry cannot be used, and why, the reader has noted.
    ///
    /// - Parameters:
    ///   - reader: Of the entry.
    ///   - zones: Finds a time zone by its name in the time zone database; `nil` if there is none.
    init?(_ reader: inout LenientReader, zones: (String) -> ZoneOffsets?) {
        let kind: Kind? = reader.choice("kind")
        if kind == nil, !reader.has("kind") { reader.note("kind", "is missing") }
        let hours = Hours(&reader, zones: zones)
        guard let kind, let hours else { return nil }
        self.kind = kind
        self.hours = hours
        permitsManual = reader.flag("manualSync")
        permitsOverrun = reader.flag("syncOverrun")
        scope = Scope(
            applications: reader.texts("applications"), namespaces: reader.texts("namespaces"),
            clusters: reader.texts("clusters"), wantsAll: reader.flag("andOperator"))
    }

    /// Whether it concerns an application: one that goes to that destination.
    func concerns(_ application: String, _ destination: Destination) -> Bool {
        let isOwn = destination.isOwnCluster
        let clusters =
            isOwn ? [Destination.ownServer, Destination.ownName] : [destination.server, destination.name]
        let answers = [
            Self.answer(scope.applications, [application]), Self.answer(scope.clusters, clusters),
            Self.answer(scope.namespaces, [destination.namespace]),
        ].compactMap(\.self)
        return scope.wantsAll ? !answers.isEmpty && !answers.contains(false) : answers.contains(true)
    }

    /// Whether one of the patterns fits one of the texts; `nil` if there is no pattern.
    private static func answer(_ patterns: [String], _ texts: [String]) -> Bool? {
        guard !patterns.isEmpty else { return nil }
        let patterns = patterns.map(ProjectGlob.init)
        return texts.contains { text in !text.isEmpty && patterns.contains { $0.matches(text) } }
    }
}

extension SyncWindow.Hours {
    /// The longest that a window can be open.
    private static let longest: Int64 = 366 * 86400

    init?(_ reader: inout LenientReader, zones: (String) -> ZoneOffsets?) {
        let (text, length, name) = (reader.text("schedule"), reader.text("duration"), reader.text("timeZone"))
        let zone = name.isEmpty || name == "UTC" ? .utc : zones(name)
        if zone == nil { reader.note("timeZone", "'\(name)' is no time zone that is known here") }
        let seconds = GoDuration.parse(length)?.components.seconds ?? 0
        if !(1...Self.longest).contains(seconds) {
            reader.note("duration", "must be a duration as 1h30m, of at most a year, not '\(length)'")
        }
        let schedule: CronSchedule
        do throws(CronSchedule.Failure) {
            schedule = try CronSchedule(text)
        } catch {
            reader.note("schedule", error.description)
            return nil
        }
        guard let zone, (1...Self.longest).contains(seconds) else { return nil }
        self.init(schedule: schedule, duration: seconds, zone: zone)
    }
}

/// A glob that matches nothing where it cannot be read.
private struct ProjectGlob {
    private var glob: Glob?

    init(_ pattern: String) {
        do throws(GlobFailure) {
            glob = try Glob(pattern)
        } catch {
            glob = nil
        }
    }

    func matches(_ text: String) -> Bool { glob?.matches(text) ?? false }
}
