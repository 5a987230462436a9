/// Columns of text, as wide as their widest cell or a given minimum, two spaces apart.
struct TextTable {
    var header: [String]
    var minimumWidths: [Int] = []
    var rows: [[String]] = []

    /// The table's lines, header first.
    ///
    /// - Parameter width: Longer lines are cut; `nil` for none.
    /// - Returns: One text a line, without line ends.
    func lines(width: Int? = nil) -> [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in
            let minimum = column < minimumWidths.count ? minimumWidths[column] : 0
            return max(minimum, all.map { $0[column].count }.max() ?? 0)
        }
        return all.map { TextTable.line($0, widths: widths, cutAt: width) }
    }

    /// One line of such a table.
    static func line(_ cells: [String], widths: [Int], cutAt width: Int? = nil) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            text += cell.replacing("\n", with: " ").printable
            guard index < cells.count - 1 else { break }
            text += String(repeating: " ", count: max(0, widths[index] - cell.count) + 2)
        }
        return width.map { String(text.prefix($0)) } ?? text
    }
}
