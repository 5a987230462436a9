import KubeCore

/// Pages of lists that have been begun, so that the next page shows the same moment.
struct PageSnapshots: Sendable {
    private struct Key: Hashable {
        var resource: GroupResource
        var version: UInt64
    }

    /// How many moments are kept; the oldest goes first.
    static let limit = 64

    private var records: [Key: [Record]] = [:]
    private var order: [Key] = []

    /// The collection as it was at a version.
    subscript(_ resource: GroupResource, _ version: UInt64) -> [Record]? {
        records[Key(resource: resource, version: version)]
    }

    mutating func keep(_ list: [Record], of resource: GroupResource, at version: UInt64) {
        let key = Key(resource: resource, version: version)
        guard records.updateValue(list, forKey: key) == nil else { return }
        order.append(key)
        if order.count > Self.limit { records[order.removeFirst()] = nil }
    }
}

extension ServerState {
    func get(_ scope: RequestScope, _ query: RequestTarget) throws(StatusFailure) -> Answer {
        if scope.subresource == .log { return try log(scope, query) }
        if query.flag("watch") || scope.target.isWatchPath {
            var scope = scope
            var query = query
            query.query["fieldSelector"] = ["metadata.name=\(scope.target.name)"]
            scope.target.name = ""
            return try watch(scope, query)
        }
        if let text = query.option("resourceVersion") {
            try checkReachable(try Self.version(text))
        }
        guard let record = store[scope.groupResource, scope.target.namespace, scope.target.name] else {
            throw scope.notFound
        }
        if scope.subresource == .scale { return .response(.json(.object(try scale(of: record, scope)))) }
        return .response(scope.answer(record))
    }

    mutating func list(_ scope: RequestScope, _ query: RequestTarget) throws(StatusFailure) -> Answer {
        if query.flag("watch") || scope.target.isWatchPath { return try watch(scope, query) }
        let selection = try selection(scope, query)
        let limit = try Self.number(query, "limit") ?? 0
        if let text = query.option("resourceVersion") {
            let wanted = try Self.version(text)
            if query.option("continue") == nil { try checkReachable(wanted) }
        }
        let page = try page(scope, query, limit: Int(clamping: limit))
        let all = page.records
        let matching = all.lazy.filter(selection.matches)
        guard limit > 0 else {
            return .response(
                scope.answer(Array(matching), version: page.version, continuation: nil, remaining: nil))
        }
        var taken: [Record] = []
        var last: Record?
        var isMore = false
        for record in matching {
            if taken.count == limit {
                isMore = true
                break
            }
            taken.append(record)
            last = record
        }
        guard isMore, let last else {
            return .response(scope.answer(taken, version: page.version, continuation: nil, remaining: nil))
        }
        let token = ContinueToken(version: page.version, after: last.place, in: scope.target.namespace)
        var remaining: Int?
        if selection.isEverything { remaining = all.count - taken.count }
        return .response(
            scope.answer(taken, version: page.version, continuation: token.text, remaining: remaining))
    }

    /// The records from which a page is taken, and the version that they show.
    private mutating func page(
        _ scope: RequestScope, _ query: RequestTarget, limit: Int
    ) throws(StatusFailure) -> (records: ArraySlice<Record>, version: UInt64) {
        let namespace = scope.target.namespace
        guard let text = query.option("continue") else {
            let collection = store.collection(scope.groupResource)
            if limit > 0 { pages.keep(collection.records, of: scope.groupResource, at: store.version) }
            return (collection.records(in: namespace), store.version)
        }
        if let version = query.option("resourceVersion"), version != "0" {
            throw .badRequest("specifying resource version is not allowed when using continue")
        }
        let token = try ContinueToken(text, in: namespace)
        guard let records = pages[scope.groupResource, token.version] else {
            throw .expired(
                "The provided continue parameter is too old to display a consistent list result. You can start a new "
                    + "list without the continue parameter, or use the continue token in this response to retrieve "
                    + "the remainder of the results. Continuing with the provided token results in an inconsistent "
                    + "list - objects that were created, modified, or deleted between the time the first chunk was "
                    + "returned and now may show up in the list.")
        }
        let start = records.partitionPoint { !(token.after < $0.place) }
        let rest = records[start...]
        let end = namespace.isEmpty ? rest.endIndex : rest.partitionPoint { $0.namespace <= namespace }
        return (rest[start..<end], token.version)
    }

    func watch(_ scope: RequestScope, _ query: RequestTarget) throws(StatusFailure) -> Answer {
        let selection = try selection(scope, query)
        let wantsInitial = query.option("sendInitialEvents").map { _ in query.flag("sendInitialEvents") }
        let text = query.option("resourceVersion")
        let given = try text.map { text throws(StatusFailure) in try Self.version(text) } ?? 0
        if wantsInitial != nil, query.option("resourceVersionMatch") != "NotOlderThan" {
            throw .invalid(
                group: "meta.k8s.io", kind: "ListOptions", name: "",
                [
                    .forbidden(
                        "resourceVersionMatch",
                        "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan")
                ])
        }
        try checkReachable(given)
        let collection = store.collection(scope.groupResource)
        let startsFresh = wantsInitial ?? (given == 0)
        var initial: [Record] = []
        if startsFresh { initial = collection.records(in: scope.target.namespace).filter(selection.matches) }
        return .watch(
            WatchRequest(
                resource: scope.resource, version: scope.version.name, namespace: scope.target.namespace,
                selection: selection, form: scope.form, after: startsFresh ? store.version : given,
                initial: initial,
                sendsBookmarks: query.flag("allowWatchBookmarks"),
                marksInitialEnd: wantsInitial == true && query.flag("allowWatchBookmarks"),
                timeoutSeconds: try Self.number(query, "timeoutSeconds") ?? 1800))
    }

    private func checkReachable(_ version: UInt64) throws(StatusFailure) {
        guard version > store.version else { return }
        throw StatusFailure(
            504, "Timeout", "Timeout: Too large resource version: \(version), current: \(store.version)",
            StatusFailure.Details(
                causes: [.init(reason: "ResourceVersionTooLarge", message: "Too large resource version")],
                retryAfterSeconds: 1))
    }

    static func version(_ text: String) throws(StatusFailure) -> UInt64 {
        guard let version = UInt64(text) else {
            throw .internalError(
                "resourceVersion: Invalid value: \(text.quoted): strconv.ParseUint: parsing \(text.quoted): invalid syntax"
            )
        }
        return version
    }

    private static func number(_ query: RequestTarget, _ name: String) throws(StatusFailure) -> Int64? {
        guard let text = query.option(name) else { return nil }
        guard let number = Int64(text) else {
            throw .badRequest("strconv.ParseInt: parsing \(text.quoted): invalid syntax")
        }
        return number
    }
}

/// Where a page ended, as clients carry it to the next.
struct ContinueToken: Equatable {
    var version: UInt64
    var after: RecordPlace
    private var isInNamespace: Bool

    init(version: UInt64, after: RecordPlace, in namespace: String) {
        self.version = version
        self.after = after
        isInNamespace = !namespace.isEmpty
    }

    init(_ text: String, in namespace: String) throws(StatusFailure) {
        guard let bytes = Base64.decoded(text, urlSafe: true) else {
            throw .badRequest(
                "invalid continue token: continue key is not valid: illegal base64 data at input byte 0")
        }
        // The failure's text says as much as a client can use.
        guard let json = try? JSONValue(parsing: bytes), json["v"] == "meta.k8s.io/v1",
            let version = json["rv"]?.int, version > 0, let start = json["start"]?.string
        else {
            let first = String(decoding: bytes.prefix(1), as: UTF8.self)
            throw .badRequest(
                "invalid continue token: continue key is not valid: invalid character '\(first)' looking for "
                    + "beginning of value")
        }
        let name = start.last == "\0" ? String(start.dropLast()) : start
        let parts = name.split(separator: "/", maxSplits: 1).map(String.init)
        self.version = UInt64(version)
        isInNamespace = !namespace.isEmpty
        after =
            namespace.isEmpty && parts.count == 2
            ? RecordPlace(namespace: parts[0], name: parts[1]) : RecordPlace(namespace: namespace, name: name)
    }

    var text: String {
        let start = isInNamespace || after.namespace.isEmpty ? after.name : "\(after.namespace)/\(after.name)"
        let json: JSONValue = [
            "v": "meta.k8s.io/v1", "rv": .int(Int64(clamping: version)), "start": .string(start + "\0"),
        ]
        return Base64.encoded(json.serialized(), urlSafe: true)
    }
}
