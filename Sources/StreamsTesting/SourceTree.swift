/// Where the checkout lies that these tests were built from.
package enum SourceTree {
    /// The folder of `Package.swift`, without a slash at its end.
    package static let root: String = {
        var path = #filePath.split(separator: "/", omittingEmptySubsequences: false)
        path.removeLast(3)
        return path.joined(separator: "/")
    }()
}
