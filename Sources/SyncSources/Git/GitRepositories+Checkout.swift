import SystemPackage

extension GitRepositories {
    /// A commit for rendering, as ``ManifestService`` asks for it.
    ///
    /// - Parameter request: Which repository, and which revision of it.
    /// - Returns: The commit; our copy of it stays as long as somebody has this.
    /// - Throws: ``SourcesFailure`` with the text of a ``SourceFailure``.
    public func checkout(_ request: CheckoutRequest) async throws(SourcesFailure) -> SourceCheckout {
        do throws(SourceFailure) {
            let tree = try await tree(
                of: request.repository, at: request.revision, project: request.project,
                listedWithin: request.age, believesOutage: request.believesOutage)
            return SourceCheckout(tree)
        } catch {
            throw SourcesFailure(error)
        }
    }
}

extension SourceCheckout {
    fileprivate init(_ tree: GitTree) {
        self.init(commit: tree.commit) { paths throws(SourcesFailure) in
            do throws(SourceFailure) {
                return try await tree.treeIDs(of: paths)
            } catch {
                throw SourcesFailure(error)
            }
        } links: { () throws(SourcesFailure) in
            do throws(SourceFailure) {
                return try await tree.links()
            } catch {
                throw SourcesFailure(error)
            }
        } checkOut: { () throws(SourcesFailure) in
            do throws(SourceFailure) {
                return try await tree.checkOut()
            } catch {
                throw SourcesFailure(error)
            }
        }
    }
}

extension SourcesFailure {
    fileprivate init(_ failure: SourceFailure) {
        self.init(failure.message, isTransient: failure.isTransient)
    }
}
