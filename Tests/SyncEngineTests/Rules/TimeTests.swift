import Foundation
import Testing

@testable import SyncEngine

@Suite("Times and durations")
struct TimeTests {
    @Test("S30 a time is read as it was written, for two thousand years around today")
    func roundTrip() {
        var random = SeededGenerator(seed: SeededGenerator.runSeed)
        let iso = ISO8601DateFormatter()
        for _ in 0..<2000 {
            let time = Timestamp(seconds: Int64.random(in: -30_000_000_000...60_000_000_000, using: &random))
            #expect(Timestamp(rfc3339: time.rfc3339) == time, "SYNC_TEST_SEED=\(SeededGenerator.runSeed)")
            // Foundation's calendar is Julian before 1582, Kubernetes' is not.
            guard time.seconds > -12_000_000_000 else { continue }
            let date = Date(timeIntervalSince1970: TimeInterval(time.seconds))
            #expect(time.rfc3339 == iso.string(from: date), "SYNC_TEST_SEED=\(SeededGenerator.runSeed)")
        }
    }

    @Test(
        "S30 RFC 3339 as others write it",
        arguments: [
            ("2026-01-02T03:04:05Z", 1_767_323_045), ("2026-01-02t03:04:05z", 1_767_323_045),
            ("2026-01-02T03:04:05.999999Z", 1_767_323_045), ("2026-01-02T05:04:05+02:00", 1_767_323_045),
            ("2026-01-01T21:34:05.1-05:30", 1_767_323_045), ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T00:00:00Z", 951_782_400), ("0001-01-01T00:00:00Z", -62_135_596_800),
            ("9999-12-31T23:59:59Z", 253_402_300_799),
        ] as [(String, Int64)])
    func reading(text: String, seconds: Int64) {
        #expect(Timestamp(rfc3339: text)?.seconds == seconds)
    }

    @Test(
        "S30 what is no time",
        arguments: [
            "", "now", "2026-01-02", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z", "2026-00-02T03:04:05Z",
            "2026-01-32T03:04:05Z", "2026-01-02T24:04:05Z", "2026-01-02T03:60:05Z", "2026-01-02 03:04:05Z",
            "2026-01-02T03:04:05+0200", "2026-01-02T03:04:05ZZ", "2026-0١-02T03:04:05Z",
            "20260-1-02T03:04:05Z",
            "2026-02-30T00:00:00Z", "2026-01-02T03:04:05.Z",
        ])
    func notATime(text: String) {
        #expect(Timestamp(rfc3339: text) == nil)
    }

    @Test("D6 a duration is read as it was written")
    func durationRoundTrip() {
        var random = SeededGenerator(seed: SeededGenerator.runSeed)
        for _ in 0..<1000 {
            let duration = Duration.seconds(Int64.random(in: 0...1_000_000, using: &random))
            #expect(
                GoDuration.parse(duration.goText) == duration, "SYNC_TEST_SEED=\(SeededGenerator.runSeed)")
        }
    }

    @Test(
        "D6 durations as Go reads them",
        arguments: [
            ("90s", .seconds(90)), ("1h30m", .seconds(5400)), ("1.5h", .seconds(5400)),
            ("250ms", .milliseconds(250)),
            ("0", .zero), ("0s", .zero), ("1m1m", .seconds(120)), (".5m", .seconds(30)),
            ("1.m", .seconds(60)),
        ] as [(String, Duration)])
    func durations(text: String, duration: Duration) {
        #expect(GoDuration.parse(text) == duration)
    }

    @Test(
        "D6 what is no duration",
        arguments: [
            "", " ", "5", "-5s", "+5s", "5 s", "s", ".s", "1.2.3s", "5d", "5S", "1e3s", "999999999999h", "٣s",
            "inf", "nans",
            String(repeating: "9", count: 400) + "h",
        ])
    func notADuration(text: String) {
        #expect(GoDuration.parse(text) == nil)
    }
}
