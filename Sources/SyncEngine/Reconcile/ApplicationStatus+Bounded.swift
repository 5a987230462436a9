import KubeCore

extension ApplicationStatus {
    /// The status with so many entries in `resources` as fit; what is as it should be goes first.
    ///
    /// - Parameters:
    ///   - limit: Of the JSON of what a refresh writes, in bytes.
    ///   - previous: The status before: a condition that it has keeps its time.
    ///   - now: When a new condition begins.
    /// - Returns: The same status, or one with a condition that counts what was left out.
    public func bounded(
        to limit: Int, after previous: ApplicationStatus, now: Timestamp
    ) -> ApplicationStatus {
        guard JSONValue.object(refreshed).serialized().count > limit else { return self }
        return withShortLists(limit / 4).withFewerResources(limit, after: previous, now: now)
    }

    /// What else grows with the objects, each cut to that size: images, and conditions that name one object each.
    private func withShortLists(_ limit: Int) -> ApplicationStatus {
        var status = self
        status.summary.images = Array(summary.images.fitting(limit) { $0.utf8.count + 3 })
        status.conditions = conditions.fitting(limit) { $0.json.serialized().count + 1 }.map { $0 }
        if status.conditions.isEmpty, var first = conditions.first {
            first.message = first.message.cut(to: limit / 2)
            status.conditions = [first]
        }
        return status
    }

    private func withFewerResources(
        _ limit: Int, after previous: ApplicationStatus, now: Timestamp
    ) -> ApplicationStatus {
        let size = JSONValue.object(refreshed).serialized().count
        guard size > limit else { return self }
        let costs = resources.map { $0.json.serialized().count + 1 }
        // The condition that tells of it takes some room, too.
        var left = limit - (size - costs.reduce(0, +)) - 256
        let order = resources.indices.sorted {
            (resources[$0].isAsItShouldBe ? 1 : 0, $0) < (resources[$1].isAsItShouldBe ? 1 : 0, $1)
        }
        var kept: Set<Int> = []
        for index in order where costs[index] <= left {
            kept.insert(index)
            left -= costs[index]
        }
        var status = self
        status.resources = kept.sorted().map { resources[$0] }
        let hidden = resources.count - kept.count
        let message =
            "\(hidden) of \(resources.count) resources are not listed in the status, for which they are too many"
        let known = previous.conditions.first { $0.message == message }?.lastTransitionTime
        status.conditions.append(
            ApplicationCondition(.excludedResourceWarning, message, lastTransitionTime: known ?? now))
        return status
    }
}

extension ResourceStatus {
    /// Whether a person would not look for it.
    fileprivate var isAsItShouldBe: Bool {
        status == .synced && (health == nil || health?.status == .healthy) && !requiresDeletionConfirmation
    }
}
