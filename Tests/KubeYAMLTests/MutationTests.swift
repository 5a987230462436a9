import KubeYAML
import Testing

/// Damaged input is refused with a place in it, or read; it never traps and never hangs.
@Suite("I7 no trap on input")
struct MutationTests {
    private static let fragments: [[UInt8]] = [
        ":", ": ", "\n", "- ", "? ", "[", "]", "{", "}", ",", "\"", "'", "#", "&a ", "*a", "!!str ",
        "!!binary ", "|", ">",
        "\\", "\\'", "\\/", "\t", "<<: ", "~", "---\n", "...\n", "%", "0x", "1e", ".inf", "\u{FEFF}",
        "\u{85}", "\r",
    ].map { Array($0.utf8) }

    @Test("I7 random damage to every sample", .timeLimit(.minutes(5)))
    func damage() {
        let seed = UInt64.random(in: .min ... .max)
        var random = SplitMix(state: seed)
        for sample in KubectlCase.all where sample.input.count < 4000 {
            for _ in 0..<12 {
                let bytes = damaged([UInt8](sample.input), &random)
                do {
                    for document in try YAMLStream.documents(in: bytes) {
                        #expect(document.line >= 1 && document.document >= 1, "seed \(seed): \(bytes)")
                    }
                } catch {
                    let lines = bytes.count { $0 == 0x0A || $0 == 0x0D } + 2 * bytes.count { $0 >= 0x80 } + 1
                    #expect((1...lines).contains(error.line), "seed \(seed): \(error) in \(bytes)")
                    #expect(
                        (1...error.line).contains(error.lineInDocument), "seed \(seed): \(error) in \(bytes)")
                }
            }
        }
    }

    private func damaged(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) {
            let place = Int.random(in: 0...bytes.count, using: &random)
            switch Int.random(in: 0..<4, using: &random) {
            case 0: bytes.insert(contentsOf: Self.fragments.randomElement(using: &random) ?? [], at: place)
            case 1: bytes.removeSubrange(place..<min(place + 3, bytes.count))
            case 2 where place < bytes.count: bytes[place] = .random(in: .min ... .max, using: &random)
            default: bytes.insert(contentsOf: bytes.prefix(place).suffix(9), at: place)
            }
        }
        return bytes
    }
}

/// A generator that starts where a seed says.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
