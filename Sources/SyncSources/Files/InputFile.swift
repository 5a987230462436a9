public import KubeCore
import KubeYAML
import SystemPackage

/// A file that somebody names on the command line, or standard input for `-`: read whole, up to a bound.
public enum InputFile {
    /// In bytes: what people write by hand.
    private static let limit = 8 << 20

    /// Reads it.
    ///
    /// - Parameter path: `-` for standard input.
    /// - Returns: All its bytes.
    /// - Throws: ``RenderFailure`` that names the file.
    public static func read(_ path: String) throws(RenderFailure) -> [UInt8] {
        guard path == "-" else { return try BoundedFile(name: path, limit: limit).read(FilePath(path)) }
        return try BoundedFile(name: "standard input", limit: limit).read(FileDescriptor.standardInput)
    }

    /// Reads the one YAML or JSON object in it.
    ///
    /// - Parameter path: `-` for standard input.
    /// - Returns: The object.
    /// - Throws: ``RenderFailure`` that names the file.
    public static func object(_ path: String) throws(RenderFailure) -> KubeObject {
        KubeObject(try value(path).object ?? JSONObject())
    }

    private static func value(_ path: String) throws(RenderFailure) -> JSONValue {
        let bytes = try read(path)
        let documents: [YAMLDocument]
        do throws(YAMLFailure) {
            documents = try YAMLStream.documents(in: bytes)
        } catch {
            throw RenderFailure(path: path, reason: .badYAML(error))
        }
        guard documents.count == 1, documents[0].value.object != nil else {
            throw RenderFailure(
                path: path, reason: .notOneObject(documents: documents.count))
        }
        return documents[0].value
    }
}
