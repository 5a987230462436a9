/// A request to an API server in Kubernetes' own words: a verb on a resource.
///
/// A value: ``http`` says what goes over the wire.
public struct APIRequest: Hashable, Sendable {
    public enum Verb: Hashable, Sendable {
        case get
        case list(ListOptions)
        case watch(ListOptions)
        case create(KubeObject)
        /// Replaces the whole object; a `resourceVersion` in it makes it conditional.
        case update(KubeObject)
        case patch(Patch)
        case delete(DeleteOptions)
    }

    public enum Patch: Hashable, Sendable {
        /// Server-side apply: the whole of what we want to own.
        case apply(KubeObject, force: Bool)
        /// RFC 7386.
        case merge(JSONValue)
        /// RFC 6902.
        case json(JSONValue)
        /// Kubernetes' own patch with merge keys.
        case strategicMerge(JSONValue)
    }

    /// Which objects of a collection, and in which form.
    public struct ListOptions: Hashable, Sendable {
        public var labelSelector: String?
        public var fieldSelector: String?
        /// Objects a page; 0 for all at once.
        public var limit = 0
        /// Where the page before ended.
        public var continuation: String?
        /// `nil`: the newest state.
        public var resourceVersion: String?
        /// Whether a watch sends bookmarks.
        public var allowsBookmarks = false
        /// How long the server keeps a watch open, in seconds; 0 leaves it to the server.
        public var timeoutSeconds = 0

        public init(labelSelector: String? = nil, fieldSelector: String? = nil) {
            self.labelSelector = labelSelector
            self.fieldSelector = fieldSelector
        }
    }

    public struct DeleteOptions: Hashable, Sendable {
        public enum Propagation: String, Hashable, Sendable {
            case foreground = "Foreground"
            case background = "Background"
            case orphan = "Orphan"
        }

        public var propagation: Propagation?
        /// Only this very object, not another that bears its name by now.
        public var uid: String?
        public var resourceVersion: String?
        public var gracePeriodSeconds: Int64?

        public init(propagation: Propagation? = nil, uid: String? = nil) {
            self.propagation = propagation
            self.uid = uid
        }
    }

    /// How much of each object the answer carries.
    public enum Form: Hashable, Sendable {
        case whole
        /// `PartialObjectMetadata`: metadata without spec and status.
        case metadataOnly
    }

    public var verb: Verb
    public var resource: APIResource
    /// Empty: cluster-scoped, or all namespaces.
    public var namespace: String
    /// Empty for a collection.
    public var name: String
    public var subresource: String
    public var form: Form
    /// The server validates and answers as if it wrote, and writes nothing.
    public var isDryRun: Bool
    public var fieldManager: String

    public init(
        _ verb: Verb, _ resource: APIResource, namespace: String = "", name: String = "",
        subresource: String = "",
        form: Form = .whole, isDryRun: Bool = false, fieldManager: String = "syncctl"
    ) {
        self.verb = verb
        self.resource = resource
        self.namespace = namespace
        self.name = name
        self.subresource = subresource
        self.form = form
        self.isDryRun = isDryRun
        self.fieldManager = fieldManager
    }
}
