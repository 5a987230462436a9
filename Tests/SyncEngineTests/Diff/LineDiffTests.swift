import SyncEngine
import Testing

@Suite("Differences of lines")
struct LineDiffTests {
    struct Case: CustomTestStringConvertible {
        /// One character a line.
        var old: String
        var new: String
        /// ` ` kept, `-` removed, `+` added.
        var edits: String
        var testDescription: String { "\(old) → \(new)" }

        init(_ old: String, _ new: String, _ edits: String) {
            self.old = old
            self.new = new
            self.edits = edits
        }
    }

    static let cases = [
        Case("", "", ""), Case("abc", "abc", " a b c"), Case("", "ab", "+a+b"), Case("ab", "", "-a-b"),
        Case("a", "b", "-a+b"), Case("abc", "axc", " a-b+x c"), Case("abc", "ac", " a-b c"),
        Case("ac", "abc", " a+b c"), Case("aab", "ab", " a-a b"),
        Case("abcabba", "cbabac", "-a-b c+b a b-b a+c"),
        Case("é", "e\u{301}", "-é+e\u{301}"),
    ]

    @Test("S161 the fewest lines change", arguments: cases)
    func edits(_ row: Case) {
        let diff = LineDiff(from: lines(row.old), to: lines(row.new))
        #expect(restored(diff.edits, .old) == lines(row.old))
        #expect(restored(diff.edits, .new) == lines(row.new))
        #expect(changes(diff) == row.edits.count { $0 == "-" || $0 == "+" })
        #expect(diff.isEmpty == (row.old == row.new && row.old != "é"))
        if row.old != "abcabba" { #expect(diff.edits.map(\.text).joined() == row.edits) }
    }

    @Test("S161 hunks have three lines around them, are told their places, and join where they meet")
    func hunks() {
        let old = (1...30).map { "line \($0)" }
        var new = old
        new[4] = "five"
        new.remove(at: 10)
        new.insert("more", at: 28)
        let hunks = LineDiff(from: old, to: new).hunks()
        #expect(hunks.map(\.heading) == ["@@ -2,13 +2,12 @@", "@@ -27,4 +26,5 @@"])
        #expect(LineDiff(from: [], to: ["a"]).hunks().map(\.heading) == ["@@ -0,0 +1 @@"])
        #expect(LineDiff(from: ["a", "b"], to: []).hunks().map(\.heading) == ["@@ -1,2 +0,0 @@"])
        #expect(LineDiff(from: old, to: old).hunks().isEmpty)
        #expect(LineDiff(from: old, to: new).hunks(context: 0).map(\.heading).first == "@@ -5 +5 @@")
    }

    @Test("S161 the hunks, applied to the old text, give the new one; and there is no shorter way")
    func property() {
        var random = SeededGenerator(seed: SeededGenerator.runSeed)
        for _ in 0..<(SeededGenerator.cases * 20) {
            let alphabet = Array("abcdef".prefix(Int.random(in: 1...6, using: &random))).map(String.init)
            let old = (0..<Int.random(in: 0...30, using: &random)).map { _ in random.pick(alphabet) }
            let new = (0..<Int.random(in: 0...30, using: &random)).map { _ in random.pick(alphabet) }
            let diff = LineDiff(from: old, to: new)
            let context = Int.random(in: 0...4, using: &random)
            #expect(applied(diff.hunks(context: context), to: old) == new, "\(old) \(new)")
            #expect(changes(diff) == old.count + new.count - 2 * commonLength(old, new), "\(old) \(new)")
        }
    }

    @Test("S161 I6 long texts that have little in common take no endless time, and still give each other")
    func long() {
        var random = SeededGenerator(seed: SeededGenerator.runSeed)
        let old = (0..<20_000).map { _ in "\(Int.random(in: 0..<1_000_000, using: &random))" }
        let new = (0..<20_000).map { index in
            random.chance(20) ? old[index] : "\(Int.random(in: 0..<1_000_000, using: &random))"
        }
        let diff = LineDiff(from: old, to: new)
        #expect(applied(diff.hunks(), to: old) == new)
    }

    // MARK: Judges that know nothing of the search

    private func lines(_ text: String) -> [String] { text.map(String.init) }

    private enum Side { case old, new }

    private func restored(_ edits: [LineDiff.Edit], _ side: Side) -> [String] {
        edits.compactMap { edit in
            switch edit {
            case .kept(let line): line
            case .removed(let line): side == .old ? line : nil
            case .added(let line): side == .new ? line : nil
            }
        }
    }

    private func changes(_ diff: LineDiff) -> Int {
        diff.edits.count { if case .kept = $0 { false } else { true } }
    }

    /// As `patch` does it: by the places in the headings.
    private func applied(_ hunks: [LineDiff.Hunk], to old: [String]) -> [String] {
        var new: [String] = []
        var position = 0
        for hunk in hunks {
            let start = hunk.old.count > 0 ? hunk.old.start - 1 : hunk.old.start
            new += old[position..<start]
            #expect(new.count == (hunk.new.count > 0 ? hunk.new.start - 1 : hunk.new.start))
            #expect(restored(hunk.edits, .old) == Array(old[start..<(start + hunk.old.count)]))
            new += restored(hunk.edits, .new)
            position = start + hunk.old.count
        }
        return new + old[position...]
    }

    private func commonLength(_ left: [String], _ right: [String]) -> Int {
        var row = Array(repeating: 0, count: right.count + 1)
        for element in left {
            var diagonal = 0
            for (index, other) in right.enumerated() {
                let above = row[index + 1]
                row[index + 1] = element == other ? diagonal + 1 : max(above, row[index])
                diagonal = above
            }
        }
        return row[right.count]
    }
}

extension LineDiff.Edit {
    fileprivate var text: String {
        switch self {
        case .kept(let line): " " + line
        case .removed(let line): "-" + line
        case .added(let line): "+" + line
        }
    }
}
