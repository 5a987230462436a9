import KubeCore
import SyncSources

/// What a person gives a command to read.
enum GivenFile {
    /// Reads a file, or standard input for `-`.
    static func text(_ path: String) throws -> String {
        do throws(RenderFailure) {
            return String(decoding: try InputFile.read(path), as: UTF8.self)
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }

    /// Reads the one object in a file, or on standard input for `-`.
    static func object(_ path: String) throws -> KubeObject {
        do throws(RenderFailure) {
            return try InputFile.object(path)
        } catch {
            throw CommandFailure(.usage, error.message)
        }
    }
}
