import CMalloc

/// Gives memory back to the system that a start or a large sync has used and nobody needs any more.
///
/// The C library keeps what was freed, in a pool for each of up to eight threads a processor; a controller is at rest most
/// of its time, and is to take little then.
enum HeapUpkeep {
    private static let pause = Duration.seconds(60)

    /// Holds for threads that begin then.
    static func shareFewPools() { mallopt(M_ARENA_MAX, 2) }

    /// Once a minute, until cancelled.
    static func run() async {
        // Only a cancel ends the sleep early, and with it the loop.
        while (try? await Task.sleep(for: pause)) != nil { malloc_trim(0) }
    }
}
