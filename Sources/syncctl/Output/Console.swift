import Glibc
import Synchronization

/// Standard output and standard error, written whole.
enum Console {
    static func print(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// For what may hold anybody's words: control characters in it do not reach the terminal.
    static func error(_ text: String) { write(text.printable + "\n", to: STDERR_FILENO) }

    /// Whether something that was to be printed could not be written, other than because the reader went away.
    static var hasFailed: Bool { failure.withLock(\.self) }

    private static let failure = Mutex(false)

    /// Lets a reader that goes away (`| head -1`) end the output, and not the work.
    static func outliveReaders() { _ = signal(SIGPIPE, SIG_IGN) }

    /// Without a line's end: for what moves the cursor.
    static func printRaw(_ text: String) { write(text, to: STDOUT_FILENO) }

    static var isTerminal: Bool { isatty(STDOUT_FILENO) == 1 }

    /// Whether somebody is there to be asked.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isTerminal }

    /// Rows and columns of the terminal; `nil` if there is none.
    static var size: (rows: Int, columns: Int)? {
        var size = winsize()
        guard unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return nil }
        return (Int(size.ws_row), Int(size.ws_col))
    }

    private static func write(_ text: String, to descriptor: Int32) {
        let bytes = Array(text.utf8)
        var start = 0
        while start < bytes.count {
            // Within the array: `start` never passes its end.
            let count = unsafe bytes.withUnsafeBytes { buffer in
                unsafe Glibc.write(descriptor, buffer.baseAddress?.advanced(by: start), buffer.count - start)
            }
            // The reader may be gone (a closed pipe): then there is nobody left to tell.
            guard count > 0 || errno == EINTR else {
                if errno != EPIPE, descriptor == STDOUT_FILENO { failure.withLock { $0 = true } }
                return
            }
            start += max(0, count)
        }
    }
}

extension String {
    /// The text with control characters other than line ends and tabs as `\u{1b}`: they could rewrite what stands on
    /// a terminal already.
    var printable: String {
        guard unicodeScalars.contains(where: \.isControl) else { return self }
        return unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isControl {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    fileprivate var isControl: Bool { properties.generalCategory == .control && self != "\n" && self != "\t" }
}
