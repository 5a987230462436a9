public import KubeCore

/// What the command line writes into an Application, on the object as it was read: nothing that we do not know is lost.
extension KubeObject {
    /// Asks for an operation; the state of the last one goes (S113).
    public mutating func request(_ operation: OperationRequest) {
        self["operation"] = operation.json
        self["status", "operationState"] = nil
    }

    /// Asks for the end of the operation that runs (S122).
    ///
    /// - Throws: ``RequestRefusal/nothingToTerminate``.
    public mutating func terminate() throws(RequestRefusal) {
        guard let operation = self["operation"], !operation.isNull,
            self["status", "operationState"]?.object != nil
        else { throw .nothingToTerminate }
        self["status", "operationState", "phase"] = .string(OperationState.Phase.terminating.rawValue)
    }

    /// Asks for a look at the cluster (S149); the time tells two wishes apart.
    ///
    /// - Parameters:
    ///   - isHard: Whether what was rendered before does not count.
    ///   - time: Now.
    /// - Returns: What has to be merged in.
    public static func refreshRequest(isHard: Bool, at time: Timestamp) -> MergePatch {
        MergePatch([
            "metadata": [
                "annotations": [
                    AnnotationKey.refresh: isHard ? "hard" : "normal",
                    AnnotationKey.refreshTimestamp: .string(time.rfc3339),
                ]
            ]
        ])
    }

    /// Approves of the deletions that wait for it (S95, S191).
    public static func deletionApproval(at time: Timestamp) -> MergePatch {
        MergePatch([
            "metadata": ["annotations": [AnnotationKey.deletionApproved: .string(time.rfc3339)]]
        ])
    }
}
