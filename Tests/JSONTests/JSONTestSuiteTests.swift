import Foundation
import JSON
import Testing

private let folder = ProcessInfo.processInfo.environment["JSON_TEST_SUITE_DIR"]

private func verdict(_ file: String) throws -> Bool {
    let path = "\(folder ?? "")/test_parsing/\(file)"
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    do {
        _ = try JSONValue(parsing: bytes)
        return true
    } catch {
        return false
    }
}

private func files(_ prefix: String) -> [String] {
    guard let folder else { return [] }
    let all = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/test_parsing")) ?? []
    return all.filter { $0.hasPrefix(prefix) }.sorted()
}

/// github.com/nst/JSONTestSuite, in the folder that JSON_TEST_SUITE_DIR names.
@Suite(
    .enabled(
        if: folder != nil,
        "set JSON_TEST_SUITE_DIR to a copy of github.com/nst/JSONTestSuite to run these"))
struct JSONTestSuiteTests {
    /// Documents that RFC 8259 leaves to the reader, and that this one accepts: numbers keep their
    /// text, so none is too big. It refuses all others: text that is not strict UTF-8, surrogates
    /// without partner, a byte order mark and 500 nested arrays.
    static let accepted: Set<String> = [
        "i_number_double_huge_neg_exp.json", "i_number_huge_exp.json",
        "i_number_neg_int_huge_exp.json", "i_number_pos_double_huge_exp.json",
        "i_number_real_neg_overflow.json", "i_number_real_pos_overflow.json",
        "i_number_real_underflow.json", "i_number_too_big_neg_int.json",
        "i_number_too_big_pos_int.json", "i_number_very_big_negative_int.json",
    ]

    @Test func `the suite is whole`() {
        #expect(files("y_").count == 95)
        #expect(files("n_").count == 188)
        #expect(files("i_").count == 35)
    }

    @Test(arguments: files("y_"))
    func `what must be accepted is accepted`(file: String) throws {
        #expect(try verdict(file), "\(file)")
    }

    @Test(arguments: files("n_"))
    func `what must be refused is refused`(file: String) throws {
        #expect(try !verdict(file), "\(file)")
    }

    @Test(arguments: files("i_"))
    func `what may go either way goes the way listed`(file: String) throws {
        #expect(try verdict(file) == JSONTestSuiteTests.accepted.contains(file), "\(file)")
    }
}
