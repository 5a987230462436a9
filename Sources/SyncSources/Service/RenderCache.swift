import KubeCore
import SyncEngine

/// What was rendered, by what it was rendered from: a value, bounded by bytes.
struct RenderCache {
    /// What a result depends on besides the repository's content.
    struct Key: Hashable {
        var source: JSONValue
        /// `nil` where the tool is not told for whom it renders.
        var identity: RenderIdentity?
        /// Name and version; empty where there is no tool.
        var tool: String
        /// The other repositories whose files may be used, by their `ref`.
        var references: [String: String]
        /// What alone decides, if the Application says so.
        var given: Set<RenderInput>
    }

    /// One result.
    struct Entry {
        var outcome: Result<RenderedFolder, RenderFailure>
        /// By `ref`, the source's own under an empty one.
        var commits: [String: String]
        /// The ids of what the result depends on; what is not there has none.
        var inputs: [RenderInput: String?]
        var bytes: Int
        fileprivate var use = 0

        init(
            outcome: Result<RenderedFolder, RenderFailure>, commits: [String: String],
            inputs: [RenderInput: String?], bytes: Int
        ) {
            self.outcome = outcome
            self.commits = commits
            self.inputs = inputs
            self.bytes = bytes
        }
    }

    let limit: Int
    private(set) var bytes = 0
    private var entries: [Key: Entry] = [:]
    private var uses = 0

    var count: Int { entries.count }

    init(limit: Int) {
        self.limit = limit
    }

    /// Finds what was rendered last, whether it still holds or not.
    mutating func entry(_ key: Key) -> Entry? {
        uses += 1
        entries[key]?.use = uses
        return entries[key]
    }

    /// Keeps a result, and lets go of those that were not used for the longest time.
    mutating func keep(_ entry: Entry, for key: Key) {
        remove(key)
        guard entry.bytes <= limit else { return }
        uses += 1
        var entry = entry
        entry.use = uses
        entries[key] = entry
        bytes += entry.bytes
        guard bytes > limit else { return }
        for (oldest, _) in entries.sorted(by: { $0.value.use < $1.value.use }) where bytes > limit / 10 * 9 {
            remove(oldest)
        }
    }

    /// Says for which commits an entry has been found to hold.
    mutating func confirm(_ key: Key, _ commits: [String: String]) {
        entries[key]?.commits = commits
    }

    private mutating func remove(_ key: Key) {
        guard let entry = entries.removeValue(forKey: key) else { return }
        bytes -= entry.bytes
    }
}

extension JSONValue {
    /// About how many bytes of memory this takes.
    var memoryBytes: Int {
        switch self {
        case .null, .bool, .int, .double: 16
        case .string(let text): 16 + (text.utf8.count > 15 ? 32 + text.utf8.count : 0)
        case .array(let elements): elements.reduce(48) { $0 + $1.memoryBytes }
        case .object(let members):
            members.members.reduce(48) {
                $0 + 16 + ($1.key.utf8.count > 15 ? 32 + $1.key.utf8.count : 0) + $1.value.memoryBytes
            }
        }
    }
}
