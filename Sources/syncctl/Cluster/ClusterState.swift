import KubeCore

/// What a served cluster says of itself.
struct ClusterState: Equatable {
    var processID: Int32
    /// RFC 3339.
    var startedAt: String
    /// `http://127.0.0.1:PORT`; empty until the server listens.
    var address: String
    var kubeconfig: String
    /// The directory in which objects are kept; `nil` for memory only.
    var data: String?

    var json: JSONValue {
        [
            "running": true, "address": .string(address), "pid": .int(Int64(processID)),
            "startedAt": .string(startedAt), "kubeconfig": .string(kubeconfig),
            "data": data.map { .string($0) } ?? .null,
        ]
    }

    init(
        processID: Int32, startedAt: String, address: String = "", kubeconfig: String, data: String? = nil
    ) {
        self.processID = processID
        self.startedAt = startedAt
        self.address = address
        self.kubeconfig = kubeconfig
        self.data = data
    }

    /// Reads what a server wrote; `nil` if it has not written everything yet.
    init?(_ bytes: [UInt8]) {
        guard let json = (try? JSONValue(parsing: bytes))?.object,
            let processID = json["pid"]?.int.flatMap({ Int32(exactly: $0) }), processID > 1,
            let startedAt = json["startedAt"]?.string, let address = json["address"]?.string,
            let kubeconfig = json["kubeconfig"]?.string
        else { return nil }
        self.init(
            processID: processID, startedAt: startedAt, address: address, kubeconfig: kubeconfig,
            data: json["data"]?.string)
    }
}
