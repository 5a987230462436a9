import KubeCore
import Logging
import SyncEngine

/// One JSON object a line on standard error: `time`, `level`, `message`, and the metadata under their own names.
struct JSONLogHandler: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level = .info
    let label: String
    /// The clock of the lines, and where they go.
    let now: @Sendable () -> Timestamp
    let write: @Sendable (String) -> Void

    init(
        label: String, now: @escaping @Sendable () -> Timestamp = WallClock.now,
        write: @escaping @Sendable (String) -> Void = Console.error
    ) {
        self.label = label
        self.now = now
        self.write = write
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var all = metadata
        all.merge(metadataProvider?.get() ?? [:]) { _, last in last }
        all.merge(event.metadata ?? [:]) { _, last in last }
        if let error = event.error { all["error"] = "\(error)" }
        var line: JSONObject = [
            "time": .string(now().rfc3339), "level": .string(event.level.rawValue), "logger": .string(label),
            "message": .string(event.message.description),
        ]
        // What a line is in any case is not to be hidden by a metadatum of that name.
        for (name, value) in all.sorted(by: { $0.key < $1.key }) where line[name] == nil {
            line[name] = Self.json(value)
        }
        write(JSONValue.object(line).text)
    }

    private static func json(_ value: Logger.Metadata.Value) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let value): .string(value.description)
        case .array(let values): .array(values.map(json))
        case .dictionary(let members):
            .object(
                members.sorted { $0.key < $1.key }.reduce(into: JSONObject()) {
                    $0[$1.key] = json($1.value)
                })
        }
    }
}
