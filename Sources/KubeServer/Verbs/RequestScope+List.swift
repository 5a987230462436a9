import KubeCore

extension RequestScope {
    /// The answer for a list.
    func answer(_ records: [Record], version listVersion: UInt64, continuation: String?, remaining: Int?)
        -> HTTPResponse
    {
        var metadata: JSONObject = ["resourceVersion": .string(String(listVersion))]
        if let continuation { metadata["continue"] = .string(continuation) }
        if let remaining { metadata["remainingItemCount"] = .int(Int64(remaining)) }
        switch form {
        case .whole:
            return .json(wholeList(records, metadata))
        case .metadata:
            return .json(
                [
                    "kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1",
                    "metadata": .object(metadata),
                    "items": records.isEmpty
                        ? .null : .array(records.map { .object(Self.partial($0.object)) }),
                ])
        case .table:
            let printer = TablePrinter(resource: resource, version: version, now: now)
            return .json(printer.table(of: records.map(versioned), metadata: metadata))
        }
    }

    /// The list's bytes put together from those of the items: nothing is read or written anew.
    private func wholeList(_ records: [Record], _ metadata: JSONObject) -> [UInt8] {
        let head: JSONObject = [
            "kind": .string(resource.listKind), "apiVersion": .string(apiVersion),
            "metadata": .object(metadata),
        ]
        var bytes = JSONValue.object(head).serialized()
        bytes.removeLast()
        bytes += Array(#","items":["#.utf8)
        bytes.reserveCapacity(bytes.count + records.reduce(0) { $0 + $1.bytes.count + 1 })
        let isStored = version.name == resource.storageVersion
        // Items of built-in kinds do not repeat kind and apiVersion.
        let prefix = resource.isCustom ? 0 : typePrefix
        for (index, record) in records.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            let item = isStored ? record.bytes : JSONValue.object(versioned(record)).serialized()
            if prefix > 0 {
                bytes.append(UInt8(ascii: "{"))
                bytes += item[prefix...]
            } else {
                bytes += item
            }
        }
        bytes += Array("]}".utf8)
        return bytes
    }

    /// The length of `{"kind":"…","apiVersion":"…",`.
    private var typePrefix: Int {
        let head: JSONObject = ["kind": .string(resource.kind), "apiVersion": .string(apiVersion)]
        return JSONValue.object(head).serialized().count
    }
}
