import KubeCore

/// How an object is to be deleted.
struct DeleteOptions: Hashable, Sendable {
    enum Propagation: String, Sendable {
        case foreground = "Foreground"
        case background = "Background"
        case orphan = "Orphan"
    }

    var propagation: Propagation?
    var uid: String?
    var resourceVersion: String?
    var gracePeriodSeconds: Int64?
    var isDryRun = false

    init() {}

    /// From the body, or from the query where there is none.
    init(_ request: HTTPRequest, _ query: RequestTarget) throws(StatusFailure) {
        var given = JSONObject()
        if !request.body.isEmpty {
            do throws(JSONParseFailure) {
                given = try JSONValue(parsing: request.body).object ?? JSONObject()
            } catch {
                throw .badRequest(
                    "couldn't get version/kind; json parse error: \(error.goText(in: request.body))")
            }
        } else {
            if let text = query.option("gracePeriodSeconds"), let seconds = Int64(text) {
                given["gracePeriodSeconds"] = .int(seconds)
            }
            for name in ["propagationPolicy", "orphanDependents"] {
                if let text = query.option(name) {
                    given[name] = name == "orphanDependents" ? .bool(text == "true") : .string(text)
                }
            }
        }
        let dryRun = (given["dryRun"]?.array?.compactMap(\.string) ?? []) + (query.query["dryRun"] ?? [])
        var problems: [FieldProblem] = []
        if !dryRun.allSatisfy({ $0 == "All" }) {
            problems.append(
                .unsupported(
                    "dryRun", "[]string{" + dryRun.map(\.quoted).joined(separator: ", ") + "}", ["All"]))
        }
        if let text = given["propagationPolicy"]?.string {
            propagation = Propagation(rawValue: text)
            if propagation == nil {
                problems.append(
                    .unsupported(
                        "propagationPolicy", text.quoted, ["Foreground", "Background", "Orphan", "nil"]))
            }
        }
        if let orphans = given["orphanDependents"]?.bool {
            if given["propagationPolicy"]?.string != nil {
                problems.append(
                    .invalid(
                        "propagationPolicy", "0x0",
                        "orphanDependents and deletionPropagation cannot be both set"))
            }
            propagation = orphans ? .orphan : .background
        }
        guard problems.isEmpty else {
            throw .invalid(group: "meta.k8s.io", kind: "DeleteOptions", name: "", problems)
        }
        isDryRun = !dryRun.isEmpty
        uid = given[path: ["preconditions", "uid"]]?.string
        resourceVersion = given[path: ["preconditions", "resourceVersion"]]?.string
        gracePeriodSeconds = given["gracePeriodSeconds"]?.int
    }
}
