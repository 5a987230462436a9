import FoundationEssentials
import KubeCore
import KubeYAML
import SyncEngine
import SystemPackage

/// A chart in a repository.
struct ChartRequest: Hashable, Sendable {
    /// `https://…`, `http://…` or `oci://…`.
    var repository: String
    var name: String
    /// A version or a range of versions; empty: the newest.
    var version: String
}

/// A chart as it was fetched.
struct FetchedChart: Hashable, Sendable {
    /// The archive.
    var content: [UInt8]
    var version: String
}

/// How we prove to a Helm repository who we are.
public struct ChartCredentials: Hashable, Sendable {
    public var username: String
    public var password: String

    public init(username: String, password: String) {
        self.username = username
        self.password = password
    }

    /// Whether an address is another or lies below it: a longer host name does not.
    public static func isAddress(_ text: String, below other: String) -> Bool {
        let top = other.hasSuffix("/") ? String(other.dropLast()) : other
        guard !top.isEmpty, !text.contains("/../"), !text.hasSuffix("/..") else { return false }
        return text == top || text.hasPrefix("\(top)/")
    }
}

/// Fetches charts from Helm repositories, by Helm.
///
/// Credentials go to Helm in files that only we can read. What comes back is held against the digest in the
/// repository's index.
struct ChartRepositories: Sendable {
    var settings: RenderSettings
    /// The credentials for an address; `nil` where there are none.
    var credentials: @Sendable (_ repository: String) async -> ChartCredentials?

    /// Bytes of an index: those of large repositories have tens of megabytes.
    static let indexBytes = 64 << 20

    /// Fetches a chart.
    ///
    /// - Parameters:
    ///   - request: Which.
    ///   - program: Helm.
    ///   - work: Where it may write.
    /// - Returns: The archive and its version.
    /// - Throws: ``RenderFailure``.
    func fetch(
        _ request: ChartRequest, with program: RenderProgram, in work: WorkFolder
    ) async throws(RenderFailure) -> FetchedChart {
        guard let address = ChartAddress(request.repository) else {
            throw RenderFailure(
                path: "repoURL", reason: .refused("is no address of a Helm repository (https://… or oci://…)")
            )
        }
        let limits = ProcessLimits(
            time: settings.time, outputBytes: 1 << 20, fileBytes: Self.indexBytes,
            memoryBytes: settings.memoryBytes)
        var sandbox = ProgramSandbox(work, own: settings.environment, limits: limits, reachesNetwork: true)
            .forHelm()
        // Helm runs no other programs for this.
        sandbox.environment["PATH"] = "/nonexistent"
        let credentials = await credentials(request.repository)
        if let credentials {
            sandbox.hidden += [credentials.username, credentials.password].filter { !$0.isEmpty }
        }
        let pull = ChartPull(
            request: request, address: address, credentials: credentials, program: program, sandbox: sandbox)
        return address.isRegistry ? try await pull.fromRegistry() : try await pull.fromIndex()
    }
}

/// The address of a Helm repository.
struct ChartAddress: Hashable {
    var text: String
    /// Host and port.
    var host: String

    var isRegistry: Bool { text.hasPrefix("oci://") }

    init?(_ text: String) {
        let schemes = ["https://", "http://", "oci://"]
        guard let scheme = schemes.first(where: text.hasPrefix) else { return nil }
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("@") else { return nil }
        host = String(text.dropFirst(scheme.count).prefix { $0 != "/" })
        guard !host.isEmpty, !host.hasPrefix("-") else { return nil }
        self.text = text.hasSuffix("/") ? String(text.dropLast()) : text
    }
}

/// One chart on its way.
private struct ChartPull {
    var request: ChartRequest
    var address: ChartAddress
    var credentials: ChartCredentials?
    var program: RenderProgram
    var sandbox: ProgramSandbox

    private var subject: String { "\(address.text)/\(request.name)" }
    private var folder: WorkFolder { sandbox.folder }

    func fromRegistry() async throws(RenderFailure) -> FetchedChart {
        if let credentials {
            var login = sandbox
            login.standardInput = Array(credentials.password.utf8)
            _ = try await program.run(
                [
                    "registry", "login", address.host, "--username=\(credentials.username)",
                    "--password-stdin",
                ],
                on: subject, in: login)
        }
        var arguments = ["pull", subject, "--destination=\(try folder.folder("pulled").string)"]
        if !request.version.isEmpty { arguments.append("--version=\(request.version)") }
        _ = try await program.run(arguments, on: subject, in: sandbox)
        return try pulled()
    }

    func fromIndex() async throws(RenderFailure) -> FetchedChart {
        try writeRepositories()
        let said = try await program.run(["repo", "update", "charts"], on: subject, in: sandbox)
        guard FileManager.default.fileExists(atPath: indexFile.string) else { throw unreachable(said) }
        var arguments = [
            "pull", "charts/\(request.name)", "--destination=\(try folder.folder("pulled").string)",
        ]
        if !request.version.isEmpty { arguments.append("--version=\(request.version)") }
        _ = try await program.run(arguments, on: subject, in: sandbox)
        let chart = try pulled()
        guard try digests(of: chart.version).contains(SHA256.hash(chart.content).hexadecimal) else {
            throw RenderFailure(
                path: subject,
                reason: .refused(
                    "version \(chart.version) is not what the repository's index names: its digest differs"))
        }
        return chart
    }

    private func writeRepositories() throws(RenderFailure) {
        var entry: JSONObject = ["name": "charts", "url": .string(address.text)]
        if let credentials {
            entry["username"] = .string(credentials.username)
            entry["password"] = .string(credentials.password)
        }
        let file: JSONValue = ["apiVersion": "", "repositories": [.object(entry)]]
        _ = try folder.write(file.serialized(), to: "helm/config/repositories.yaml")
    }

    /// Where Helm keeps the repository's index.
    private var indexFile: FilePath { folder.path.appending("helm/cache/repository/charts-index.yaml") }

    /// Helm ends well where it could not read an index, and says why among other things.
    private func unreachable(_ said: [UInt8]) -> RenderFailure {
        let lines = String(decoding: said, as: UTF8.self).split(separator: "\n")
        let reason = lines.last { $0.hasPrefix("\t") }.map { String($0.drop { $0 == "\t" }) } ?? ""
        let shown = sandbox.hidden.reduce(reason.prefix(400) + "") { $0.replacing($1, with: "…") }
        return RenderFailure(
            path: "\(address.text)/index.yaml",
            reason: .toolFailed(
                program: program.name,
                problem: "the repository cannot be reached" + (shown.isEmpty ? "" : ": \(shown)"),
                isTransient: true))
    }

    /// What the repository's index says that the content's hash is.
    private func digests(of version: String) throws(RenderFailure) -> [String] {
        let name = "\(address.text)/index.yaml"
        let limits = YAMLLimits(bytes: ChartRepositories.indexBytes)
        let content = try BoundedFile(name: name, limit: limits.bytes).read(indexFile)
        let index: JSONValue?
        do throws(YAMLFailure) {
            index = try YAMLStream.documents(in: content, limits: limits).first?.value
        } catch {
            throw RenderFailure(path: name, reason: .badYAML(error))
        }
        let entries = index?["entries"]?[request.name]?.array ?? []
        return entries.filter { $0["version"]?.string == version }.compactMap { $0["digest"]?.string }
            .map { $0.hasPrefix("sha256:") ? String($0.dropFirst(7)) : $0 }
    }

    /// The only archive that was pulled.
    private func pulled() throws(RenderFailure) -> FetchedChart {
        let place = folder.path.appending("pulled")
        let names: [String]
        do {
            names = try FolderEntries(place).names(limit: 2)
        } catch {
            throw RenderFailure(path: subject, reason: .unreadable("\(error)"))
        }
        guard names.count == 1, let name = names.first, name.hasSuffix(".tgz") else {
            throw RenderFailure(path: subject, reason: .refused("nothing was fetched that is a chart"))
        }
        let content = try BoundedFile(name: name, limit: ChartScan.packedBytes).read(place.appending(name))
        let own = name.dropFirst(request.name.split(separator: "/").last?.count ?? 0).dropFirst().dropLast(4)
        return FetchedChart(content: content, version: String(own))
    }
}
