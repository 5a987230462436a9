import Glibc
import NIOCore
import NIOPosix
import Testing

/// A port of this machine for a program that does not choose one by itself.
package struct LocalPort: Sendable {
    private let host: String
    package let number: Int

    /// One on which nobody listens now.
    package static func free(on host: String = "127.0.0.1") async throws -> LocalPort {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: host, port: 0).get()
        let number = try #require(channel.localAddress?.port)
        try await channel.close()
        return LocalPort(host: host, number: number)
    }

    /// Returns when somebody listens.
    package func answers() async throws {
        let client = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        for _ in 0..<1200 {
            do {
                return try await client.connect(host: host, port: number).get().close()
            } catch is NIOConnectionError {
                try await Task.sleep(for: .milliseconds(50))
            } catch let error as IOError where error.errnoCode == ECONNREFUSED {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        Issue.record("nobody listens on port \(number)")
    }
}
