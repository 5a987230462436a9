import KubeClient
import KubeCore
import Logging

extension LeaderElection {
    /// Renews the lease until that is not possible any more, or the task is cancelled.
    ///
    /// - Returns: Why it is lost.
    func keep(_ held: HeldLease) async -> String {
        var next = timeline.now + terms.renewal
        var problem = "it was not renewed in time"
        while !Task.isCancelled {
            let end = held.token.endTime
            await timeline.sleep(until: min(next, end))
            guard held.token.isValid else { return problem }
            switch await renew(held, before: end) {
            case .keep:
                next = timeline.now + terms.renewal
            case .tryAgain:
                next = timeline.now + terms.pause
            case .giveUp(let reason):
                return reason
            case nil:
                problem = "the API server did not answer in time"
            }
        }
        return problem
    }

    /// Tries once; `nil` if there was no answer before the lease ended.
    private func renew(_ held: HeldLease, before end: Duration) async -> RenewalDecision? {
        await withTaskGroup(of: RenewalDecision?.self) { group in
            group.addTask { await renew(held) }
            group.addTask {
                await timeline.sleep(until: end)
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    private func renew(_ held: HeldLease) async -> RenewalDecision {
        let sent = timeline.now
        var record = LeaseRecord(held.lease)
        record.renewTime = Self.microTime()
        do throws(ClientFailure) {
            held.lease = try await put(record, into: held.lease)
            held.token.extend(until: end(sent))
            return .keep
        } catch {
            guard error.isConflict || error.isNotFound else { return .tryAgain }
        }
        do throws(ClientFailure) {
            let lease = try await read()
            if let lease { held.lease = lease }
            return RenewalDecision.next(for: identity, seeing: lease)
        } catch {
            return .tryAgain
        }
    }

    /// Lets others lead at once, unless the task is cancelled.
    func release(_ held: HeldLease) async {
        held.token.revoke()
        guard !Task.isCancelled else { return }
        do throws(ClientFailure) {
            do throws(ClientFailure) {
                try await empty(held.lease)
            } catch {
                guard error.isConflict, let lease = try await read() else { throw error }
                try await empty(lease)
            }
            Logger.current.notice("stopped leading", metadata: ["lease": "\(path)"])
        } catch {
            // It runs out by itself.
            Logger.current.warning(
                "the lease could not be given back", metadata: ["lease": "\(path)", "error": "\(error)"])
        }
    }

    /// Leaves nobody in the Lease, if we are in it.
    private func empty(_ lease: KubeObject) async throws(ClientFailure) {
        var record = LeaseRecord(lease)
        guard record.holder == identity else { return }
        record.holder = ""
        record.seconds = 1
        record.renewTime = Self.microTime()
        _ = try await put(record, into: lease)
    }
}
