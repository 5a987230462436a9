import KubeClient
import KubeCore
import SyncEngine

/// Performs the engine's actions: bounded, concurrent, idempotent. Decides nothing.
///
/// A refusal by the API server is an outcome; only a server that cannot be reached is thrown.
struct Executor: Sendable {
    /// Requests in flight at a time: 32 gets nine tenths of what an API server can do, more gets no further.
    static let concurrency = 32

    var cluster: Cluster
    var view: LiveView
    var propagation: APIRequest.DeleteOptions.Propagation

    func perform(_ actions: [SyncAction]) async throws(ClientFailure) -> [SyncTask.ID: ActionOutcome] {
        let outcomes = try await concurrently(actions, limit: Executor.concurrency) {
            action throws(ClientFailure) in
            try await perform(action)
        }
        return Dictionary(zip(actions.map(\.task), outcomes)) { first, _ in first }
    }

    private func perform(_ action: SyncAction) async throws(ClientFailure) -> ActionOutcome {
        do {
            let resource = try await cluster.resource(for: action.kind)
            return try await perform(action, on: resource)
        } catch .refused(let failure) {
            return outcome(of: failure, for: action)
        }
    }

    private func perform(_ action: SyncAction, on resource: APIResource) async throws(ClientFailure)
        -> ActionOutcome
    {
        let call = ObjectCall(client: cluster.client, resource: resource, key: action.task.key)
        // Taken before the request: by its answer, a watch may have brought the new state already.
        let known = view.object(action.task.key)
        switch action.work {
        case .validate(let object, let method):
            let answer = try await validate(object, by: method, call)
            return rehearsed(answer, over: view.object(object.key))
        case .apply(let object, let method):
            return keep(outcome(try await apply(object, by: method, call), over: known), as: action.task.key)
        case .replace(let object, let live):
            let answer = try await call.replace(object, live: live)
            return keep(.done(answer.created ? .created : .replaced, answer.object), as: action.task.key)
        case .recreate(let object, let uid):
            try await call.rehearseCreation(of: object)
            try await delete(call, uid: uid)
            guard try await isGone(call, uid: uid) else {
                return .refused(
                    "\(call.key) is still being deleted after \(ObjectCall.longestDeletion.goText)")
            }
            return keep(
                .done(.recreated, try await call.replace(object, live: nil).object), as: action.task.key)
        case .delete(let uid):
            return try await delete(call, uid: uid)
        case .record(let patch):
            return keep(outcome(try await call.patch(.merge(patch)), over: known), as: action.task.key)
        }
    }

    private func validate(
        _ object: KubeObject, by method: SyncAction.ApplyMethod, _ call: ObjectCall
    ) async throws(ClientFailure) -> (object: KubeObject, created: Bool) {
        switch method {
        case .serverSide: try await call.apply(object, isDryRun: true)
        case .clientSide(nil): (try await call.create(object, isDryRun: true), true)
        case .clientSide(let patch?): try await call.patch(patch.request, isDryRun: true)
        }
    }

    private func apply(
        _ object: KubeObject, by method: SyncAction.ApplyMethod, _ call: ObjectCall
    ) async throws(ClientFailure) -> (object: KubeObject, created: Bool) {
        switch method {
        case .serverSide(let takeover):
            if let takeover { try await call.takeOver(takeover, manager: Tracking.fieldManager) }
            return try await call.applyDespiteOthers(object)
        case .clientSide(nil):
            return try await call.replace(object, live: nil)
        case .clientSide(let patch?):
            return try await call.patch(patch.request)
        }
    }

    @discardableResult
    private func delete(_ call: ObjectCall, uid: String) async throws(ClientFailure) -> ActionOutcome {
        let options = APIRequest.DeleteOptions(propagation: propagation, uid: uid)
        switch try await call.delete(options) {
        case .leaving(let left):
            view.put(left, as: call.key)
            return .done(.deleted, left)
        case .gone:
            view.remove(call.key, uid: uid)
            return .done(.deleted, nil)
        case .absent(let other):
            view.remove(call.key, uid: uid)
            if let other { view.put(other, as: call.key) }
            return .absent
        }
    }

    /// Waits until an object that is being deleted is gone; `false` if it takes too long.
    private func isGone(_ call: ObjectCall, uid: String) async throws(ClientFailure) -> Bool {
        guard try await call.isGone(uid: uid) else { return false }
        view.remove(call.key, uid: uid)
        return true
    }

    // MARK: Answers

    private func outcome(_ answer: (object: KubeObject, created: Bool), over known: KubeObject?)
        -> ActionOutcome
    {
        if answer.created { return .done(.created, answer.object) }
        let isSame = known.map { $0.resourceVersion == answer.object.resourceVersion } ?? false
        return .done(isSame ? .unchanged : .configured, answer.object)
    }

    private func rehearsed(_ answer: (object: KubeObject, created: Bool), over known: KubeObject?)
        -> ActionOutcome
    {
        if answer.created { return .done(.created, answer.object) }
        let isSame = known?.isUnchanged(by: answer.object, manager: Tracking.fieldManager) ?? false
        return .done(isSame ? .unchanged : .configured, answer.object)
    }

    /// The object of an outcome is the newest state that is known.
    private func keep(_ outcome: ActionOutcome, as key: ObjectKey) -> ActionOutcome {
        if case .done(_, let object?) = outcome { view.put(object, as: key) }
        return outcome
    }

    private func outcome(of failure: APIFailure, for action: SyncAction) -> ActionOutcome {
        let text = Refusal(failure, of: action).text
        switch action.work {
        case .record where failure.isNotFound:
            return .absent
        case .validate where failure.isDryRunUnsupported:
            return .absent
        case .apply, .validate, .replace:
            return failure.isInvalid || failure.isConflict ? .immutable(text) : .refused(text)
        case .delete, .record, .recreate:
            return .refused(text)
        }
    }
}

extension ClientSidePatch {
    var request: APIRequest.Patch { isStrategic ? .strategicMerge(changes) : .merge(changes) }
}
