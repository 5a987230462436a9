public import KubeCore

/// How an Application is written: it has no status subresource, so never as a whole (S115, S150, S156, S183).
extension Application {
    /// The whole of `status.operationState`; with its completion the request goes.
    ///
    /// - Parameter state: The state to be kept.
    /// - Returns: A patch that fails if the Application has become another in between and had no status before.
    public func recording(_ state: OperationState) -> JSONPatch {
        var operations: [JSONPatch.Operation] = []
        if !hasStatus {
            operations = [
                .test(at("metadata", "resourceVersion"), .string(metadata.resourceVersion)),
                .add(at("status"), [:]),
            ]
        }
        operations.append(.add(at("status", "operationState"), state.json))
        // Added first: what is removed must be there, and null is no operation to every server.
        if state.phase.isCompleted { operations += [.add(at("operation"), [:]), .remove(at("operation"))] }
        return JSONPatch(operations)
    }

    /// Asks for an operation and accepts it in one write (S112): nobody else can begin it in between.
    ///
    /// - Parameter state: The state that the operation begins in.
    /// - Returns: A patch that fails if the Application has become another in between.
    public func accepting(_ state: OperationState) -> JSONPatch {
        var operations: [JSONPatch.Operation] = [
            .test(at("metadata", "resourceVersion"), .string(metadata.resourceVersion)),
            .add(at("operation"), state.request?.json ?? [:]),
        ]
        if !hasStatus { operations.append(.add(at("status"), [:])) }
        operations.append(.add(at("status", "operationState"), state.json))
        return JSONPatch(operations)
    }

    /// The history as a whole.
    public static func recording(_ history: [HistoryEntry]) -> MergePatch {
        MergePatch(["status": ["history": .array(history.map(\.json))]])
    }

    /// The finalizers as a whole.
    public static func keeping(finalizers: [String]) -> MergePatch {
        MergePatch([
            "metadata": ["finalizers": finalizers.isEmpty ? .null : .array(finalizers.map { .string($0) })]
        ])
    }

    /// What a refresh has changed of the status.
    ///
    /// - Parameter new: The status after the refresh.
    /// - Returns: `nil` if nothing has to be written.
    public func changes(to new: ApplicationStatus) -> MergePatch? {
        guard let patch = MergePatch(from: .object(status.refreshed), to: .object(new.refreshed)) else {
            return nil
        }
        return MergePatch(["status": patch.json])
    }

    /// Takes the wish for a refresh away; the patch fails if another one was made in between (S150).
    ///
    /// - Returns: `nil` if there is none.
    public var removingRefresh: JSONPatch? {
        guard let refresh = metadata.refresh else { return nil }
        let value = at("metadata", "annotations", AnnotationKey.refresh)
        let timestamp = at("metadata", "annotations", AnnotationKey.refreshTimestamp)
        guard let identity = refresh.timestamp else {
            // A new timestamp would not be seen by a test of the value alone.
            return JSONPatch([
                .test(at("metadata", "resourceVersion"), .string(metadata.resourceVersion)),
                .remove(value),
            ])
        }
        return JSONPatch([
            .test(timestamp, .string(identity)),
            .test(value, .string(refresh.value)),
            .remove(timestamp), .remove(value),
        ])
    }

    /// Asks for an operation (S113); the patch fails if the Application has become another in between.
    public func requesting(_ operation: OperationRequest) -> JSONPatch {
        var operations: [JSONPatch.Operation] = [
            .test(at("metadata", "resourceVersion"), .string(metadata.resourceVersion)),
            .add(at("operation"), operation.json),
        ]
        if status.operation != nil { operations.append(.remove(at("status", "operationState"))) }
        return JSONPatch(operations)
    }
}

/// The place at the end of a path of names.
private func at(_ steps: String...) -> JSONPointer { JSONPointer(steps) }
