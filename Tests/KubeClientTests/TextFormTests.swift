import Foundation
import Testing

@testable import KubeClient

@Suite("base64 and times")
struct TextFormTests {
    @Test("base64 agrees with Foundation's, there and back")
    func base64() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SeededRandom(seed)
        for count in 0..<200 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
            #expect(bytes.base64 == Data(bytes).base64EncodedString(), "seed \(seed)")
            #expect([UInt8](base64: bytes.base64) == bytes, "seed \(seed)")
        }
    }

    @Test("line breaks in base64 do not count")
    func lineBreaks() {
        #expect([UInt8](base64: "aGVs\r\nbG8=\n") == Array("hello".utf8))
    }

    @Test(
        "what is no base64 is refused",
        arguments: ["a", "ab", "abc", "a===", "====", "ab=c", "a b=", "äöü=", "ab-_"])
    func noBase64(_ text: String) {
        #expect([UInt8](base64: text) == nil)
    }

    static let times: [(String, Int64?)] = [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-11-21T03:24:00Z", 1_795_231_440),
        ("2026-11-21T03:24:00.123456Z", 1_795_231_440),
        ("2026-11-21T05:24:00+02:00", 1_795_231_440),
        ("2026-11-20T22:24:00-05:00", 1_795_231_440),
        ("2000-02-29T23:59:59Z", 951_868_799),
        ("1969-12-31T23:59:59Z", -1),
        ("9999-12-31T23:59:59Z", 253_402_300_799),
        ("", nil), ("2026-11-21", nil), ("2026-11-21 03:24:00", nil), ("2026-13-21T03:24:00Z", nil),
        ("2026-11-21T03:24:00", nil), ("2026-11-21T03:24:00+2", nil), ("xxxx-11-21T03:24:00Z", nil),
    ]

    @Test("RFC 3339 times as seconds", arguments: times)
    func time(_ row: (String, Int64?)) {
        #expect(secondsSince1970(ofRFC3339: row.0) == row.1)
    }
}

/// Random numbers that a printed seed brings back.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
