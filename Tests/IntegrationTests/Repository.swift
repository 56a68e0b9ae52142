import Households
import Streams
import StreamsTesting
import Workers

/// What lies in the repository, and the made-up key of these tests.
enum Repository {
    static let root = SourceTree.root

    static let keyText = "a key for tests only, not secret"
    static let key = PseudonymKey(Array(keyText.utf8)).unsafelyUnwrapped

    /// The county as it ships, with the key of the tests.
    static func county() throws -> County {
        try County(pipelines: "\(root)/Pipelines", policy: "\(root)/config/policy", key: key)
    }
}
