import KubeCore
import Testing

@testable import KubeServer

@Suite("values")
struct ValueTests {
    @Test(
        "an amount has one form",
        arguments: [
            ("0.5", "500m"), ("1024Mi", "1Gi"), ("1.5Gi", "1536Mi"), ("1000m", "1"), ("100", "100"),
            ("0", "0"),
            ("1e3", "1e3"), ("1500Ki", "1500Ki"), ("0.1Gi", "107374182400m"), ("12000", "12k"),
            ("-1.5", "-1500m"),
        ] as [(String, String)])
    func quantity(_ given: String, _ canonical: String) {
        #expect(Quantity(given)?.text == canonical)
    }

    @Test("what is no amount is refused", arguments: ["", "x", "1Q", "1.2.3", "Mi", "99999999999999999999"])
    func noQuantity(_ given: String) { #expect(Quantity(given) == nil) }

    @Test(
        "a date is read with its offset and written in UTC",
        arguments: [
            ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00Z"),
            ("1970-01-01T00:00:00+01:00", "1969-12-31T23:00:00Z"),
            ("2000-03-01T00:00:00.25Z", "2000-03-01T00:00:00Z"),
        ] as [(String, String)])
    func date(_ given: String, _ written: String) { #expect(Timestamp(given)?.text == written) }

    @Test("every day of 400 years comes back")
    func days() {
        for day in stride(from: Int64(-146_097), to: 146_097, by: 13) {
            let time = Timestamp(seconds: day * 86400 + 3661)
            #expect(Timestamp(time.text) == time)
        }
    }

    @Test("what owns fields comes back from its text")
    func fieldSets() throws {
        let text = #"{"f:a":{".":{},"f:b":{},"k:{\"n\":\"x\",\"p\":1}":{".":{},"f:v":{}}},"v:\"q\"":{}}"#
        let set = try #require(FieldSet(json: try JSONValue(parsing: text)))
        #expect(set.json == (try JSONValue(parsing: text)))
        #expect(set.subtracting(set).isEmpty)
        #expect(set.union(set) == set)
        #expect(set.intersection(set) == set)
    }

    @Test("Base64 comes back", arguments: 0..<8)
    func base64(_ count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 77 &+ 200) }
        #expect(Base64.decoded(Base64.encoded(bytes)) == bytes)
        #expect(Base64.decoded(Base64.encoded(bytes, urlSafe: true), urlSafe: true) == bytes)
    }
}
