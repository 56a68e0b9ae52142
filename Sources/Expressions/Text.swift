#if canImport(Glibc)
    import Glibc
#endif

/// Texts as sequences of code points. `String`'s own `==`, `<` and `hash` take canonically
/// equivalent texts for the same, which the language does not, so none of them is used.
enum Text {
    static func equal(_ a: String, _ b: String) -> Bool {
        let count = a.utf8.count
        guard count == b.utf8.count else { return false }
        // Native strings lend their bytes; anything else is compared one by one.
        let same = a.utf8.withContiguousStorageIfAvailable { first in
            b.utf8.withContiguousStorageIfAvailable { second in
                count == 0 || memcmp(first.baseAddress!, second.baseAddress!, count) == 0
            }
        }
        if let same, let same { return same }
        return a.utf8.elementsEqual(b.utf8)
    }

    /// Order by code points, which is the order of UTF-8 bytes.
    static func less(_ a: String, _ b: String) -> Bool {
        a.utf8.lexicographicallyPrecedes(b.utf8)
    }

    static func hasPrefix(_ text: String, _ prefix: String) -> Bool {
        text.utf8.starts(with: prefix.utf8)
    }

    static func hasSuffix(_ text: String, _ suffix: String) -> Bool {
        guard suffix.utf8.count <= text.utf8.count else { return false }
        return text.utf8.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
    }

    /// Linear in both lengths.
    static func contains(_ text: String, _ part: String) -> Bool {
        var text = text
        var part = part
        return text.withUTF8 { whole in
            part.withUTF8 { piece in
                guard !piece.isEmpty else { return true }
                guard piece.count <= whole.count else { return false }
                return memmem(whole.baseAddress!, whole.count, piece.baseAddress!, piece.count)
                    != nil
            }
        }
    }
}
