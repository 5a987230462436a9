import KubeCore
import Testing

/// What is made of answers that are no success.
struct APIFailureTests {
    private static func response(
        _ status: Int, _ body: String,
        _ headers: [HTTPHeader] = [HTTPHeader("Content-Type", "application/json")]
    ) -> HTTPResponse {
        HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
    }

    @Test("a Status is read with its reason, details and causes")
    func status() {
        let body = """
            {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",
            "message":"Service \\"web\\" is invalid: spec.ports: Required value","reason":"Invalid",
            "details":{"name":"web","kind":"Service","retryAfterSeconds":3,
            "causes":[{"reason":"FieldValueRequired","message":"Required value","field":"spec.ports"},{},1]},"code":422}
            """
        let failure = APIFailure(response: Self.response(422, body))
        #expect(failure.code == 422)
        #expect(failure.reason == "Invalid")
        #expect(failure.message == "Service \"web\" is invalid: spec.ports: Required value")
        #expect((failure.kind, failure.name) == ("Service", "web"))
        #expect(failure.causes.count == 3)
        #expect(
            failure.causes.first
                == APIFailure.Cause(
                    reason: "FieldValueRequired", field: "spec.ports", message: "Required value"))
        #expect(failure.retryAfterSeconds == 3)
        #expect(failure.isInvalid)
    }

    struct Row: CustomTestStringConvertible {
        var body: String
        var type: String
        var message: String
        var testDescription: String { body.isEmpty ? "(nothing)" : body }

        init(_ body: String, _ type: String, _ message: String) {
            self.body = body
            self.type = type
            self.message = message
        }
    }

    static let others = [
        Row("", "", "HTTP 503, without a message"),
        Row(" \n", "text/plain", "HTTP 503, without a message"),
        Row("no endpoints\navailable\n", "text/plain", "HTTP 503: no endpoints available"),
        Row("a\u{1B}[31m\u{7F}", "text/plain", "HTTP 503: a?[31m?"),
        Row(
            "<html><h1>Bad</h1></html>", "text/html",
            "HTTP 503, with a page of markup instead of a Status: no API server answered"),
        Row("<?xml?>", "", "HTTP 503, with a page of markup instead of a Status: no API server answered"),
        Row(#"{"kind":"Pod"}"#, "application/json", #"HTTP 503: {"kind":"Pod"}"#),
        Row(#"{"kind":"Status""#, "application/json", #"HTTP 503: {"kind":"Status""#),
        Row(#"{"kind":"Status"}"#, "application/json", "HTTP 503"),
        Row(#"{"kind":"Status","reason":"Timeout"}"#, "application/json", "Timeout"),
        Row(#"{"kind":"Status","message":7,"code":"x","details":[]}"#, "application/json", "HTTP 503"),
        Row(String(repeating: "x", count: 600), "", "HTTP 503: " + String(repeating: "x", count: 512) + "…"),
    ]

    @Test("I7 an answer that is no Status says what it is", arguments: others)
    func other(_ row: Row) {
        let failure = APIFailure(
            response: Self.response(503, row.body, [HTTPHeader("Content-Type", row.type)]))
        #expect(failure.code == 503)
        #expect(failure.message == row.message)
        #expect(failure.retryAfterSeconds == nil)
    }

    @Test(
        "Retry-After of the header counts before the Status's own",
        arguments: [("7", 7), ("-1", 0), ("soon", 2)])
    func retryAfter(_ header: String, _ seconds: Int) {
        let body = #"{"kind":"Status","code":429,"details":{"retryAfterSeconds":2}}"#
        let failure = APIFailure(response: Self.response(429, body, [HTTPHeader("retry-after", header)]))
        #expect(failure.retryAfterSeconds == seconds)
    }

    @Test("an ERROR event of a watch is a failure too")
    func event() {
        let failure = APIFailure(status: [
            "kind": "Status", "code": 410, "reason": "Expired", "message": "too old",
        ])
        #expect(failure.isExpired)
        #expect(failure.message == "too old")
        #expect(APIFailure(status: .null).code == 500)
        #expect(APIFailure(status: ["code": 9_223_372_036_854_775_807]).code == .max)
    }
}
