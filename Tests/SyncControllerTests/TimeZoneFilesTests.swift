import SyncController
import SyncEngine
import Testing

/// Time zones, as this machine has them.
struct TimeZoneFilesTests {
    @Test("S134 zones are found by their names")
    func found() throws {
        let berlin = try #require(TimeZoneFiles().zone("Europe/Berlin"))
        let noon = try #require(Timestamp(rfc3339: "2026-07-01T12:00:00Z"))
        let day = Timestamp(seconds: noon.seconds - 86400)
        let start = try CronSchedule("0 14 * * *").lastStart(atOrBefore: noon, after: day, in: berlin)
        #expect(start == noon)
    }

    @Test(
        "I7 S137 a name that leads elsewhere, or nowhere, is no zone",
        arguments: [
            "", "/etc/passwd", "../../../etc/passwd", "Europe", "Europe/", "Europe//Berlin", "Moon/Sea",
            "tzdata.zi", "Europe/Berlin\0",
        ])
    func missing(_ name: String) {
        #expect(TimeZoneFiles().zone(name) == nil)
    }

    @Test("S137 a machine without a database has no zone")
    func nowhere() {
        #expect(TimeZoneFiles(folder: "/nowhere").zone("Europe/Berlin") == nil)
    }
}
