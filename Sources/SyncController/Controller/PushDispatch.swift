public import KubeClient
import KubeCore
import Logging
import SyncEngine
public import SyncSources
import Synchronization

/// Brings a push to whoever looks at the Applications that it concerns: to the controller in this process, or, where
/// another process leads, to the Applications themselves, by the annotation that asks for a refresh.
public final class PushDispatch: Sendable {
    private let client: APIClient
    private let settings: ControllerSettings
    private let controller = Mutex<ApplicationController?>(nil)

    public init(client: APIClient, settings: ControllerSettings) {
        self.client = client
        self.settings = settings
    }

    /// Says which controller has all Applications; `nil` if none in this process has.
    public func bring(to controller: ApplicationController?) {
        self.controller.withLock { $0 = controller }
    }

    /// Passes a push on.
    ///
    /// - Parameter event: What a git host has proven to have sent.
    /// - Throws: ``KubeClient/ClientFailure`` if the Applications can't be read or annotated.
    public func take(_ event: PushEvent) async throws(ClientFailure) {
        if let controller = controller.withLock({ $0 }) { return controller.pushed(event) }
        let list = try await client.list(.applications, namespace: settings.listedNamespace)
        let concerned = list.items.filter { settings.concerns($0.key) && event.concerns(Application($0)) }
        _ = try await concurrently(concerned, limit: Executor.concurrency) {
            object throws(ClientFailure) in try await self.ask(object.key)
        }
        Logger.current.info("pushed", metadata: ["applications": "\(concerned.count)"])
    }

    private func ask(_ key: ObjectKey) async throws(ClientFailure) {
        let wish: JSONValue = ["metadata": ["annotations": [AnnotationKey.refresh: "normal"]]]
        _ = try await ApplicationCalls(client: client, key: key).patch(MergePatch(wish))
    }
}
