extension JSONValue {
    /// Reads a JSON text (RFC 8259).
    ///
    /// Integers that fit 64 bits become ``int(_:)``, other numbers ``double(_:)``. Of two members with one name the
    /// later value counts, at the earlier place. Half a surrogate pair in an escape becomes U+FFFD. All of this is
    /// how an API server reads it.
    ///
    /// - Throws: What is wrong and where, also if a limit is exceeded.
    public init(parsing bytes: Span<UInt8>, limits: JSONLimits = JSONLimits()) throws(JSONParseFailure) {
        var tokens: [JSONToken] = []
        let isASCII = try JSONScanner.scan(bytes, limits: limits, into: &tokens)
        var builder = JSONTreeBuilder(isASCII: isASCII)
        self = builder.value(bytes, tokens.span)
    }

    /// Reads a JSON text, as ``init(parsing:limits:)-(Span<UInt8>,_)``.
    public init(parsing bytes: [UInt8], limits: JSONLimits = JSONLimits()) throws(JSONParseFailure) {
        try self.init(parsing: bytes.span, limits: limits)
    }

    /// Reads a JSON text, as ``init(parsing:limits:)-(Span<UInt8>,_)``.
    public init(parsing text: String, limits: JSONLimits = JSONLimits()) throws(JSONParseFailure) {
        try self.init(parsing: Array(text.utf8).span, limits: limits)
    }
}
