import SyncEngine
import Testing

@Suite("Addresses as people may see them")
struct ShownAddressTests {
    @Test(
        "I8 a password, or a token in place of a user, is hidden",
        arguments: [
            ("https://git.example.com/shop.git", "https://git.example.com/shop.git"),
            (
                "https://user:secret@git.example.com/shop.git",
                "https://user:********@git.example.com/shop.git"
            ),
            ("https://secret@git.example.com/shop.git", "https://********@git.example.com/shop.git"),
            ("https://:secret@git.example.com/shop.git", "https://:********@git.example.com/shop.git"),
            ("https://a:se@cret@git.example.com/x", "https://a:********@git.example.com/x"),
            ("oci://user:secret@registry/charts", "oci://user:********@registry/charts"),
            ("SSH://git@git.example.com/shop.git", "SSH://git@git.example.com/shop.git"),
            ("ssh://git:secret@git.example.com/x", "ssh://git:********@git.example.com/x"),
            ("git@git.example.com:shop.git", "git@git.example.com:shop.git"),
            ("https://git.example.com/a@b", "https://git.example.com/a@b"),
            (
                "https://git.example.com/x.git?access_token=secret&ref=main&secret",
                "https://git.example.com/x.git?access_token=********&ref=main&********"
            ),
            (
                "a \"https://ci:secret@h/x?ref=main\" and https://secret@h/y, too",
                "a \"https://ci:********@h/x?ref=main\" and https://********@h/y, too"
            ),
            ("https://a:b", "https://a:b"), ("://user:secret@", "://user:********@"), ("", ""),
            ("://@", "://********@"),
        ])
    func hidden(_ address: String, _ shown: String) {
        #expect(address.withoutPassword == shown)
        let source = ApplicationSource(repositoryURL: address)
        #expect(source.shownURL == shown)
    }
}
