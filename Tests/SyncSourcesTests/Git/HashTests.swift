import Testing

@testable import SyncSources

@Suite("Hashes and message codes")
struct HashTests {
    @Test(
        "SHA-256 as FIPS 180-4 shows it",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                String(repeating: "a", count: 1_000_000),
                "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
            ),
        ])
    func hash(_ text: String, _ digits: String) {
        #expect(SHA256.hash(text.utf8).hexadecimal == digits)
    }

    @Test("every length up to three blocks gives the hash of its parts together")
    func lengths() {
        for length in 0..<192 {
            var parts = SHA256()
            parts.add(Array(repeating: UInt8(ascii: "x"), count: length / 2))
            parts.add(Array(repeating: UInt8(ascii: "x"), count: length - length / 2))
            #expect(parts.end() == SHA256.hash(Array(repeating: UInt8(ascii: "x"), count: length)))
        }
    }

    struct Code {
        var key: [UInt8]
        var message: [UInt8]
        var code: String
    }

    /// RFC 4231, cases 1, 2, 3, 6 and 7.
    static let codes: [Code] = [
        Code(
            key: Array(repeating: 0x0b, count: 20), message: Array("Hi There".utf8),
            code: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"),
        Code(
            key: Array("Jefe".utf8), message: Array("what do ya want for nothing?".utf8),
            code: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        Code(
            key: Array(repeating: 0xaa, count: 20), message: Array(repeating: 0xdd, count: 50),
            code: "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"),
        Code(
            key: Array(repeating: 0xaa, count: 131),
            message: Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            code: "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"),
        Code(
            key: Array(repeating: 0xaa, count: 131),
            message: Array(
                "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm."
                    .utf8), code: "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"),
    ]

    @Test("codes as RFC 4231 shows them", arguments: codes)
    func code(_ code: Code) {
        #expect(MessageCode.make(of: code.message, key: code.key).hexadecimal == code.code)
    }

    @Test("what differs in one bit or in length is not the same")
    func equality() {
        #expect(MessageCode.areEqual([1, 2, 3], [1, 2, 3]))
        #expect(!MessageCode.areEqual([1, 2, 3], [1, 2, 2]))
        #expect(!MessageCode.areEqual([1, 2, 3], [1, 2]))
        #expect(!MessageCode.areEqual([], [1]))
    }
}
