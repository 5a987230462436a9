import KubeCore
import SystemPackage

/// Finds what builds kustomizations, and knows what it cannot do.
enum KustomizeProgram {
    /// What an old kustomize does not know, in lower case.
    private static let newFields: Set = [
        "components", "labels", "openapi", "patches", "replacements", "replicas", "validators",
        "buildmetadata",
        "helmcharts", "sortoptions",
    ]

    static let missing =
        "neither kustomize nor kubectl is on the PATH; install one of them (kustomize 5, or kubectl 1.21 or newer)"

    /// Looks for `kustomize`, and then for `kubectl`, and asks for the version.
    ///
    /// - Parameters:
    ///   - environment: Its `PATH` is searched.
    ///   - folder: Where it may run.
    /// - Returns: `nil` if there is neither.
    static func find(in environment: [String: String], _ folder: WorkFolder) async -> RenderProgram? {
        let limits = ProcessLimits(time: .seconds(20), outputBytes: 1 << 16)
        let sandbox = ProgramSandbox(folder, own: environment, limits: limits)
        if let path = RenderProgram.path(of: "kustomize", in: environment) {
            var program = RenderProgram(name: "kustomize", path: path, arguments: ["build"])
            let asked = RenderProgram(name: "kustomize", path: path)
            program.version = version(in: await words(asked, ["version"], sandbox))
            return program
        }
        guard let path = RenderProgram.path(of: "kubectl", in: environment) else { return nil }
        var program = RenderProgram(name: "kubectl kustomize", path: path, arguments: ["kustomize"])
        let asked = RenderProgram(name: "kubectl", path: path)
        let answer = await words(asked, ["version", "--client", "-o", "json"], sandbox)
        program.version = version(ofClient: answer)
        return program
    }

    /// A program that does not tell its version may do its work all the same.
    private static func words(
        _ program: RenderProgram, _ arguments: [String], _ sandbox: ProgramSandbox
    ) async -> [UInt8] {
        (try? await program.run(arguments, on: "version", in: sandbox)) ?? []
    }

    /// The first `1.2.3` in a text: `v5.5.0`, `{Version:kustomize/v4.5.7 …}`.
    static func version(in text: [UInt8]) -> String {
        let text = String(decoding: text, as: UTF8.self)
        return text.firstMatch(of: /[0-9]+\.[0-9]+\.[0-9]+/).map { String($0.output) } ?? ""
    }

    /// What kubectl says of the kustomize in it; before 1.24 it says nothing, before 1.21 it was 2.0.3.
    static func version(ofClient answer: [UInt8]) -> String {
        guard let answer = try? JSONValue(parsing: answer) else { return "" }
        if let version = answer["kustomizeVersion"]?.string { return self.version(in: Array(version.utf8)) }
        let minor = answer["clientVersion"]?["minor"]?.string.flatMap { Int($0.prefix(while: \.isNumber)) }
        guard let minor, minor < 21 else { return "" }
        return "2.0.3"
    }

    /// Why a program cannot build a kustomization.
    ///
    /// - Parameters:
    ///   - program: Which.
    ///   - fields: What is used anywhere, and where.
    /// - Returns: `nil` if it can.
    static func problem(of program: RenderProgram, with fields: [String: String]) -> String? {
        guard isOld(program) else { return nil }
        guard let field = fields.keys.filter(newFields.contains).min() else { return nil }
        return
            "\(fields[field] ?? "kustomization.yaml") uses \(field), which \(program.name) does not know (it "
            + "holds kustomize \(program.version)); install kustomize 5, or kubectl 1.21 or newer"
    }

    /// Whether folders still stand under `bases`.
    static func isOld(_ program: RenderProgram) -> Bool {
        guard let major = program.version.split(separator: ".").first.flatMap({ Int($0) }) else {
            return false
        }
        return major < 3
    }
}
