public import KubeCore

/// A list of sync options, of an operation or of one object (S17).
public struct SyncOptions: Hashable, Sendable {
    /// As written: `Name=value`.
    public var items: [String]

    public init(_ items: [String] = []) {
        self.items = items
    }

    /// The options in an object's annotation.
    public init(of object: KubeObject) {
        items = commaList(object.annotation(AnnotationKey.syncOptions))
    }

    /// Whether exactly this item is there.
    public func contains(_ item: String) -> Bool { items.contains(item) }

    /// The value of the first item of that name.
    public func value(_ name: String) -> String? {
        items.first { $0.hasPrefix(name + "=") }.map { String($0.dropFirst(name.count + 1)) }
    }
}
