extension Character {
    /// One that ends a line or moves a terminal's cursor.
    var isASCIIControl: Bool {
        unicodeScalars.contains { $0.value < 0x20 || (0x7F...0x9F).contains($0.value) }
    }
}
