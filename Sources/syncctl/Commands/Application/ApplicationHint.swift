import KubeCore
import SyncController
import SyncEngine

/// What somebody may have meant who named an object that is not there.
struct ApplicationHint {
    var connection: Connection

    /// So many names are offered.
    private static let offered = 3

    /// Looks for objects with a name like that.
    ///
    /// - Parameter key: What is not there.
    /// - Returns: The end of a sentence; empty where nothing comes near, or it may not be looked up.
    func text(instead key: ObjectKey) async -> String {
        guard key.group == Application.kind.group else { return "" }
        let kind = GroupVersionKind(
            group: key.group, version: Application.kind.version, kind: key.kind)
        let found: [KubeObject]
        do throws(KindStoreFailure) {
            found = try await KindStore(kind, in: connection.cluster).list(in: "")
        } catch {
            // Who may not look everywhere may look here; who may not do that either gets no hint.
            let own = try? await KindStore(kind, in: connection.cluster).list(in: key.namespace)
            found = own ?? []
        }
        let here = found.filter { $0.namespace == key.namespace }.map(\.name)
        let elsewhere = found.filter { $0.namespace != key.namespace && $0.name == key.name }
        let names =
            elsewhere.map { "\($0.namespace)/\($0.name)" }
            + NameLikeness(of: key.name).nearest(of: here)
        guard !names.isEmpty else { return "" }
        return "; did you mean \(names.prefix(Self.offered).joined(separator: ", "))?"
    }
}
