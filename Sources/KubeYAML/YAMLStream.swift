import KubeCore

/// Manifests as text, read exactly as kubectl reads them.
///
/// kubectl's reading is neither YAML 1.1 nor 1.2: its own splitter cuts the stream into documents, goyaml.v2 types the
/// scalars, and what comes out passes through JSON. A stream whose first character is `{` is JSON, one value after
/// another, until something is no JSON: from there on it is YAML.
public enum YAMLStream {
    /// Reads a stream.
    ///
    /// - Parameters:
    ///   - bytes: The whole stream: UTF-8, or UTF-16 with a byte order mark.
    ///   - limits: What it may ask of us.
    /// - Returns: The documents in their order. Empty ones and nulls are counted but left out, as kubectl does.
    /// - Throws: ``YAMLFailure`` for the first document that cannot be read; there is no partial answer.
    public static func documents(
        in bytes: [UInt8], limits: YAMLLimits = YAMLLimits()
    ) throws(YAMLFailure) -> [YAMLDocument] {
        guard bytes.count <= limits.bytes else {
            throw YAMLFailure(
                .tooLarge, "\(bytes.count) bytes of YAML are more than the limit of \(limits.bytes)")
        }
        var reader = StreamReader(SourceText(bytes), limits: limits)
        return try reader.read()
    }
}
