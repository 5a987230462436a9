import KubeCore
import KubeYAML
import SyncEngine

extension InstallationSettings {
    /// Reads the ConfigMap `argocd-cm`.
    init(configMap: KubeObject) {
        let data = configMap["data"]?.object ?? JSONObject()
        let text = data[Self.globalProjectsMember]?.string ?? ""
        do {
            let document = try YAMLStream.documents(in: Array(text.utf8)).first
            self.init(data, globalProjects: document?.value)
        } catch {
            self.init(data, globalProjects: nil)
            problems.append(FieldFailure(field: "data.\(Self.globalProjectsMember)", problem: "\(error)"))
        }
    }
}
