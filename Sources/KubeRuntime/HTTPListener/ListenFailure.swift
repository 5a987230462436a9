/// A port could not be listened on.
public struct ListenFailure: Error, Hashable, Sendable, CustomStringConvertible {
    public var host: String
    public var port: Int
    /// In the words of the system.
    public var problem: String

    public var description: String {
        "cannot listen on \(host):\(port): \(problem); choose another port"
    }
}
