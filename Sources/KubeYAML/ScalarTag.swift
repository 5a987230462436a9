/// What a tag asks of a scalar.
enum ScalarTag: Hashable {
    /// No tag: the text decides.
    case none
    case string
    case bool
    case int
    case float
    case null
    case timestamp
    case binary
    /// `<<` with this tag merges.
    case merge
    /// Any other tag, ours to ignore: the text is a string.
    case unknown

    init(_ tag: String?) {
        guard let tag, !tag.isEmpty else {
            self = .none
            return
        }
        self =
            switch tag {
            case "tag:yaml.org,2002:str": .string
            case "tag:yaml.org,2002:bool": .bool
            case "tag:yaml.org,2002:int": .int
            case "tag:yaml.org,2002:float": .float
            case "tag:yaml.org,2002:null": .null
            case "tag:yaml.org,2002:timestamp": .timestamp
            case "tag:yaml.org,2002:binary": .binary
            case "tag:yaml.org,2002:merge": .merge
            default: .unknown
            }
    }

    /// As a person writes it; empty where there is nothing to show.
    var shortName: String {
        switch self {
        case .none, .unknown: ""
        case .string: "!!str"
        case .bool: "!!bool"
        case .int: "!!int"
        case .float: "!!float"
        case .null: "!!null"
        case .timestamp: "!!timestamp"
        case .binary: "!!binary"
        case .merge: "!!merge"
        }
    }
}
