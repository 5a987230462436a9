/// How fresh a comparison has to be (S152).
public enum RefreshLevel: Int, Hashable, Sendable, Comparable, CaseIterable {
    /// The live objects' health alone.
    case tree
    /// With the revision that was compared last.
    case recent
    /// With what the target revision names now, as far as that is known.
    case latest
    /// The same, looked up anew.
    case latestForced

    public static func < (left: RefreshLevel, right: RefreshLevel) -> Bool { left.rawValue < right.rawValue }

    /// Whether `reconciledAt` moves.
    public var movesReconciledAt: Bool { self >= .latest }
}
