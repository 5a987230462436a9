import KubeCore

extension SyncRequest {
    /// Whether the destination namespace is made and kept with metadata of its own (S107).
    var managesNamespace: Bool {
        namespaceMetadata != nil && options.contains("CreateNamespace=true")
    }

    /// Why the project does not permit a task (S39); `nil` if it does.
    func refusal(of task: SyncTask, _ kinds: KindCatalog) -> String? {
        let isNamespaced = kinds.resources[task.kind]?.isNamespaced ?? !task.key.namespace.isEmpty
        return project?.refusal(
            of: task.kind.groupKind, name: task.key.name, isNamespaced: isNamespaced,
            namespace: task.key.namespace, in: destination)
    }

    /// Whether a live object is any business of the project's applications (S22, S203).
    func permits(live object: KubeObject) -> Bool {
        let key = object.key
        return project?.refusal(
            of: key.groupKind, name: key.name, isNamespaced: !key.namespace.isEmpty,
            namespace: key.namespace, in: destination) == nil
    }
}

extension NamespaceMetadata {
    /// Writes labels and annotations, and that they are applied by the server (S107).
    func write(to object: inout KubeObject) {
        for (name, value) in labels { object.setLabel(name, value) }
        for (name, value) in annotations { object.setAnnotation(name, value) }
        object.setAnnotation(AnnotationKey.syncOptions, "ServerSideApply=true")
    }
}
