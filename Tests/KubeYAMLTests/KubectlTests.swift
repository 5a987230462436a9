import KubeCore
import KubeYAML
import Testing

@Suite("YAML as kubectl reads it")
struct KubectlTests {
    @Test("all samples are there")
    func complete() {
        #expect(KubectlCase.all.count == 345)
    }

    @Test("a sample reads as kubectl reads it", arguments: KubectlCase.all)
    func sample(_ sample: KubectlCase) throws {
        let bytes = [UInt8](sample.input)
        let expected = sample.documents?.map(\.value) ?? [quadraticBomb]
        switch sample.error {
        case nil:
            let documents = try YAMLStream.documents(in: bytes)
            #expect(flattened(documents) == expected)
        case .yaml:
            #expect { try YAMLStream.documents(in: bytes) } throws: {
                ($0 as? YAMLFailure)?.reason != .separator
            }
        case .separator:
            #expect { try YAMLStream.documents(in: bytes) } throws: {
                ($0 as? YAMLFailure)?.reason == .separator
            }
        case .afterwards:
            let documents = flattened(try YAMLStream.documents(in: bytes))
            #expect(Array(documents.prefix(expected.count)) == expected)
        }
    }

    /// What `bomb-quadratic` stands for: 2000 aliases of one long text, which kubectl accepts.
    private var quadraticBomb: JSONValue {
        let text = JSONValue.string(String(repeating: "x", count: 2000))
        return [
            "apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "x"], "big": text,
            "list": .array(Array(repeating: text, count: 2000)),
        ]
    }

    /// kubectl prints the items of a List one by one.
    private func flattened(_ documents: [YAMLDocument]) -> [JSONValue] {
        documents.flatMap { document in
            document.value["kind"] == "List" ? document.value["items"]?.array ?? [] : [document.value]
        }
    }
}
