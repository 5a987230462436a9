public import KubeCore

/// How large the two parts of an Application that grow with its objects may become, so that the whole stays below half a
/// megabyte: what a refresh writes of the status, and the state of the operation (I6).
///
/// What others write, the spec above all, is as large as it is; the parts share what that leaves evenly, so that neither
/// depends on which of them is written first.
public enum StatusRoom {
    /// Of the whole object, in bytes.
    public static let limit = 512 << 10
    /// What one part gets at most.
    public static let most = (limit - slack) / 2
    /// What one part gets at least, even where the rest of the object leaves less.
    public static let least = 32 << 10
    /// For what a write adds elsewhere: an entry of the history, and who has written which fields.
    private static let slack = 24 << 10

    /// What one part of this Application may take, in bytes of JSON.
    public static func share(of application: KubeObject) -> Int {
        var rest = application.json
        rest["status"] = nil
        let history = application["status", "history"].map { $0.serialized().count } ?? 0
        return max(least, most - (JSONValue.object(rest).serialized().count + history) / 2)
    }
}

extension String {
    /// As much of the beginning as fits.
    ///
    /// - Parameter limit: In bytes.
    /// - Returns: The same text, or its beginning with a mark that something is missing.
    func cut(to limit: Int) -> String {
        guard utf8.count > limit else { return self }
        var size = 3
        let kept = prefix { character in
            size += character.utf8.count
            return size <= limit
        }
        return kept + "…"
    }
}

extension Array {
    /// As many from the beginning as fit.
    func fitting(_ limit: Int, cost: (Element) -> Int) -> ArraySlice<Element> {
        var left = limit
        return prefix { element in
            left -= cost(element)
            return left >= 0
        }
    }
}
