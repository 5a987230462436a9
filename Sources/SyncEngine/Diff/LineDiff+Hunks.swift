extension LineDiff {
    /// Changes that stand near one another, with the lines around them.
    public struct Hunk: Hashable, Sendable {
        /// Lines of a text, counted from 1; of no lines, the line before them.
        public struct Place: Hashable, Sendable, CustomStringConvertible {
            public var start: Int
            public var count: Int

            /// `3,4`, and `3` for one line.
            public var description: String { count == 1 ? "\(start)" : "\(start),\(count)" }
        }

        public var old: Place
        public var new: Place
        public var edits: [Edit]

        /// `@@ -1,3 +1,4 @@`
        public var heading: String { "@@ -\(old) +\(new) @@" }
    }

    /// The changes with so many unchanged lines around them, as a unified diff shows them.
    public func hunks(context: Int = 3) -> [Hunk] {
        var shown: [Range<Int>] = []
        for index in edits.indices where !edits[index].isKept {
            let around = max(0, index - context)..<min(edits.count, index + context + 1)
            if let last = shown.last, last.upperBound >= around.lowerBound {
                shown[shown.count - 1] = last.lowerBound..<around.upperBound
            } else {
                shown.append(around)
            }
        }
        var place = (old: 0, new: 0, edit: 0)
        return shown.map { range in
            // Between hunks both texts go on in step.
            place.old += range.lowerBound - place.edit
            place.new += range.lowerBound - place.edit
            place.edit = range.upperBound
            let hunk = Hunk(Array(edits[range]), after: (place.old, place.new))
            place.old += hunk.old.count
            place.new += hunk.new.count
            return hunk
        }
    }
}

extension LineDiff.Hunk {
    fileprivate init(_ edits: [LineDiff.Edit], after before: (old: Int, new: Int)) {
        self.edits = edits
        let kept = edits.count(where: \.isKept)
        let removed = edits.count { if case .removed = $0 { true } else { false } }
        let added = edits.count - kept - removed
        old = Place(start: before.old + (kept + removed > 0 ? 1 : 0), count: kept + removed)
        new = Place(start: before.new + (kept + added > 0 ? 1 : 0), count: kept + added)
    }
}
