import ArgumentParser

/// An application as a person names it: `name` or `namespace/name` (C1).
struct AppName: ExpressibleByArgument {
    var namespace: String?
    var name: String

    /// What a source is rendered for where there is no application.
    static let standIn = AppName(name: "app")

    private init(name: String) {
        self.name = name
    }

    init?(argument: String) {
        let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard (1...2).contains(parts.count), parts.allSatisfy(AppName.isName) else { return nil }
        namespace = parts.count == 2 ? parts[0] : nil
        name = parts[parts.count - 1]
    }

    /// What a name has to be like, where the argument parser says only that one is not.
    ///
    /// - Parameter text: Its message.
    /// - Returns: A sentence; `nil` where it is about something else.
    static func rule(for text: String) -> String? {
        guard text.contains("is invalid for '<name") else { return nil }
        return
            "A name is NAME or NAMESPACE/NAME: lower-case letters, digits, - and ., at most 253 each, beginning and "
            + "ending with a letter or digit."
    }

    var defaultValueDescription: String { name }

    /// The name under which objects are tracked (S179).
    var instance: String { namespace.map { "\($0)_\(name)" } ?? name }

    /// Lower-case letters, digits, `-` and `.`, beginning and ending with a letter or digit; at most 253.
    private static func isName(_ text: String) -> Bool {
        let isInner = { (byte: UInt8) in
            (97...122).contains(byte) || (48...57).contains(byte) || byte == 45 || byte == 46
        }
        let isEnd = { (byte: UInt8) in isInner(byte) && byte != 45 && byte != 46 }
        guard let first = text.utf8.first, let last = text.utf8.last, text.utf8.count <= 253 else {
            return false
        }
        return text.utf8.allSatisfy(isInner) && isEnd(first) && isEnd(last)
    }
}
