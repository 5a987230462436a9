import Foundation
import KubeCore
import KubeYAML
import Testing

/// What a command is to make of an Application, as a file of `Fixtures/cli` says it.
struct CommandScenario: CustomTestStringConvertible {
    let id: String
    let rules: [String]
    let given: JSONValue
    let expect: JSONValue

    var testDescription: String { "\(rules.joined(separator: " ")) \(id)" }

    /// All of them.
    static let all: [CommandScenario] = {
        let folder = Bundle.module.resourceURL?.appending(path: "Fixtures/cli")
        let files = folder.flatMap {
            try? FileManager.default.contentsOfDirectory(at: $0, includingPropertiesForKeys: nil)
        }
        return (files ?? []).sorted { $0.path() < $1.path() }.compactMap { try? CommandScenario($0) }
    }()

    private init(_ file: URL) throws {
        let documents = try YAMLStream.documents(in: Array(Data(contentsOf: file)))
        let scenario = try #require(documents.first).value
        id = try #require(scenario["id"]?.string)
        rules = scenario["rules"]?.array?.compactMap(\.string) ?? []
        given = try #require(scenario["given"])
        expect = try #require(scenario["expect"])
    }

    /// What is typed after the program's name, split as a shell does it.
    var arguments: [String] {
        var words: [String] = []
        var word = ""
        var isQuoted = false
        for character in given["command"]?.string ?? "" {
            switch character {
            case "'": isQuoted.toggle()
            case " " where !isQuoted:
                words.append(word)
                word = ""
            default: word.append(character)
            }
        }
        return words + [word]
    }

    var applications: [KubeObject] { objects("applications") }
    var manifests: [KubeObject] { objects("manifests") }

    /// What is in the cluster before, but namespaces.
    var live: [(object: KubeObject, isTracked: Bool)] {
        given["live"]?.array?.compactMap { entry in
            entry["object"]?.object.map { (KubeObject($0), entry["tracked"]?.bool ?? true) }
        }
        .filter { $0.0.kind != "Namespace" } ?? []
    }

    /// What happens while the command runs.
    var timeline: [(after: Double, patch: JSONValue?)] {
        given["timeline"]?.array?.map { entry in
            (Double(entry["afterSeconds"]?.int ?? 0), entry["delete"] == true ? nil : entry["patch"])
        } ?? []
    }

    private func objects(_ field: String) -> [KubeObject] {
        given[field]?.array?.compactMap { $0.object.map(KubeObject.init) } ?? []
    }
}
