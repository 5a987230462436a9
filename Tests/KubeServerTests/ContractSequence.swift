import Foundation
import KubeCore
import Testing

/// A sequence of requests, with what kube-apiserver v1.20.2 answered to each.
struct ContractSequence: CustomTestStringConvertible, Sendable {
    struct Step: Sendable {
        var method: HTTPRequest.Method
        var target: String
        var headers: [HTTPHeader]
        /// A text is sent as it is, anything else as JSON.
        var body: JSONValue?
        /// The paths of the answer that count; empty for all of it.
        var show: [String]
        /// What the answer has to have before it counts, for what takes its time.
        var until: JSONObject?
        /// Variables that are taken from the answer.
        var capture: [(name: String, path: String)]
        var isIgnored: Bool
        /// Why the embedded server answers otherwise, where it does so knowingly.
        var difference: String?
        var status: Int64
        var answer: JSONValue
    }

    var file: String
    var name: String
    var variables: [String: String]
    var steps: [Step]

    var testDescription: String { "\(file): \(name)" }

    /// All sequences of the fixtures, in the order of their files.
    static let all: [ContractSequence] = {
        let folder = Bundle.module.bundleURL.appending(path: "Fixtures/contract")
        let files =
            (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)) ?? []
        return files.filter { $0.pathExtension == "json" }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
            .flatMap { file -> [ContractSequence] in
                guard let bytes = try? Data(contentsOf: file),
                    let json = try? JSONValue(parsing: Array(bytes))
                else {
                    return []
                }
                return (json.array ?? []).map { ContractSequence($0, file: file.lastPathComponent) }
            }
    }()

    init(_ json: JSONValue, file: String) {
        self.file = file
        name = json["name"]?.string ?? ""
        variables = Dictionary(
            (json["vars"]?.object?.members ?? []).map { ($0.key, $0.value.string ?? "") },
            uniquingKeysWith: { $1 })
        steps = (json["steps"]?.array ?? []).map(Step.init)
    }
}

extension ContractSequence.Step {
    init(_ json: JSONValue) {
        let parts = (json["do"]?.string ?? "").split(separator: " ", maxSplits: 1).map(String.init)
        method = HTTPRequest.Method(rawValue: parts[0]) ?? .get
        target = parts[1]
        body = json["body"]
        headers = [HTTPHeader("User-Agent", json["agent"]?.string ?? "contract/1")]
        if body != nil {
            headers.append(HTTPHeader("Content-Type", json["type"]?.string ?? "application/json"))
        }
        if let accept = json["accept"]?.string { headers.append(HTTPHeader("Accept", accept)) }
        show = json["show"]?.array?.compactMap(\.string) ?? []
        until = json["until"]?.object
        capture = (json["capture"]?.object?.members ?? []).map { ($0.key, $0.value.string ?? "") }
        isIgnored = json["ignore"] == true
        difference = json["differs"]?.string
        status = json["expect"]?["status"]?.int ?? 0
        answer = json["expect"]?["body"] ?? .null
    }

    func request(_ variables: [String: String]) -> HTTPRequest {
        var bytes: [UInt8] = []
        switch body {
        case .string(let text)?: bytes = Array(Self.filled(text, variables).utf8)
        case let value?: bytes = Array(Self.filled(value.text, variables).utf8)
        case nil: break
        }
        return HTTPRequest(
            method: method, target: Self.filled(target, variables), headers: headers, body: bytes)
    }

    private static func filled(_ text: String, _ variables: [String: String]) -> String {
        variables.reduce(text) { $0.replacingOccurrences(of: "$\($1.key)", with: $1.value) }
    }
}

/// Runs sequences against a server.
struct ContractRunner {
    let transport: any HTTPTransport
    /// How often an answer is asked for again that takes its time.
    let patience: Int

    /// Asks everything and compares; differences are recorded as issues.
    func run(_ sequence: ContractSequence, allowsDifferences: Bool) async throws {
        var variables = sequence.variables
        func suffix(_ letters: String) -> String {
            String((0..<6).map { _ in letters.randomElement() ?? "a" })
        }
        if let base = variables["NS"] { variables["NS"] = base.prefix(40) + "-" + suffix("abcdefghij") }
        if variables["ID"] != nil { variables["ID"] = suffix("klmnopqrst") }
        let names = variables.filter { ["NS", "ID"].contains($0.key) }
        for step in sequence.steps {
            let (response, body) = try await answer(to: step, variables)
            for (name, path) in step.capture { variables[name] = body.value(at: path)?.string ?? "None" }
            if step.isIgnored || (allowsDifferences && step.difference != nil) { continue }
            var shown = body
            if !step.show.isEmpty, body.object != nil {
                shown = .object(JSONObject(step.show.map { ($0, body.value(at: $0) ?? .null) }))
            }
            let found = AnswerMask(names).masked(shown)
            #expect(Int64(response.status) == step.status, "\(sequence.name): \(step.method) \(step.target)")
            let isEqual = found == step.answer
            #expect(
                isEqual,
                """
                \(sequence.name): \(step.method) \(step.target)
                expected \(step.answer.text(.canonical))
                found    \(found.text(.canonical))
                """)
        }
    }

    private func answer(
        to step: ContractSequence.Step, _ variables: [String: String]
    ) async throws -> (HTTPResponse, JSONValue) {
        for attempt in 1... {
            let response = try await transport.send(step.request(variables))
            let text = String(decoding: response.body, as: UTF8.self)
            let body = (try? JSONValue(parsing: response.body)) ?? .string(text)
            guard attempt < patience, let until = step.until, !isMet(until, response.status, body) else {
                return (response, body)
            }
            try await Task.sleep(for: .milliseconds(100))
        }
        preconditionFailure("the loop returns")
    }

    private func isMet(_ wanted: JSONObject, _ status: Int, _ body: JSONValue) -> Bool {
        wanted.members.allSatisfy { member in
            if member.key == "status", member.value.int != nil { return member.value == .int(Int64(status)) }
            return (body.value(at: member.key) ?? .null) == member.value
        }
    }
}

extension JSONValue {
    /// The value at a path such as `items.0.metadata.name`.
    func value(at path: String) -> JSONValue? {
        path.split(separator: ".").reduce(Optional(self)) { value, step in
            guard let elements = value?.array else { return value?[String(step)] }
            guard let index = Int(step), elements.indices.contains(index) else {
                return Optional<JSONValue>.none
            }
            return elements[index]
        }
    }
}
