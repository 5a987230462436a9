import KubeClient
import KubeCore
import SyncEngine

/// Writes to objects that others write to at the same time, or of which the answer was lost: what is there decides
/// whether and how to write again.
extension ObjectCall {
    /// How long the old object of a recreation may take to go.
    static let longestDeletion = Duration.seconds(60)

    /// Before each attempt after the first.
    private static let pauses = [10, 40, 160, 640].map { Duration.milliseconds($0) }

    /// Server-side apply. A conflict is somebody else's write in the same moment: nothing is wrong with the object.
    func applyDespiteOthers(_ object: KubeObject) async throws(ClientFailure) -> (
        object: KubeObject, created: Bool
    ) {
        for pause in ObjectCall.pauses {
            do {
                return try await apply(object)
            } catch .refused(let failure) where failure.isConflict {
                try await sleep(pause)
            }
        }
        return try await apply(object)
    }

    /// Performs the engine's take-over of other tools' fields, and makes the patch anew where the object has changed.
    func takeOver(_ patch: JSONValue, manager: String) async throws(ClientFailure) {
        var patch = patch
        for pause in ObjectCall.pauses {
            do {
                _ = try await self.patch(.json(patch))
                return
            } catch  where error.isConflict || error.isUncertain {
                try await sleep(pause)
                guard let next = try await read()?.takeOverPatch(manager: manager, from: KubeObject.takenOver)
                else { return }
                patch = next
            }
        }
        _ = try await self.patch(.json(patch))
    }

    /// PUT over what is there, or create.
    ///
    /// - Parameters:
    ///   - object: What is wanted.
    ///   - live: What was there when it was last looked at.
    /// - Returns: The object as it is now, and whether it did not exist before.
    /// - Throws: ``KubeClient/ClientFailure``.
    func replace(_ object: KubeObject, live: KubeObject?) async throws(ClientFailure) -> (
        object: KubeObject, created: Bool
    ) {
        var live = live
        for pause in ObjectCall.pauses {
            do {
                return try await write(object, over: live)
            } catch
                where error.isConflict || error.isUncertain || (live == nil && error.isAlreadyExists)
                || (live != nil && error.isNotFound)
            {
                try await sleep(pause)
                let found = try await read()
                // What has come in the meantime may be another application's.
                guard live != nil || found.map({ Tracking.sameOwner($0, object) }) ?? true else {
                    throw error
                }
                live = found
            }
        }
        return try await write(object, over: live)
    }

    private func write(_ object: KubeObject, over live: KubeObject?) async throws(ClientFailure) -> (
        object: KubeObject, created: Bool
    ) {
        if let live { return (try await update(object, over: live), false) }
        return (try await create(object), true)
    }

    /// Asks the server, before it deletes an object that is to be made anew, whether it would make it at all.
    ///
    /// - Parameter object: What is to take the place of the one that is there, which is no hindrance.
    /// - Throws: The refusal of an object that no server could make; what else is wrong, the creation itself shows.
    func rehearseCreation(of object: KubeObject) async throws(ClientFailure) {
        var request = request(.create(object.withoutAllocations), name: "")
        request.isDryRun = true
        do {
            _ = try await client.perform(request)
        } catch .refused(let failure) where !failure.isInvalid {
            return
        }
    }

    /// Waits until an object that is being deleted is gone; `false` if it takes too long.
    func isGone(uid: String) async throws(ClientFailure) -> Bool {
        let clock = ContinuousClock()
        let deadline = clock.now + ObjectCall.longestDeletion
        var pause = Duration.milliseconds(10)
        while clock.now < deadline {
            guard let found = try await read(), found.uid == uid else { return true }
            try await sleep(pause)
            pause = min(pause * 2, .seconds(1))
        }
        return false
    }

    private func sleep(_ pause: Duration) async throws(ClientFailure) {
        do {
            try await Task.sleep(for: pause)
        } catch {
            throw .transport(TransportFailure(.cancelled, "waiting for \(key) was cancelled"))
        }
    }
}

extension ClientFailure {
    /// Whether the request may have been carried out.
    fileprivate var isUncertain: Bool {
        switch self {
        case .transport(let failure): failure.reason == .interrupted || failure.reason == .timedOut
        case .refused, .undecodable: false
        }
    }
}

extension Tracking {
    /// Whether two objects are tracked to the same application.
    fileprivate static func sameOwner(_ left: KubeObject, _ right: KubeObject) -> Bool {
        owner(of: left) == owner(of: right)
    }
}

extension KubeObject {
    /// The object without the addresses and ports that the one in its place still holds.
    fileprivate var withoutAllocations: KubeObject {
        guard groupVersionKind.groupKind == GroupKind(group: "", kind: "Service") else { return self }
        var copy = self
        for field in ["clusterIP", "clusterIPs", "healthCheckNodePort"] { copy["spec", field] = nil }
        let ports = self["spec", "ports"]?.array?.map { port -> JSONValue in
            guard var members = port.object else { return port }
            members["nodePort"] = nil
            return .object(members)
        }
        copy["spec", "ports"] = ports.map { .array($0) }
        return copy
    }
}
