import ArgumentParser
import SyncEngine

/// Reading of `--timeout 90s`, and of a bare number of seconds as argocd takes it.
enum DurationArgument {
    static func parse(_ text: String) throws -> Duration {
        if let seconds = Int64(text), seconds >= 0 { return .seconds(seconds) }
        guard let duration = GoDuration.parse(text) else {
            throw ValidationError("'\(text)' is no duration; write 90s, 10m or 1h30m")
        }
        return duration
    }
}
