import ArgumentParser
import KubeCore

/// `syncctl version`
struct VersionCommand: ParsableCommand {
    /// How it is shown.
    enum Output: String, ExpressibleByArgument, CaseIterable {
        case wide
        case json
    }

    static let configuration = CommandConfiguration(commandName: "version", abstract: "Prints the version.")

    @Option(name: .shortAndLong, help: "How it is shown: wide or json.")
    var output: Output = .wide

    func run() {
        switch output {
        case .wide: Console.print("syncctl \(Version.text)")
        case .json:
            let version: JSONValue = ["version": .string(Version.text)]
            Console.print(String(decoding: version.serialized(), as: UTF8.self))
        }
    }
}
