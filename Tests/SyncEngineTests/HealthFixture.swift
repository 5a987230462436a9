import Foundation
import KubeCore
import Testing

/// Recorded JSON beside the tests.
enum HealthFixture {
    /// A fixture by its path below `Fixtures/health`; fails the test and is `null` if it cannot be read.
    static func json(_ path: String) -> JSONValue {
        let url = Bundle.module.bundleURL.appending(path: "Fixtures/health/\(path)")
        do {
            return try JSONValue(parsing: Array(Data(contentsOf: url)))
        } catch {
            Issue.record("fixture \(path): \(error)")
            return .null
        }
    }
}
