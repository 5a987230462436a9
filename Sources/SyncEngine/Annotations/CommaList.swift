/// The items of a list-valued annotation (S1): split at commas, trimmed, empty ones dropped, order kept.
func commaList(_ text: String?) -> [String] {
    guard let text else { return [] }
    return text.split(separator: ",").compactMap { item in
        let trimmed = item.trimmingSpace
        return trimmed.isEmpty ? nil : String(trimmed)
    }
}

extension Substring {
    /// Without white space at either end.
    var trimmingSpace: Substring {
        let tail = drop { $0.isWhitespace }
        guard let last = tail.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return tail[...last]
    }
}
