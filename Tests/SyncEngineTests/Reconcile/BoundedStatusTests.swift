import KubeCore
import SyncEngine
import Testing

/// A status that is too large.
@Suite("bounded status")
struct BoundedStatusTests {
    private static func status(_ count: Int) -> ApplicationStatus {
        var status = SampleApplication.make().status
        status.resources = (0..<count).map { number in
            var entry = ComparedResource.map(
                "map-\(number)", number % 10 == 0 ? .modified : ComparedResource.Difference.none
            ).entry(showsHealth: true)
            entry.syncWave = 1
            return entry
        }
        return status
    }

    private static func size(_ status: ApplicationStatus) -> Int {
        let application = SampleApplication.make(["status": .null])
        return application.changes(to: status)?.json.serialized().count ?? 0
    }

    @Test("S160 a status that fits is left as it is")
    func fits() {
        let status = Self.status(100)
        #expect(status.bounded(to: 512 << 10, after: status, now: SampleApplication.now) == status)
    }

    @Test("S160 of one that does not, what is as it should be is left out first, and counted by a condition")
    func tooLarge() {
        let status = Self.status(10_000)
        let limit = 256 << 10
        let bounded = status.bounded(to: limit, after: ApplicationStatus(), now: SampleApplication.now)
        #expect(Self.size(bounded) <= limit + 64)
        #expect(Self.size(bounded) > limit * 9 / 10)
        #expect(bounded.resources.filter { $0.status == .outOfSync }.count == 1000)
        let hidden = 10_000 - bounded.resources.count
        #expect(
            bounded.conditions.map(\.message) == [
                "\(hidden) of 10000 resources are not listed in the status, for which they are too many"
            ])
        let later = Timestamp(seconds: SampleApplication.now.seconds + 100)
        #expect(status.bounded(to: limit, after: bounded, now: later) == bounded)
    }
}
