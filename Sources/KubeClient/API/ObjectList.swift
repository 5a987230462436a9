public import KubeCore

/// The objects of a collection at one point in time.
public struct ObjectList: Hashable, Sendable {
    public var items: [KubeObject]
    /// The point in time: where a watch goes on.
    public var resourceVersion: String
    /// Where the next page begins; empty on the last.
    public var continuation: String
    /// What is wrong with items that are no objects; the others are not affected.
    public var unreadable: [String]

    public init(
        items: [KubeObject] = [], resourceVersion: String = "", continuation: String = "",
        unreadable: [String] = []
    ) {
        self.items = items
        self.resourceVersion = resourceVersion
        self.continuation = continuation
        self.unreadable = unreadable
    }

    /// From the JSON of a `…List`. Its items leave out what kind they are, which is filled in.
    init?(_ json: JSONValue, of resource: APIResource, form: APIRequest.Form) {
        guard let list = json.object,
            let elements = list["items"]?.array ?? (list["items"] == nil || list["items"] == .null ? [] : nil)
        else { return nil }
        self.init(
            resourceVersion: json["metadata"]?["resourceVersion"]?.string ?? "",
            continuation: json["metadata"]?["continue"]?.string ?? "")
        for (index, element) in elements.enumerated() {
            guard var object = element.object, object["metadata"]?["name"]?.string != nil else {
                unreadable.append("item \(index) is no object with a name")
                continue
            }
            // Partial objects call themselves `PartialObjectMetadata`; what they are part of is what counts.
            if object["kind"] == nil || form == .metadataOnly {
                object["apiVersion"] = .string(resource.kind.apiVersion)
                object["kind"] = .string(resource.kind.kind)
            }
            items.append(KubeObject(object))
        }
    }
}

extension APIClient {
    /// Lists a collection to its end, page by page.
    ///
    /// - Parameters:
    ///   - resource: The collection.
    ///   - namespace: Empty for all.
    ///   - options: Which objects. Without a limit, pages hold 500.
    ///   - form: How much of each object.
    /// - Returns: All objects, as of the first page.
    /// - Throws: ``ClientFailure``.
    public func list(
        _ resource: APIResource, namespace: String = "",
        options: APIRequest.ListOptions = APIRequest.ListOptions(), form: APIRequest.Form = .whole
    ) async throws(ClientFailure) -> ObjectList {
        var options = options
        if options.limit == 0 { options.limit = 500 }
        do throws(ClientFailure) {
            return try await pages(APIRequest(.list(options), resource, namespace: namespace, form: form))
        } catch {
            guard error.isExpired else { throw error }
            // The pages took longer than the server keeps their point in time: once more, all at once.
            options.limit = 0
            options.continuation = nil
            return try await page(APIRequest(.list(options), resource, namespace: namespace, form: form))
        }
    }

    /// One page, or as much as the options ask for.
    public func page(_ request: APIRequest) async throws(ClientFailure) -> ObjectList {
        try await Self.list(try await send(request).body, of: request)
    }

    private func pages(_ request: APIRequest) async throws(ClientFailure) -> ObjectList {
        var request = request
        var whole = try await page(request)
        while !whole.continuation.isEmpty {
            guard case .list(var options) = request.verb else { break }
            options.continuation = whole.continuation
            // Only the first page may ask for a version; the token holds it from there.
            options.resourceVersion = nil
            request.verb = .list(options)
            let next = try await page(request)
            whole.items += next.items
            whole.unreadable += next.unreadable
            whole.continuation = next.continuation
            if !next.resourceVersion.isEmpty { whole.resourceVersion = next.resourceVersion }
        }
        return whole
    }

    /// Off the caller's actor: a page is megabytes of JSON.
    @concurrent
    private static func list(_ body: [UInt8], of request: APIRequest) async throws(ClientFailure)
        -> ObjectList
    {
        let json: JSONValue
        do throws(JSONParseFailure) {
            json = try JSONValue(parsing: body)
        } catch {
            throw .undecodable("\(request.subject): the answer is no JSON: \(error)")
        }
        guard let list = ObjectList(json, of: request.resource, form: request.form) else {
            throw .undecodable("\(request.subject): the answer is JSON, but no list")
        }
        return list
    }
}
