import SystemPackage

/// Finds the program that renders charts.
enum HelmProgram {
    static let missing =
        "there is no helm on the PATH; install Helm 3 (the program helm), or use an image of syncctl that holds it"

    /// Looks for `helm` and asks for its version.
    ///
    /// - Parameters:
    ///   - environment: Its `PATH` is searched.
    ///   - folder: Where it may run.
    /// - Returns: `nil` if there is none.
    static func find(in environment: [String: String], _ folder: WorkFolder) async -> RenderProgram? {
        guard let path = RenderProgram.path(of: "helm", in: environment) else { return nil }
        var program = RenderProgram(name: "helm", path: path)
        let limits = ProcessLimits(time: .seconds(20), outputBytes: 1 << 16)
        let sandbox = ProgramSandbox(folder, own: environment, limits: limits).forHelm()
        // A program that does not tell its version may do its work all the same.
        let answer = (try? await program.run(["version", "--short"], on: "version", in: sandbox)) ?? []
        program.version = KustomizeProgram.version(in: answer)
        return program
    }
}

extension ProgramSandbox {
    /// With homes in our own folder, so that neither somebody's plugins nor repositories count, and no cluster.
    func forHelm() -> ProgramSandbox {
        var sandbox = self
        let home = folder.path.appending("helm").string
        sandbox.environment["HELM_CACHE_HOME"] = "\(home)/cache"
        sandbox.environment["HELM_CONFIG_HOME"] = "\(home)/config"
        sandbox.environment["HELM_DATA_HOME"] = "\(home)/data"
        sandbox.environment["HELM_PLUGINS"] = "\(home)/plugins"
        sandbox.environment["KUBECONFIG"] = "/dev/null"
        return sandbox
    }
}
