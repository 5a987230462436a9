import SystemPackage

/// A file that is read whole, if it is a file and not too large.
struct BoundedFile {
    /// For messages.
    var name: String
    /// In bytes.
    var limit: Int

    /// Reads a regular file.
    ///
    /// It is looked at before it is opened, since opening a pipe waits and opening a device may do anything, and
    /// again once it is open, since it may have been exchanged.
    func read(_ path: FilePath) throws(RenderFailure) -> [UInt8] {
        do {
            try check(Stat(path))
            let file = try FileDescriptor.open(path, .readOnly, options: [.nonBlocking, .closeOnExec])
            return try file.closeAfter {
                try check(file.stat())
                return try read(file)
            }
        } catch let failure as RenderFailure {
            throw failure
        } catch {
            throw RenderFailure(path: name, reason: SystemFailure.reason(error, missing: .noSuchFile))
        }
    }

    /// Reads what is open up to its end.
    func read(_ file: FileDescriptor) throws(RenderFailure) -> [UInt8] {
        var content: [UInt8] = []
        while true {
            let piece: [UInt8]
            do {
                piece = try self.piece(of: file)
            } catch {
                throw RenderFailure(
                    path: name, reason: SystemFailure.reason(error, missing: .noSuchFile))
            }
            guard !piece.isEmpty else { return content }
            content += piece
            guard content.count <= limit else {
                throw RenderFailure(path: name, reason: .tooLarge(bytes: nil, limit: limit))
            }
        }
    }

    private func check(_ status: Stat) throws(RenderFailure) {
        guard status.type == .regular else { throw RenderFailure(path: name, reason: .notAFile) }
        guard status.size <= limit else {
            throw RenderFailure(path: name, reason: .tooLarge(bytes: status.size, limit: limit))
        }
    }

    private func piece(of file: FileDescriptor) throws -> [UInt8] {
        // Unsafe: read(2) fills a buffer that it is given as a pointer; the array is told how much of it.
        try unsafe Array(unsafeUninitializedCapacity: 1 << 16) { buffer, count in
            count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
        }
    }
}

/// What the system said, as a reason.
enum SystemFailure {
    static func reason(_ error: any Error, missing: RenderFailure.Reason) -> RenderFailure.Reason {
        switch error as? Errno {
        case .noSuchFileOrDirectory: missing
        case .notDirectory: .notADirectory
        case let problem?: .unreadable("\(problem)")
        case nil: .unreadable("\(error)")
        }
    }
}
