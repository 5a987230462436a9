import Foundation
import KubeCore
import SyncEngine
import Testing

/// Schedules as cron writes them.
struct CronScheduleTests {
    struct Start: CustomTestStringConvertible {
        var schedule: String
        var now: String
        var last: String?
        var next: String?
        var testDescription: String { "S134 \(schedule) at \(now)" }
    }

    // 2026-01-02 is a Friday.
    static let starts = [
        Start(
            schedule: "0 3 * * *", now: "2026-01-02T03:04:05Z", last: "2026-01-02T03:00:00Z",
            next: "2026-01-03T03:00:00Z"),
        Start(
            schedule: "0 3 * * *", now: "2026-01-02T03:00:00Z", last: "2026-01-02T03:00:00Z",
            next: "2026-01-03T03:00:00Z"),
        Start(
            schedule: "0 3 * * *", now: "2026-01-02T02:59:59Z", last: "2026-01-01T03:00:00Z",
            next: "2026-01-02T03:00:00Z"),
        Start(
            schedule: "*/20 9-17 * * mon-fri", now: "2026-01-05T08:00:00Z", last: "2026-01-02T17:40:00Z",
            next: "2026-01-05T09:00:00Z"),
        Start(
            schedule: "5/25 0 * * *", now: "2026-01-02T00:40:00Z", last: "2026-01-02T00:30:00Z",
            next: "2026-01-02T00:55:00Z"),
        Start(
            schedule: "0 0 31 * *", now: "2026-03-01T00:00:00Z", last: "2026-01-31T00:00:00Z",
            next: "2026-03-31T00:00:00Z"),
        Start(
            schedule: "0 0 13 * fri", now: "2026-01-10T00:00:00Z", last: "2026-01-09T00:00:00Z",
            next: "2026-01-13T00:00:00Z"),
        Start(
            schedule: "0 0 */2 * fri", now: "2026-01-10T00:00:00Z", last: "2026-01-09T00:00:00Z",
            next: "2026-01-11T00:00:00Z"),
        Start(
            schedule: "0 0 29 feb *", now: "2026-01-02T00:00:00Z", last: "2024-02-29T00:00:00Z",
            next: "2028-02-29T00:00:00Z"),
        Start(
            schedule: "0 0 * * 7", now: "2026-01-02T00:00:00Z", last: "2025-12-28T00:00:00Z",
            next: "2026-01-04T00:00:00Z"),
        Start(schedule: "0 0 30 2 *", now: "2026-01-02T00:00:00Z"),
        Start(
            schedule: "@daily", now: "2026-01-02T03:04:05Z", last: "2026-01-02T00:00:00Z",
            next: "2026-01-03T00:00:00Z"),
        Start(
            schedule: "@hourly", now: "2026-01-02T03:04:05Z", last: "2026-01-02T03:00:00Z",
            next: "2026-01-02T04:00:00Z"),
        Start(
            schedule: "@weekly", now: "2026-01-02T03:04:05Z", last: "2025-12-28T00:00:00Z",
            next: "2026-01-04T00:00:00Z"),
        Start(
            schedule: "@yearly", now: "2026-01-02T03:04:05Z", last: "2026-01-01T00:00:00Z",
            next: "2027-01-01T00:00:00Z"),
    ]

    @Test("S134 the start before a time, and the one after it", arguments: starts)
    func start(_ row: Start) throws {
        let schedule = try CronSchedule(row.schedule)
        let now = try #require(Timestamp(rfc3339: row.now))
        let years = Int64(6 * 366 * 86400)
        let last = schedule.lastStart(
            atOrBefore: now, after: Timestamp(seconds: now.seconds - years), in: .utc)
        let next = schedule.nextStart(
            after: now, notAfter: Timestamp(seconds: now.seconds + years), in: .utc)
        #expect(last?.rfc3339 == row.last)
        #expect(next?.rfc3339 == row.next)
    }

    @Test("S134 how far is looked is bounded on both sides")
    func bounds() throws {
        let schedule = try CronSchedule("0 3 * * *")
        let three = try #require(Timestamp(rfc3339: "2026-01-02T03:00:00Z"))
        let four = Timestamp(seconds: three.seconds + 3600)
        #expect(schedule.lastStart(atOrBefore: four, after: three, in: .utc) == nil)
        #expect(
            schedule.lastStart(atOrBefore: four, after: Timestamp(seconds: three.seconds - 1), in: .utc)
                == three)
        let two = Timestamp(seconds: three.seconds - 3600)
        #expect(schedule.nextStart(after: two, notAfter: three, in: .utc) == three)
        #expect(
            schedule.nextStart(after: two, notAfter: Timestamp(seconds: three.seconds - 1), in: .utc) == nil)
    }

    @Test(
        "S137 what is no schedule is refused",
        arguments: [
            "", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *",
            "* * * * 8", "*/0 * * * *", "5-1 * * * *", "a * * * *", "1,,2 * * * *", "-1 * * * *",
            "1- * * * *",
            "*/ * * * *", "1/2/3 * * * *", "@every 5m", "@reboot", "99999999999999999999 * * * *",
        ])
    func refused(_ text: String) {
        #expect(throws: CronSchedule.Failure.self) { try CronSchedule(text) }
    }

    /// Clocks go forward on 2026-03-29 at 01:00 UTC and back on 2026-10-25 at 01:00 UTC.
    private func berlin() throws -> ZoneOffsets {
        let file = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))
        return try #require(ZoneOffsets(file: Array(file)))
    }

    @Test(
        "S134 a time zone's clocks count, also on the days when they are changed",
        arguments: [
            ("0 3 * * *", "2026-01-02T03:04:05Z", "2026-01-02T02:00:00Z"),
            ("0 3 * * *", "2026-07-02T03:04:05Z", "2026-07-02T01:00:00Z"),
            ("30 1 * * *", "2026-03-29T12:00:00Z", "2026-03-29T00:30:00Z"),
            ("30 2 * * *", "2026-03-29T12:00:00Z", "2026-03-28T01:30:00Z"),
            ("30 3 * * *", "2026-03-29T12:00:00Z", "2026-03-29T01:30:00Z"),
            ("30 2 * * *", "2026-10-25T12:00:00Z", "2026-10-25T01:30:00Z"),
            ("30 0 * * *", "2026-10-25T12:00:00Z", "2026-10-24T22:30:00Z"),
        ])
    func zone(_ schedule: String, _ now: String, _ last: String) throws {
        let now = try #require(Timestamp(rfc3339: now))
        let found = try CronSchedule(schedule).lastStart(
            atOrBefore: now, after: Timestamp(seconds: now.seconds - 3 * 86400), in: berlin())
        #expect(found?.rfc3339 == last)
    }

    @Test("S134 every start is found from both sides, minute by minute through a change of the clocks")
    func bothSides() throws {
        let zone = try berlin()
        for schedule in try ["*/30 * * * *", "15 2 * * *", "0 0 * * sun", "45 23 * * *"].map(
            CronSchedule.init)
        {
            var now = try #require(Timestamp(rfc3339: "2026-10-24T12:00:00Z"))
            let end = Timestamp(seconds: now.seconds + 2 * 86400)
            let begin = Timestamp(seconds: now.seconds - 1)
            while let next = schedule.nextStart(after: now, notAfter: end, in: zone) {
                #expect(schedule.lastStart(atOrBefore: next, after: begin, in: zone) == next)
                let before = Timestamp(seconds: next.seconds - 1)
                #expect(schedule.lastStart(atOrBefore: before, after: begin, in: zone) ?? begin <= now)
                now = next
            }
        }
    }

    @Test("I7 a file that is no time zone, cut off or changed, is none or another, and stops nothing")
    func hostileZones() throws {
        let file = Array(try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin")))
        #expect(ZoneOffsets(file: []) == nil)
        for length in stride(from: 0, to: file.count, by: 7) {
            _ = ZoneOffsets(file: Array(file.prefix(length)))
        }
        for index in 0..<min(file.count, 200) {
            var changed = file
            changed[index] ^= 0xff
            _ = ZoneOffsets(file: changed)
        }
    }
}
