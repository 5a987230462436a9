import KubeCore
import KubeYAML
public import SyncEngine
import SystemPackage

/// A file with rules of the user's own: one document, YAML or JSON.
public enum RuleFile {
    /// In bytes: rules are written by hand.
    private static let limit = 1 << 20

    /// Reads rules for the health of kinds.
    ///
    /// - Parameter path: Of the file.
    /// - Returns: The rules of all its entries.
    /// - Throws: ``RenderFailure`` that names the file and the entry.
    public static func healthRules(_ path: String) throws(RenderFailure) -> HealthRules {
        let list = try document(path)
        do throws(RuleFailure) {
            return try HealthRules(list)
        } catch {
            throw RenderFailure(path: path, reason: .badRules("\(error)"))
        }
    }

    /// Reads which differences do not count: a list as in `spec.ignoreDifferences` of an Application.
    ///
    /// - Parameter path: Of the file.
    /// - Returns: The rules of all its entries.
    /// - Throws: ``RenderFailure`` that names the file and the entry.
    public static func ignoreRules(_ path: String) throws(RenderFailure) -> IgnoreRules {
        let list = try document(path)
        do throws(RuleFailure) {
            return try IgnoreRules(list)
        } catch {
            throw RenderFailure(path: path, reason: .badRules("\(error)"))
        }
    }

    private static func document(_ path: String) throws(RenderFailure) -> JSONValue {
        let bytes = try BoundedFile(name: path, limit: limit).read(FilePath(path))
        let documents: [YAMLDocument]
        do throws(YAMLFailure) {
            documents = try YAMLStream.documents(in: bytes)
        } catch {
            throw RenderFailure(path: path, reason: .badYAML(error))
        }
        guard documents.count == 1 else {
            throw RenderFailure(
                path: path, reason: .badRules("holds \(documents.count) documents; one list is wanted"))
        }
        return documents[0].value
    }
}
