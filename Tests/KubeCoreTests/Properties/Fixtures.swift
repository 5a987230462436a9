import Foundation
import Testing

/// Objects as kube-apiserver v1.20.2 printed them, one a line.
enum Fixtures {
    static func objects() throws -> [[UInt8]] {
        let file = try #require(
            Bundle.module.url(forResource: "objects", withExtension: "jsonl", subdirectory: "Fixtures"))
        return try Data(contentsOf: file).split(separator: UInt8(ascii: "\n")).map { Array($0) }
    }
}
