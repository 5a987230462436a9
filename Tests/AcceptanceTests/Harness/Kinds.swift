import KubeCore
import TestSupport

/// Short names for what these tests look at.
extension APIResource {
    static let applications = applicationObjects
    static let projects = projectObjects
}
