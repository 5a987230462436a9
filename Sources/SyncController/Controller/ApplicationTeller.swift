import FoundationEssentials
import KubeCore
import KubeRuntime
import Logging
import SyncEngine

/// Tells people what happens to Applications: by events, by lines of the log, by numbers.
struct ApplicationTeller: Sendable {
    let telemetry: ControllerTelemetry
    let events: EventRecorder
    /// An object that the watches have shown.
    let object: @Sendable (ObjectKey) -> KubeObject?

    /// Tells of a state that was just written.
    ///
    /// - Parameters:
    ///   - before: What was written before it, of this operation or of an earlier one.
    ///   - after: What is written now.
    ///   - application: Whose operation it is.
    func tell(_ before: OperationState?, _ after: OperationState, of application: ApplicationMetadata) {
        tell(ApplicationNews.of(before, after), of: application)
        let before = after.predecessor(before)
        if after.phase.isCompleted, before?.phase.isCompleted != true {
            telemetry.operations.increment(after.phase.rawValue)
            if let end = after.finishedAt {
                telemetry.operationTime.observe(
                    Double(end.seconds - after.startedAt.seconds), after.phase.rawValue)
            }
        }
        for hook in after.endedHooks(since: before) {
            guard let end = object(hook).flatMap({ HookEnd.time(of: $0) }) else { continue }
            let delay = Date().timeIntervalSince1970 - Double(end.seconds)
            telemetry.hookDelay.observe(max(0, delay), hook.kind)
        }
    }

    /// Tells of a status that was just written.
    func tell(_ before: ApplicationStatus, _ after: ApplicationStatus, of application: ApplicationMetadata) {
        tell(ApplicationNews.of(before, after), of: application)
    }

    private func tell(_ news: [ApplicationNews], of application: ApplicationMetadata) {
        let kind = APIResource.applications.kind
        let subject = EventNote.Subject(
            apiVersion: kind.apiVersion, kind: kind.kind, namespace: application.namespace,
            name: application.name, uid: application.uid)
        for item in news {
            events.note(
                EventNote(
                    subject, item.isWarning ? .warning : .normal, reason: item.reason, message: item.message))
            Logger.current.log(
                level: item.isWarning ? .warning : .info, "\(item.message)",
                metadata: [
                    "application": "\(application.namespace)/\(application.name)", "reason": "\(item.reason)",
                ])
        }
    }
}
