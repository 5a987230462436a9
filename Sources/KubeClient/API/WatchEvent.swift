public import KubeCore

/// One line of a watch.
public enum WatchEvent: Hashable, Sendable {
    case added(KubeObject)
    case modified(KubeObject)
    /// With the object as it last was.
    case deleted(KubeObject)
    /// Nothing changed up to this version: where a later watch may go on.
    case bookmark(resourceVersion: String)
    /// The watch is over; 410 means that its version is too old.
    case failed(APIFailure)
    /// A line that cannot be read: one lost event, and no reason to stop. Quotes nothing.
    case unreadable(String)

    /// Reads one line of a watch.
    public init(line: [UInt8]) {
        let json: JSONValue
        do throws(JSONParseFailure) {
            json = try JSONValue(parsing: line)
        } catch {
            self = .unreadable("a watch event is no JSON: \(error)")
            return
        }
        guard let type = json["type"]?.string, let value = json["object"], let members = value.object else {
            self = .unreadable("a watch event has no type or no object")
            return
        }
        let object = KubeObject(members)
        self =
            switch type {
            case "ADDED": .added(object)
            case "MODIFIED": .modified(object)
            case "DELETED": .deleted(object)
            case "BOOKMARK": .bookmark(resourceVersion: object.resourceVersion)
            case "ERROR": .failed(APIFailure(status: value))
            default: .unreadable("a watch event is of an unknown type")
            }
        if object.name.isEmpty, self.object != nil {
            self = .unreadable("a watch event's object has no name")
        }
    }

    /// The object, where the event is about one.
    public var object: KubeObject? {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object
        case .bookmark, .failed, .unreadable: nil
        }
    }

    /// The version of the collection after this event; empty if it tells none.
    public var resourceVersion: String {
        switch self {
        case .added(let object), .modified(let object), .deleted(let object): object.resourceVersion
        case .bookmark(let version): version
        case .failed, .unreadable: ""
        }
    }
}
