import Glibc

/// How many files and connections this process may have open.
enum OpenFiles {
    /// Makes room for thousands of connections, as far as the system allows.
    static func raiseLimit() {
        var limit = rlimit()
        // Without more room, connections beyond it wait: that is all that can happen.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 1 << 16)
        _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
}
