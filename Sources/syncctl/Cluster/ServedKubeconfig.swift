import Glibc
import KubeCore
import SystemPackage

/// The kubeconfig with which others reach a served cluster.
struct ServedKubeconfig {
    /// By this, files of ours are known.
    private static let firstLine = "# Written by syncctl cluster serve, which removes it when it ends."

    var path: FilePath
    /// Holds the token as well: kubectl leaves a user's token out where the address is http.
    var address: String
    var token: String

    private var text: String {
        """
        \(Self.firstLine)
        apiVersion: v1
        kind: Config
        current-context: syncctl
        clusters:
        - name: syncctl
          cluster:
            server: \(address)
        contexts:
        - name: syncctl
          context:
            cluster: syncctl
            namespace: default
            user: syncctl
        users:
        - name: syncctl
          user:
            token: \(token)

        """
    }

    /// 256 bits of the system's own randomness.
    static func makeToken() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<32).map { _ in
            let byte = UInt8.random(in: 0 ... .max, using: &random)
            return String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
    }

    /// Makes sure that nobody else's file would be written over.
    static func checkPlace(_ path: FilePath) throws {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking])
        else {
            return
        }
        let isOurs = (try? file.closeAfter { try starts(file, with: firstLine) }) ?? false
        guard isOurs || isRewritten(path) else {
            throw CommandFailure(
                .usage,
                "\(path) is there already, and not from syncctl cluster serve: it is not written over; "
                    + "name another file with --kubeconfig")
        }
    }

    /// Whether kubectl has written ours anew, without its first line: it holds nothing but our cluster, on this machine.
    private static func isRewritten(_ path: FilePath) -> Bool {
        guard let found = try? GivenFile.object(path.string) else { return false }
        let (clusters, users) = (found["clusters"]?.array ?? [], found["users"]?.array ?? [])
        guard clusters.count == 1, users.count == 1, let token = users[0]["user"]?["token"]?.string else {
            return false
        }
        let server = clusters[0]["cluster"]?["server"]?.string ?? ""
        return server.hasPrefix("http://token:\(token)@127.0.0.1:")
    }

    /// Writes it whole or not at all, for this user alone.
    func write() throws {
        let draft = FilePath("\(path).\(getpid())")
        do {
            let file = try FileDescriptor.open(
                draft, .writeOnly, options: [.create, .exclusiveCreate, .closeOnExec],
                permissions: .ownerReadWrite)
            _ = try file.closeAfter { try file.writeAll(text.utf8) }
            guard unsafe rename(draft.string, path.string) == 0 else { throw Errno(rawValue: errno) }
        } catch {
            _ = unsafe unlink(draft.string)
            throw CommandFailure(.usage, "the kubeconfig \(path) cannot be written: \(error)")
        }
    }

    /// Removes it, if it is still what was written.
    func remove() {
        guard let file = try? FileDescriptor.open(path, .readOnly, options: [.closeOnExec, .nonBlocking]),
            // What cannot be read is not ours any more.
            (try? file.closeAfter({ try Self.starts(file, with: text) })) == true
        else { return }
        _ = unsafe unlink(path.string)
    }

    private static func starts(_ file: FileDescriptor, with text: String) throws -> Bool {
        let expected = Array(text.utf8)
        // Unsafe: read(2) fills a buffer that it is given as a pointer; the array is told how much of it.
        let found = try unsafe [UInt8](unsafeUninitializedCapacity: expected.count) { buffer, count in
            count = try unsafe file.read(into: .init(buffer))
        }
        return found == expected
    }
}
