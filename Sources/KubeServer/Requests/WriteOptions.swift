import KubeCore

/// What a writing request's query and headers ask for.
struct WriteOptions: Hashable, Sendable {
    var isDryRun: Bool
    /// Who owns the fields that are written.
    var manager: String
    /// The `fieldManager` as it was given; `nil` if the manager comes from the user agent.
    var givenManager: String?
    var force: Bool?

    /// Reads them; `kind` is that of the options, as failures name it: `CreateOptions`.
    init(_ request: HTTPRequest, _ target: RequestTarget, kind: String) throws(StatusFailure) {
        let dryRun = target.query["dryRun"] ?? []
        guard dryRun.allSatisfy({ $0 == "All" }) else {
            let list = "[]string{" + dryRun.map(\.quoted).joined(separator: ", ") + "}"
            throw .invalid(
                group: "meta.k8s.io", kind: kind, name: "", [.unsupported("dryRun", list, ["All"])])
        }
        isDryRun = !dryRun.isEmpty
        givenManager = target.option("fieldManager")
        if let givenManager, givenManager.utf8.count > 128 {
            throw .invalid(
                group: "meta.k8s.io", kind: kind, name: "",
                [.tooLong("fieldManager", givenManager, 128)])
        }
        let agent = request.headers.first { $0.name.lowercased() == "user-agent" }?.value ?? ""
        manager = givenManager ?? String(agent.split(separator: "/").first ?? "unknown")
        force = target.query["force"].map { _ in target.flag("force") }
    }

    /// For writes that nobody asked for.
    init(manager: String) {
        isDryRun = false
        self.manager = manager
        givenManager = manager
    }
}
