public import KubeCore

/// Finding an operation that a process which is gone has left unfinished, by the stamps on its hooks (I1).
public enum Resumption {
    /// When the unfinished operation started.
    ///
    /// Only the newest operation that has left a stamp can be gone on with: what came after an older one has made its
    /// results worthless.
    ///
    /// - Parameters:
    ///   - live: What is tracked to the application.
    ///   - tracking: The application.
    ///   - revision: What is to be synced now; an operation for another revision is not gone on with.
    /// - Returns: `nil` if there is no such operation.
    public static func startedAt(
        in live: some Sequence<KubeObject>, of tracking: Tracking, revision: String
    ) -> Timestamp? {
        let stamps = live.lazy.filter { tracking.owns($0) }.compactMap { Stamp(of: $0) }
        guard let newest = stamps.map(\.startedAt).max() else { return nil }
        let id = OperationID(application: tracking.application, startedAt: newest, revision: revision)
        return stamps.contains { $0.id == id.description && !$0.isFinished } ? newest : nil
    }

    /// When a new operation starts: now, unless another one has left stamps of this very second or a later one.
    ///
    /// Start and revision are all that tells two operations of an application apart (I2).
    ///
    /// - Parameters:
    ///   - now: The time.
    ///   - live: What is tracked to the application.
    ///   - tracking: The application.
    /// - Returns: A second that no stamp bears.
    public static func newStart(
        _ now: Timestamp, in live: some Sequence<KubeObject>, of tracking: Tracking
    ) -> Timestamp {
        // Clocks of two machines differ by minutes; what lies further ahead is no stamp of ours.
        let latest = Timestamp(seconds: now.seconds + 3600)
        let stamps = live.lazy.filter { tracking.owns($0) }.compactMap { Stamp(of: $0)?.startedAt }
        let newest = stamps.filter { $0 < latest }.max()
        return max(now, newest.map { Timestamp(seconds: $0.seconds + 1) } ?? now)
    }

    /// What a hook object says of the operation that made it.
    private struct Stamp {
        var id: String
        var startedAt: Timestamp
        var isFinished: Bool

        init?(of object: KubeObject) {
            guard let id = object.annotation(AnnotationKey.syncID),
                let started = object.annotation(AnnotationKey.syncStartedAt).flatMap(
                    Timestamp.init(rfc3339:))
            else { return nil }
            self.id = id
            startedAt = started
            isFinished = object.annotation(AnnotationKey.syncFinished) == id
        }
    }
}
