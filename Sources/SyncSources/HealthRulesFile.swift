import KubeCore
import KubeYAML
public import SyncEngine
import SystemPackage

/// A file with the user's own rules for health.
public enum HealthRulesFile {
    /// In bytes: rules are written by hand.
    private static let limit = 1 << 20

    /// Reads the rules.
    ///
    /// - Parameter path: Of a YAML or JSON file with one document.
    /// - Returns: The rules of all its entries.
    /// - Throws: ``RenderFailure`` that names the file and the entry.
    public static func read(_ path: String) throws(RenderFailure) -> HealthRules {
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
        do throws(HealthRuleFailure) {
            return try HealthRules(documents[0].value)
        } catch {
            throw RenderFailure(path: path, reason: .badRules("\(error)"))
        }
    }
}
