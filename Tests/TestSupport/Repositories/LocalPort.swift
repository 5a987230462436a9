import Glibc
import NIOCore
import NIOPosix
import Testing

/// A port of 127.0.0.1 for a program that does not choose one by itself.
struct LocalPort {
    var number: Int

    /// One on which nobody listens now.
    static func free() async throws -> LocalPort {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let number = try #require(channel.localAddress?.port)
        try await channel.close()
        return LocalPort(number: number)
    }

    /// Returns when somebody listens.
    func answers() async throws {
        let client = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        for _ in 0..<1200 {
            do {
                return try await client.connect(host: "127.0.0.1", port: number).get().close()
            } catch is NIOConnectionError {
                try await Task.sleep(for: .milliseconds(50))
            } catch let error as IOError where error.errnoCode == ECONNREFUSED {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        Issue.record("nobody listens on port \(number)")
    }
}
